package dev.swarm.config;

import java.util.Locale;

/**
 * What runs the tasks of a worker.
 *
 * @param kind which executor
 * @param address event-bus address that tasks are sent to; null unless {@code EVENTBUS}
 * @param delayMillis how long a discarded task pretends to run; 0 unless {@code DISCARD}
 */
public record ExecutorConfig(Kind kind, String address, int delayMillis) {

  /** The executors there are. */
  public enum Kind {
    /** Runs a command. */
    PROCESS,
    /** Sends the task to an event-bus address of the host application. */
    EVENTBUS,
    /** Completes at once, or after a delay; for load. */
    DISCARD;

    /** As it is written in a file. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Checks what belongs together; throws IllegalArgumentException. */
  public ExecutorConfig {
    boolean eventbus = kind == Kind.EVENTBUS;
    if (eventbus && address == null) {
      throw new IllegalArgumentException("executor.address: is missing, kind eventbus needs it");
    }
    if (!eventbus && address != null) {
      throw new IllegalArgumentException(
          "executor.address: is only for kind eventbus, not for " + kind.text());
    }
    if (kind != Kind.DISCARD && delayMillis != 0) {
      throw new IllegalArgumentException(
          "executor.delay: is only for kind discard, not for " + kind.text());
    }
  }
}
