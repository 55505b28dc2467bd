package dev.swarm.dispatch;

import dev.swarm.dispatch.ParkedHello.Dial;
import dev.swarm.model.ClusterState;
import dev.swarm.model.Worker;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * The workers that wait for their sessions: from their Hello until the log shows the session, or
 * patience ends. An election passes meanwhile.
 */
final class ParkedHellos {
  /** Workers that may wait in one dispatcher; more are told to come again. */
  static final int LIMIT = 2_000;

  /**
   * How long one waits before it is told to come again, by the next sweep: within three seconds.
   */
  static final long PATIENCE_NANOS = 2_500_000_000L;

  /** Of its patience, what must be left for the answer. */
  private static final long MARGIN_NANOS = 500_000_000L;

  private final String manager;
  private final long managerBoot;
  private final Map<Dial, ParkedHello> parked = new LinkedHashMap<>();
  private final Set<Dial> unasked = new LinkedHashSet<>();
  private final PriorityQueue<Turn> turns =
      new PriorityQueue<>(Comparator.comparingLong(Turn::nanos));

  /** When the leader said to ask again. */
  private record Turn(ParkedHello hello, long nanos) {}

  /** For the sessions of this process of this manager. */
  ParkedHellos(String manager, long managerBoot) {
    this.manager = manager;
    this.managerBoot = managerBoot;
  }

  boolean full() {
    return parked.size() >= LIMIT;
  }

  boolean isEmpty() {
    return parked.isEmpty();
  }

  /** Lets it wait; returns the one that said the very same before, or null. */
  ParkedHello park(ParkedHello hello) {
    ParkedHello before = parked.remove(hello.dial());
    parked.put(hello.dial(), hello);
    unasked.add(hello.dial());
    return before;
  }

  /** Takes those that the leader is still to be asked for, up to a number of bytes. */
  List<ParkedHello> ask(long maxBytes) {
    List<ParkedHello> asked = new ArrayList<>();
    long bytes = 0;
    for (Dial dial : unasked) {
      ParkedHello hello = parked.get(dial);
      bytes += hello.bytes();
      if (bytes > maxBytes && !asked.isEmpty()) break;
      asked.add(hello);
    }
    for (ParkedHello hello : asked) unasked.remove(hello.dial());
    return asked;
  }

  /** The leader must be asked again, if it still waits. */
  void retry(ParkedHello hello) {
    if (waits(hello)) unasked.add(hello.dial());
  }

  /**
   * The leader is to be asked again at this moment, because it has too much to do; false when the
   * worker would not be let wait so long.
   */
  boolean retryAt(ParkedHello hello, long nanos) {
    if (nanos - hello.arrivedNanos() >= PATIENCE_NANOS - MARGIN_NANOS) return false;
    if (waits(hello)) turns.add(new Turn(hello, nanos));
    return true;
  }

  /** The leader is to be asked for those whose turn it is; true while others wait for theirs. */
  boolean takeTurns(long nowNanos) {
    while (!turns.isEmpty() && turns.peek().nanos() <= nowNanos) retry(turns.poll().hello());
    return !turns.isEmpty();
  }

  boolean hasUnasked() {
    return !unasked.isEmpty();
  }

  boolean waits(ParkedHello hello) {
    return parked.get(hello.dial()) == hello;
  }

  /** Takes the one that this committed record grants its session; null when there is none. */
  ParkedHello granted(Worker worker) {
    ParkedHello hello = grantedBy(worker);
    if (hello != null) drop(hello);
    return hello;
  }

  private ParkedHello grantedBy(Worker worker) {
    if (worker == null || worker.down()) return null;
    boolean ours =
        worker.session().manager().equals(manager) && worker.session().managerBoot() == managerBoot;
    return ours ? parked.get(Dial.of(worker.id(), worker.session())) : null;
  }

  /** Takes it out; false when it was not waiting. */
  boolean drop(ParkedHello hello) {
    unasked.remove(hello.dial());
    return parked.remove(hello.dial(), hello);
  }

  /** Those whose agent has a session by now that it asked for later. */
  List<ParkedHello> overtaken(ClusterState state) {
    return parked.values().stream()
        .filter(hello -> hello.overtaken(state.workers().get(hello.open().worker())))
        .toList();
  }

  /**
   * Takes those that have waited long enough; twice as long where the log has granted the session,
   * because then the welcome is on its way.
   */
  List<ParkedHello> expired(long nowNanos, ClusterState state) {
    List<ParkedHello> expired = new ArrayList<>();
    for (ParkedHello hello : parked.values()) {
      long waitedNanos = nowNanos - hello.arrivedNanos();
      if (waitedNanos < PATIENCE_NANOS) break;
      boolean granted = grantedBy(state.workers().get(hello.open().worker())) == hello;
      if (!granted || waitedNanos >= 2 * PATIENCE_NANOS) expired.add(hello);
    }
    expired.forEach(this::drop);
    return expired;
  }

  /** Those that wait. */
  List<ParkedHello> all() {
    return List.copyOf(parked.values());
  }
}
