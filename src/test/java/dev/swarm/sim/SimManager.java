package dev.swarm.sim;

import dev.swarm.bus.Messages.SessionBeat;
import dev.swarm.bus.Messages.StateNews;
import dev.swarm.model.Change;
import dev.swarm.model.SessionOpen;
import dev.swarm.model.SessionRef;
import dev.swarm.model.Worker;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** A manager's dispatcher and forwarder, as far as presence sees them. */
final class SimManager {
  private static final double BATCH_MILLIS = 100;

  private final VirtualTime time;
  private final Supplier<SimLeader> leader;
  private final Fleet fleet;
  final String id;

  private final Map<SimWorker, Worker> sessions = new LinkedHashMap<>();
  private final Map<SimWorker, Beat> lastBeat = new HashMap<>();
  private final Map<SessionRef, Beat> unsent = new LinkedHashMap<>();
  private boolean rosterDue;
  boolean alive = true;

  /** Cannot reach the leader. */
  boolean cut;

  /** What the worker was told when it beat goes with the beat. */
  private record Beat(long at, int promisedMillis, long settingsVersion) {}

  SimManager(Fleet fleet, VirtualTime time, SimLog log, String id, Supplier<SimLeader> leader) {
    this.fleet = fleet;
    this.time = time;
    this.id = id;
    this.leader = leader;
    log.subscribe(news -> time.in(2, () -> onNews(news)));
    time.in(BATCH_MILLIS * fleet.random.nextDouble(), this::send);
  }

  void hello(SimWorker worker) {
    if (!alive) return;
    var wish =
        new SessionOpen(worker.id, worker.boot, worker.dial, id, 1, "", java.util.Map.of(), 10);
    time.in(
        1,
        () -> {
          if (!cut && leader.get() != null) leader.get().open(wish);
        });
  }

  private void onNews(StateNews news) {
    if (!alive) return;
    for (Change change : news.changes()) {
      if (change instanceof Change.EpochBegan) rosterDue = true;
      if (change instanceof Change.WorkerChanged worker) onWorker(worker.after());
    }
  }

  private void onWorker(Worker worker) {
    SimWorker mine = fleet.worker(worker.id());
    Worker held = sessions.get(mine);
    boolean ours = worker.session().manager().equals(id);
    if (ours && !worker.down() && mine.dial == worker.session().dial()) {
      if (held != null && held.ref().equals(worker.ref())) return;
      sessions.put(mine, worker);
      lastBeat.put(mine, beatNow());
      mine.welcome(this, worker.ref());
    } else if (held != null) {
      sessions.remove(mine);
      if (worker.down()) mine.disconnected(held.ref());
    }
  }

  /** Answered at once, and told to the leader with the others of this moment. */
  boolean beat(SimWorker worker, SessionRef session) {
    Worker held = sessions.get(worker);
    if (!alive || held == null || !held.ref().equals(session)) return false;
    Beat beat = beatNow();
    lastBeat.put(worker, beat);
    unsent.put(session, beat);
    return true;
  }

  private Beat beatNow() {
    return new Beat(time.now(), fleet.periodMillis(), fleet.log.state().settings().version());
  }

  private void send() {
    if (!alive) return;
    if (!cut && leader.get() != null && leader.get().ready()) {
      if (rosterDue) fillRoster();
      deliver(List.copyOf(unsent.entrySet()));
    }
    time.in(BATCH_MILLIS, this::send);
  }

  private void fillRoster() {
    sessions.forEach((worker, held) -> unsent.putIfAbsent(held.ref(), lastBeat.get(worker)));
    rosterDue = false;
  }

  private void deliver(List<Map.Entry<SessionRef, Beat>> beats) {
    if (beats.isEmpty()) return;
    time.in(
        1,
        () -> {
          List<SessionBeat> message = new ArrayList<>(beats.size());
          for (var beat : beats) {
            long age = (time.now() - beat.getValue().at()) / 1_000_000;
            message.add(
                new SessionBeat(
                    beat.getKey(),
                    0,
                    age,
                    beat.getValue().promisedMillis(),
                    beat.getValue().settingsVersion()));
          }
          List<SessionRef> refused = leader.get() == null ? null : leader.get().beats(message);
          if (refused == null) return; // kept, and sent again
          for (var beat : beats) {
            unsent.remove(beat.getKey(), beat.getValue());
            if (!refused.contains(beat.getKey())) {
              fleet.confirmed(beat.getKey(), beat.getValue().at());
            }
          }
        });
  }

  /** Its process is gone, and the connections of its workers with it. */
  void kill() {
    alive = false;
    List<SimWorker> orphans = List.copyOf(sessions.keySet());
    sessions.clear();
    orphans.forEach(SimWorker::connectionLost);
  }

  int sessions() {
    return sessions.size();
  }
}
