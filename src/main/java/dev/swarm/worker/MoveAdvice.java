package dev.swarm.worker;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A manager's advice to go elsewhere: where to, until when, and who had its turn. Each other
 * manager is tried once; then the agent stays, until advised again.
 */
final class MoveAdvice {
  /** It is good for so long at most. */
  private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final Set<String> tried = new HashSet<>();
  private boolean open;
  private String target = "";
  private long untilNanos;

  /**
   * There is advice from now on.
   *
   * @param to id of the manager to go to; empty for any other
   * @param withinMillis how long it is good for; 0 for as long as can be
   */
  void begin(String to, long withinMillis, long nowNanos) {
    open = true;
    target = to;
    long within = TimeUnit.MILLISECONDS.toNanos(withinMillis);
    untilNanos = nowNanos + (withinMillis == 0 ? MOST_NANOS : Math.min(MOST_NANOS, within));
  }

  /** Whether there is any. */
  boolean isOpen() {
    return open;
  }

  /** Whether it names one manager: that one wants us, and nobody else does. */
  boolean namesTarget() {
    return open && !target.isEmpty();
  }

  /** Ends it when its time is over. */
  void expire(long nowNanos) {
    if (open && nowNanos > untilNanos) end();
  }

  /** It was followed, or cannot be. */
  void end() {
    open = false;
    target = "";
    tried.clear();
  }

  /** The manager to try next, none of those where we are; when nobody is left it has ended. */
  Optional<Manager> choose(ManagerPicker picker, Set<String> here, long nowNanos) {
    tried.addAll(here);
    Optional<Manager> chosen =
        target.isEmpty()
            ? picker.pick(tried, nowNanos)
            : picker.wayTo(target, nowNanos).filter(way -> !tried.contains(way.address()));
    if (chosen.isEmpty()) end();
    chosen.ifPresent(manager -> tried.add(manager.address()));
    return chosen;
  }
}
