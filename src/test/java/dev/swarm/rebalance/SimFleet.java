package dev.swarm.rebalance;

import dev.swarm.model.ClusterInfo;
import dev.swarm.model.ClusterState;
import dev.swarm.model.Command;
import dev.swarm.model.Judgement;
import dev.swarm.model.ManagerInfo;
import dev.swarm.model.ManagerState;
import dev.swarm.model.ManagerStep;
import dev.swarm.model.MoveRates;
import dev.swarm.model.SessionOpen;
import dev.swarm.model.Settings;
import dev.swarm.model.Worker;
import dev.swarm.model.WorkerId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** Managers and workers on virtual time: what is committed is real, what is said is not sent. */
final class SimFleet {
  static final long STEP_NANOS = 100_000_000L;
  private static final long SECOND = 1_000_000_000L;

  private record Arrival(long atNanos, WorkerId worker, String target) {}

  final SplittableRandom random;
  final Set<String> reachable = new HashSet<>();

  /** How often each worker was asked since this was last cleared. */
  final Map<WorkerId, Integer> asked = new HashMap<>();

  /** Per second of virtual time. */
  final Map<Long, Integer> askedInSecond = new HashMap<>();

  /** Managers to which no worker can get. */
  final Set<String> closed = new HashSet<>();

  /** Workers that go nowhere. */
  final Set<WorkerId> rooted = new HashSet<>();

  /** What was said of drains that are stuck. */
  final List<StuckDrain> stuck = new ArrayList<>();

  /** One in so many workers does not go; 0 for none. */
  int stubborn;

  private final List<Arrival> arrivals = new ArrayList<>();
  private final Map<WorkerId, Long> dials = new HashMap<>();
  private ClusterState state = ClusterState.EMPTY;
  private MovePlanner planner;
  private MoveRates rates = MoveRates.DEFAULT;
  private long now;
  private int moved;

  SimFleet(long seed, Map<String, Integer> weights) {
    random = new SplittableRandom(seed);
    apply(
        new Command.BeginCluster(new ClusterInfo("demo", 1), Settings.DEFAULT, List.of()),
        new Command.BeginEpoch(1, "m1", 1));
    weights.forEach(
        (id, weight) -> {
          apply(
              new Command.PutManager(
                  new ManagerInfo(id, 1, "a:1", "a:2", "a:3", weight, ManagerState.ACTIVE)));
          reachable.add(id);
        });
  }

  /** Lets so many workers connect to a manager. */
  SimFleet connect(String manager, int count) {
    for (int i = 0; i < count; i++) {
      open(new WorkerId("w" + (10_000 + dials.size())), manager);
    }
    return this;
  }

  /** Begins to plan, as a leader that was just elected. */
  SimFleet lead(MoveRates with) {
    rates = with;
    planner = new MovePlanner(state, rates, now);
    return this;
  }

  /** Another leader begins; who was UP is UNKNOWN until it has heard of them. */
  void elect(long term, Set<WorkerId> unheard) {
    planner = null;
    apply(new Command.BeginEpoch(term, "m2", 1));
    List<Judgement> heard =
        state.workers().values().stream()
            .filter(worker -> !unheard.contains(worker.id()))
            .map(worker -> confirmed(worker))
            .toList();
    apply(new Command.SetStatus(heard, 1));
    lead(rates);
  }

  private Judgement confirmed(Worker worker) {
    return new Judgement(worker.ref(), state.epoch().number(), Judgement.Verdict.UP, "heartbeat");
  }

  void open(WorkerId worker, String manager) {
    long dial = dials.merge(worker, 1L, Long::sum);
    SessionOpen wish = new SessionOpen(worker, 5, dial, manager, 1, "", Map.of(), 1);
    apply(new Command.OpenSessions(state.epoch().number(), List.of(wish), 1));
  }

  void apply(Command... commands) {
    ClusterState.Applied applied = state.apply(state.index() + 1, List.of(commands));
    state = applied.state();
    if (planner != null) planner.follow(state, applied.changes());
  }

  void step(String manager, ManagerStep step) {
    apply(new Command.StepManager(manager, step));
  }

  /** The manager's process is gone, and each of its workers goes to any other. */
  void die(String manager) {
    reachable.remove(manager);
    List<String> others = List.copyOf(new java.util.TreeSet<>(reachable));
    for (Worker worker : List.copyOf(state.workers().values())) {
      if (!worker.session().manager().equals(manager) || worker.down()) continue;
      open(worker.id(), others.get(random.nextInt(others.size())));
    }
  }

  /** A worker leaves in order. */
  void leave(WorkerId worker) {
    Worker record = state.workers().get(worker);
    apply(
        new Command.SetStatus(
            List.of(
                new Judgement(
                    record.ref(), state.epoch().number(), Judgement.Verdict.LEFT, "left")),
            1));
  }

  /** Lets time pass. */
  void run(double seconds) {
    long end = now + (long) (seconds * SECOND);
    while (now < end) {
      now += STEP_NANOS;
      arrive();
      for (PlannedMove move : planner.plan(Set.copyOf(reachable), now)) ask(move);
      stuck.addAll(planner.takeStuck());
    }
  }

  private void arrive() {
    for (Arrival arrival : List.copyOf(arrivals)) {
      if (arrival.atNanos() > now) continue;
      arrivals.remove(arrival);
      if (!reachable.contains(arrival.target())) continue;
      open(arrival.worker(), arrival.target());
      moved++;
    }
  }

  private void ask(PlannedMove move) {
    asked.merge(move.worker(), 1, Integer::sum);
    askedInSecond.merge(now / SECOND, 1, Integer::sum);
    if (closed.contains(move.target()) || rooted.contains(move.worker())) return;
    if (stubborn > 0 && random.nextInt(stubborn) == 0) return;
    long delay = STEP_NANOS / 2 + random.nextLong(3 * STEP_NANOS);
    arrivals.add(new Arrival(now + delay, move.worker(), move.target()));
  }

  Map<String, Integer> spread() {
    Map<String, Integer> spread = new TreeMap<>();
    state.managers().keySet().forEach(id -> spread.put(id, 0));
    for (Worker worker : state.workers().values()) {
      if (!worker.down()) spread.merge(worker.session().manager(), 1, Integer::sum);
    }
    return spread;
  }

  ClusterState state() {
    return state;
  }

  MovePlanner planner() {
    return planner;
  }

  /** Workers that moved since this was last asked. */
  int takeMoved() {
    int taken = moved;
    moved = 0;
    asked.clear();
    return taken;
  }
}
