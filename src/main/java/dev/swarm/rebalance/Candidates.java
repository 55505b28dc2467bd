package dev.swarm.rebalance;

import dev.swarm.model.Worker;
import dev.swarm.model.WorkerId;
import dev.swarm.model.WorkerStatus;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** The workers that can be asked, found a piece of the fleet at a time, and how many may be. */
final class Candidates {
  /** Seconds' worth of moves that may be open at once: targets that are slow are not flooded. */
  static final int MAX_OPEN_SECONDS = 2;

  /** When nobody could be asked, the workers are not looked through again for so long. */
  private static final long REST_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Fleet fleet;
  private final Walk walk = new Walk();
  private long restUntilNanos;

  Candidates(Fleet fleet, long nowNanos) {
    this.fleet = fleet;
    restUntilNanos = nowNanos;
  }

  /** How many may be asked at that pace now. */
  int most(Pace pace, long nowNanos) {
    if (nowNanos - restUntilNanos < 0) return 0;
    int room = MAX_OPEN_SECONDS * pace.perSecond() - fleet.moves().size();
    return Math.min(pace.allowed(nowNanos), Math.max(0, room));
  }

  /** The next that can be asked; at most so many, and nobody who is passed over. */
  List<Worker> next(Set<String> holders, int most, Predicate<WorkerId> passedOver) {
    if (most == 0) return List.of();
    return walk.next(
        fleet.state(),
        most,
        worker ->
            !worker.down()
                && holders.contains(worker.session().manager())
                && worker.statusIn(fleet.state().epoch()) == WorkerStatus.UP
                && !fleet.moves().holds(worker.id())
                && !passedOver.test(worker.id()));
  }

  /** Whether the whole fleet was looked through and nobody found. */
  boolean exhausted() {
    return walk.fruitless(fleet.state());
  }

  /** A new search begins. */
  void begin() {
    walk.begin();
  }

  /** A new search begins, in a while. */
  void rest(long nowNanos) {
    restUntilNanos = nowNanos + REST_NANOS;
    walk.begin();
  }

  /** Records of workers looked at so far. */
  long seen() {
    return walk.seen();
  }
}
