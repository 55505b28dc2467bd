package dev.swarm.forward;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.swarm.model.SwarmException;
import io.vertx.core.Future;
import java.util.Arrays;
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
      throw new AssertionError("no answer in " + SECONDS + " s; " + eventLoops(), late);
    }
  }

  /** What each event loop does at this moment. */
  private static String eventLoops() {
    StringBuilder text = new StringBuilder();
    Thread.getAllStackTraces()
        .forEach(
            (thread, stack) -> {
              if (!thread.getName().startsWith("vert.x-")) return;
              text.append(thread.getName()).append(": ").append(Arrays.toString(stack));
            });
    return text.toString();
  }

  /** The failure. */
  static SwarmException failureOf(Future<?> future) {
    return catchThrowableOfType(SwarmException.class, () -> of(future));
  }
}
