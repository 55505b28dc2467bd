package dev.swarm.lab;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Waits for a fact by asking again and again. */
final class Await {
  private static final long PAUSE_NANOS = 10_000_000;

  private Await() {}

  /** Something that is asked; a failure to answer counts as "not yet". */
  interface Question<T> {
    /** Returns null for "not yet". */
    T ask() throws Exception;
  }

  /** The first answer that is not null; fails with the text when none comes in time. */
  static <T> T answer(Duration limit, Supplier<String> what, Question<T> question) {
    long end = System.nanoTime() + limit.toNanos();
    Exception last = null;
    while (true) {
      try {
        T answer = question.ask();
        if (answer != null) return answer;
      } catch (LabException fatal) {
        throw fatal;
      } catch (Exception notYet) {
        last = notYet;
      }
      if (System.nanoTime() > end) {
        String hint = last == null ? "" : " (last problem: " + last.getMessage() + ")";
        throw new LabException(
            "waited " + limit.toSeconds() + " s in vain for " + what.get() + hint);
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  /** Waits until it is so. */
  static void until(Duration limit, String what, Question<Boolean> question) {
    answer(limit, () -> what, () -> Boolean.TRUE.equals(question.ask()) ? true : null);
  }

  /** Lets time pass, where the duration itself is what is tested or measured. */
  static void pass(Duration duration) {
    long end = System.nanoTime() + duration.toNanos();
    for (long left = duration.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
