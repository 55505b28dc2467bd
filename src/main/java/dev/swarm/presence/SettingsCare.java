package dev.swarm.presence;

import dev.swarm.model.ClusterState;
import dev.swarm.model.Command;
import dev.swarm.model.Settings;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * What a leader changes in the settings by itself: the period, when there are more or fewer workers
 * than it is good for, and the end of a longer period that they were promised before.
 */
final class SettingsCare {
  /** All sessions are looked through. */
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Pacer pacer = new Pacer();
  private boolean looked;
  private long lookedNanos;

  /**
   * What is to be proposed now; null for nothing.
   *
   * @param promisesOver see {@link Reign#promisesOver}; asked at most once a second, and only while
   *     there is a promise
   */
  Command next(ClusterState state, BooleanSupplier promisesOver, long nowNanos) {
    Settings agreed = state.settings();
    int beating = state.workerCounts().up() + state.workerCounts().unknown();
    OptionalInt pace = pacer.next(agreed.heartbeat(), beating, nowNanos);
    long epoch = state.epoch().number();
    if (pace.isPresent()) return new Command.SetPace(epoch, agreed.version(), pace.getAsInt());
    if (agreed.promisedMillis() == 0 || looked && nowNanos - lookedNanos < LOOK_NANOS) return null;
    looked = true;
    lookedNanos = nowNanos;
    return promisesOver.getAsBoolean() ? new Command.ForgetPromise(epoch, agreed.version()) : null;
  }
}
