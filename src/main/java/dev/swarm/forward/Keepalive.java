package dev.swarm.forward;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import java.util.concurrent.TimeUnit;

/** Pings a connection every second and closes one that stays silent: within three seconds. */
final class Keepalive {
  private static final long EVERY_MILLIS = 1_000;
  private static final long ANSWER_WITHIN_MILLIS = 1_750;

  private final Vertx vertx;
  private final HttpConnection connection;
  private final long timer;
  private boolean stopped;

  Keepalive(Vertx vertx, HttpConnection connection) {
    this.vertx = vertx;
    this.connection = connection;
    timer = vertx.setPeriodic(EVERY_MILLIS, id -> ping());
  }

  private void ping() {
    connection
        .ping(Buffer.buffer().appendLong(0))
        .timeout(ANSWER_WITHIN_MILLIS, TimeUnit.MILLISECONDS)
        .onFailure(silent -> giveUp());
  }

  private void giveUp() {
    if (stopped) return;
    stop();
    connection.close();
  }

  void stop() {
    stopped = true;
    vertx.cancelTimer(timer);
  }
}
