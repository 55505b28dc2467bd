package dev.swarm.forward;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.swarm.model.SwarmException;
import io.vertx.core.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for what a future brings. */
final class Answer {
  private static final long SECONDS = 15;

  private Answer() {}

  /** The value; whatever it fails with is thrown. */
  static <T> T of(Future<T> future) {
    try {
      return future.await(SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException late) {
      throw new AssertionError("no answer in " + SECONDS + " s", late);
    }
  }

  /** The failure. */
  static SwarmException failureOf(Future<?> future) {
    return catchThrowableOfType(SwarmException.class, () -> of(future));
  }
}
