package dev.swarm.edge;

import dev.swarm.model.TimeSource;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks after all callers of one event loop: one timer for all, and none while there is nobody. */
final class Rounds {
  private static final Logger log = LoggerFactory.getLogger(Rounds.class);
  private static final long EVERY_MILLIS = 250;
  private static final long STALL_NANOS = 1_000_000_000L;

  private final EventExecutor executor;
  private final TimeSource time;
  private final Set<Caller> callers = ConcurrentHashMap.newKeySet();
  private ScheduledFuture<?> timer;
  private long lookedNanos;

  Rounds(EventExecutor executor, TimeSource time) {
    this.executor = executor;
    this.time = time;
  }

  void add(Caller caller) {
    callers.add(caller);
    if (timer != null) return;
    lookedNanos = time.nanos();
    timer =
        executor.scheduleWithFixedDelay(
            this::look, EVERY_MILLIS, EVERY_MILLIS, TimeUnit.MILLISECONDS);
  }

  void remove(Caller caller) {
    callers.remove(caller);
    if (!callers.isEmpty() || timer == null) return;
    timer.cancel(false);
    timer = null;
  }

  /** Its callers who keep anything of messages without an end. For any thread. */
  Stream<Heaviest.Load> loads() {
    return callers.stream()
        .map(caller -> new Heaviest.Load(caller, caller.unfinishedBytes(), caller.isCut()))
        .filter(load -> load.bytes() > 0);
  }

  private void look() {
    long now = time.nanos();
    long awayNanos = now - lookedNanos - EVERY_MILLIS * 1_000_000;
    lookedNanos = now;
    for (Caller caller : callers) {
      if (awayNanos > STALL_NANOS) caller.forgive(awayNanos);
      try {
        caller.look(now);
      } catch (RuntimeException bug) { // would be the end of the rounds
        log.error("bug: a caller could not be looked after", bug);
      }
    }
  }
}
