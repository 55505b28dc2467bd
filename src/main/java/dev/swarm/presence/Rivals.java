package dev.swarm.presence;

import dev.swarm.model.WorkerId;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Of which second holders of a worker's id was told within the last minute. */
final class Rivals {
  /** Told and remembered in a minute; of more nothing is told. */
  static final int MAX_TOLD = 1_000;

  private static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** The one told first stands first. */
  private final Map<WorkerId, Long> told = new LinkedHashMap<>();

  /** Whether to tell of this one now. */
  boolean isNews(WorkerId worker, long nowNanos) {
    Iterator<Long> oldest = told.values().iterator();
    while (oldest.hasNext() && nowNanos - oldest.next() >= MINUTE_NANOS) oldest.remove();
    return told.size() < MAX_TOLD && told.putIfAbsent(worker, nowNanos) == null;
  }

  int remembered() {
    return told.size();
  }
}
