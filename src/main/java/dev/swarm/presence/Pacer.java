package dev.swarm.presence;

import dev.swarm.model.HeartbeatSettings;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/**
 * Which period keeps the beats of all workers under {@code heartbeat.maxPerSecond}. It grows when
 * they are over it, at most once a second and by a tenth more than needed; it shrinks when they
 * have been a fifth under it for a minute, to no less than half.
 */
final class Pacer {
  private static final long GROW_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long SHRINK_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final int GRAIN_MILLIS = 100;

  private boolean grew;
  private long grewNanos;
  private boolean below;
  private long belowNanos;

  /**
   * The pace to be agreed on now; empty when nothing is to change.
   *
   * @param workers that beat
   */
  OptionalInt next(HeartbeatSettings agreed, int workers, long nowNanos) {
    long allowed = (long) agreed.maxPerSecond() * agreed.effectiveMillis();
    long asked = workers * 1_000L;
    if (agreed.maxPerSecond() > 0 && asked > allowed) return grow(agreed, workers, nowNanos);
    boolean little = agreed.effectiveMillis() > agreed.periodMillis() && asked * 10 < allowed * 8;
    if (little && !below) belowNanos = nowNanos;
    below = little;
    if (!below || nowNanos - belowNanos < SHRINK_NANOS) return OptionalInt.empty();
    belowNanos = nowNanos;
    int half = agreed.effectiveMillis() / 2;
    return pace(agreed, Math.max(half, comfortable(agreed, workers)));
  }

  private OptionalInt grow(HeartbeatSettings agreed, int workers, long nowNanos) {
    below = false;
    boolean longest = agreed.effectiveMillis() >= HeartbeatSettings.MAX_PERIOD_MILLIS;
    if (longest || grew && nowNanos - grewNanos < GROW_NANOS) return OptionalInt.empty();
    grew = true;
    grewNanos = nowNanos;
    return pace(agreed, comfortable(agreed, workers));
  }

  /** A tenth more than so many workers need. */
  private static int comfortable(HeartbeatSettings agreed, int workers) {
    long needed = workers * 1_100L / agreed.maxPerSecond();
    long rounded = (needed + GRAIN_MILLIS - 1) / GRAIN_MILLIS * GRAIN_MILLIS;
    return (int) Math.min(HeartbeatSettings.MAX_PERIOD_MILLIS, rounded);
  }

  private static OptionalInt pace(HeartbeatSettings agreed, int millis) {
    int pace = millis <= agreed.periodMillis() ? 0 : millis;
    return pace == agreed.paceMillis() ? OptionalInt.empty() : OptionalInt.of(pace);
  }
}
