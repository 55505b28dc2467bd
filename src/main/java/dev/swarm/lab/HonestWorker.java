package dev.swarm.lab;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** A worker that does as it is told and notes how long each heartbeat's answer took. */
final class HonestWorker implements AutoCloseable {
  private static final int MOST_DIALS = 10;

  private final RawHttp2 connection;
  private final RawSession.Hearing hearing = new RawSession.Hearing();
  private final List<Long> sent = new ArrayList<>();
  private final List<Double> answeredMillis = new ArrayList<>();
  private final ScheduledExecutorService beating =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "honest");
            thread.setDaemon(true);
            return thread;
          });

  private HonestWorker(String id, long dial, String host, int port) throws IOException {
    connection = new RawHttp2(host, port);
    connection.greet(0, 0);
    connection.listen(this::heard);
    connection.call(1, RawSession.METHOD);
    connection.frame(RawHttp2.DATA, 0, 1, RawSession.hello(id, dial));
    connection.flush();
  }

  /** Opens a session, again when it is told to come later, and beats from the welcome on. */
  static HonestWorker join(String id, String host, int port, long leastMillis) throws IOException {
    for (int dials = 1; ; dials++) {
      HonestWorker worker = new HonestWorker(id, System.nanoTime(), host, port);
      Await.until(Duration.ofSeconds(20), "an answer to " + id, worker::answered);
      if (worker.welcomed()) return worker.beating(leastMillis);
      worker.close();
      if (dials == MOST_DIALS) throw new LabException(id + " is not let in");
    }
  }

  private HonestWorker beating(long leastMillis) {
    beating.execute(() -> beatAndAgain(leastMillis));
    return this;
  }

  /** Up to a quarter later, by chance: who beats at the same moment is not always the same. */
  private void beatAndAgain(long leastMillis) {
    if (!beat()) return;
    long micros = leastMillis * 1_000;
    micros += ThreadLocalRandom.current().nextLong(micros / 4);
    beating.schedule(() -> beatAndAgain(leastMillis), micros, TimeUnit.MICROSECONDS);
  }

  private boolean answered() {
    return welcomed() || sentAway();
  }

  private synchronized boolean welcomed() {
    return hearing.welcomed();
  }

  private synchronized boolean sentAway() {
    return hearing.sentAway() || connection.closed();
  }

  private synchronized void heard(int type, int flags, int stream, byte[] payload)
      throws IOException {
    if (type != RawHttp2.DATA || payload.length == 0) return;
    byte[] credit = ByteBuffer.allocate(4).putInt(payload.length).array();
    connection.frame(RawHttp2.WINDOW_UPDATE, 0, 0, credit);
    connection.frame(RawHttp2.WINDOW_UPDATE, 0, 1, credit);
    int before = hearing.pongs();
    hearing.data(payload);
    long now = System.nanoTime();
    for (int i = before; i < hearing.pongs(); i++) {
      answeredMillis.add((now - sent.get(i)) / 1e6);
    }
  }

  /** Whether it goes on. */
  private boolean beat() {
    try {
      synchronized (this) {
        sent.add(System.nanoTime());
        connection.frame(RawHttp2.DATA, 0, 1, RawSession.beat(sent.size()));
      }
      connection.flush();
      return !connection.closed() && !beating.isShutdown();
    } catch (IOException gone) {
      return false;
    }
  }

  /** How long the answers took that came since the last time this was asked. */
  synchronized List<Double> takeMillis() {
    List<Double> taken = List.copyOf(answeredMillis);
    answeredMillis.clear();
    return taken;
  }

  /** Beats still without an answer. */
  synchronized int unanswered() {
    return sent.size() - hearing.pongs();
  }

  boolean lost() {
    return connection.closed();
  }

  @Override
  public void close() {
    beating.shutdownNow();
    connection.close();
  }
}
