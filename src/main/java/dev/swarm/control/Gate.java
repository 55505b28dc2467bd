package dev.swarm.control;

import dev.swarm.model.SwarmException;
import io.vertx.core.Future;
import java.util.function.Supplier;

/** Lets so many through at a time; the others are told to come again. For one event loop. */
final class Gate {
  private static final int RETRY_MILLIS = 1_000;

  private final String what;
  private final int most;
  private int inside;

  Gate(String what, int most) {
    this.what = what;
    this.most = most;
  }

  <T> Future<T> pass(Supplier<Future<T>> work) {
    if (inside >= most) {
      String full = "this manager is busy with " + most + " " + what;
      return Future.failedFuture(
          new SwarmException(SwarmException.Kind.OVERLOADED, full, RETRY_MILLIS));
    }
    inside++;
    return Future.succeededFuture()
        .compose(now -> work.get()) // a throw, too, is an end
        .onComplete(done -> inside--);
  }
}
