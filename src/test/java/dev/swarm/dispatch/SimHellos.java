package dev.swarm.dispatch;

import dev.swarm.model.ClusterState;
import dev.swarm.model.SessionOpen;
import dev.swarm.model.Worker;
import java.util.List;

/** The production's parked Hellos of one manager, without streams, for the simulation. */
public final class SimHellos {
  private final ParkedHellos parked;
  private List<ParkedHello> asked = List.of();

  /** For this process of this manager. */
  public SimHellos(String manager, long managerBoot) {
    parked = new ParkedHellos(manager, managerBoot);
  }

  /** A worker waits for its session. */
  public void park(SessionOpen open, long nowNanos) {
    parked.park(new ParkedHello(open, 0, 0, null, nowNanos));
  }

  /** What the leader is asked for now. */
  public List<SessionOpen> ask() {
    asked = parked.ask(1 << 20);
    return asked.stream().map(ParkedHello::open).toList();
  }

  /** No answer came: the leader is asked again. */
  public void unanswered() {
    asked.forEach(parked::retry);
  }

  /** Whether this record is the session of one who waits. */
  public boolean granted(Worker worker) {
    return parked.granted(worker) != null;
  }

  /** How many are told now to come again, because they waited for too long. */
  public int sendAway(long nowNanos, ClusterState state) {
    return parked.expired(nowNanos, state).size();
  }
}
