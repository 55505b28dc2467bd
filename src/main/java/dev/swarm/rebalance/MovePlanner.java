package dev.swarm.rebalance;

import dev.swarm.model.Change;
import dev.swarm.model.ClusterState;
import dev.swarm.model.ManagerInfo;
import dev.swarm.model.ManagerState;
import dev.swarm.model.MoveRates;
import dev.swarm.model.Worker;
import dev.swarm.model.WorkerId;
import dev.swarm.model.WorkerStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Decides which workers are asked to move, and where to. Managers that give their workers up come
 * first. Otherwise, on an occasion (a manager joins, is back, is weighted or activated), those with
 * more than their share give the surplus to those with less, each worker at most once. Between
 * occasions nobody moves, however the numbers drift.
 */
final class MovePlanner {
  /** Seconds' worth of moves that may be open at once: targets that are slow are not flooded. */
  private static final int MAX_OPEN_SECONDS = 2;

  /** A worker that gets to none of the takers is asked again after so long. */
  private static final long STUCK_NANOS = TimeUnit.SECONDS.toNanos(60);

  /** When nobody could be asked, the workers are not looked through again for so long. */
  private static final long REST_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** An occasion on which everybody is so near to its share, or one off, passes. */
  private static final double NEAR = 0.02;

  /**
   * What a new leader finds may be the mere scatter of workers that chose by chance: up to so many
   * times the square root of a share. It touches that no more than the former leader did.
   */
  private static final double SCATTER = 3;

  /** No chance leaves a manager without workers that should have so many: one in 150. */
  private static final int NEVER_EMPTY = 5;

  /** A process that was told to end is back by then, or not soon. */
  private static final long BACK_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final MoveRates rates;
  private final Pace drains;
  private final Pace rebalances;
  private final Occupancy occupancy = new Occupancy();
  private final Attendance attendance = new Attendance();
  private final OpenMoves open = new OpenMoves();
  private final Walk walk = new Walk();

  /** Targets that a worker of a manager that gives up could not get to. */
  private final Map<WorkerId, Set<String>> missed = new HashMap<>();

  /** Who could get to none of them, and until when nobody waits for it. */
  private final Map<WorkerId, Long> stuckUntil = new HashMap<>();

  /** Who was asked on the present occasion. */
  private final Set<WorkerId> asked = new HashSet<>();

  /** Since when managers have been STOPPING. */
  private final Map<String, Long> expected = new HashMap<>();

  private ClusterState state;
  private Map<String, Integer> balancedFor = Map.of();

  /** Shares that this leader has found and not seen balanced yet. */
  private final Map<String, Integer> found = new HashMap<>();

  private boolean occasion;
  private boolean draining;
  private long restUntilNanos;
  private final long begunNanos;
  private final List<String> news = new ArrayList<>();

  /** Plans for the fleet as it stands. */
  MovePlanner(ClusterState state, MoveRates rates, long nowNanos) {
    this.rates = rates;
    drains = new Pace(rates.drainPerSecond(), nowNanos);
    rebalances = new Pace(rates.rebalancePerSecond(), nowNanos);
    restUntilNanos = nowNanos;
    begunNanos = nowNanos;
    replaced(state);
    for (ManagerInfo manager : state.managers().values()) {
      if (manager.state() == ManagerState.ACTIVE) found.put(manager.id(), manager.share());
    }
  }

  /** Follows one entry of the log. */
  void follow(ClusterState next, List<Change> changes) {
    state = next;
    occupancy.follow(changes);
    if (open.size() == 0) return;
    for (Change change : changes) {
      if (change instanceof Change.WorkerChanged worker) open.changed(worker.after());
    }
  }

  /** Follows a jump of the log. */
  void replaced(ClusterState next) {
    state = next;
    occupancy.recount(next);
    open.reconcile(next);
  }

  /** Sessions that the manager holds. */
  int held(String manager) {
    return occupancy.of(manager);
  }

  /** Whether there may be more to plan soon. */
  boolean busy() {
    return occasion || draining || open.size() > 0;
  }

  /**
   * The moves to ask for now.
   *
   * @param reachable managers that moves and workers can get to, the leader among them
   */
  List<PlannedMove> plan(Set<String> reachable, long nowNanos) {
    attend(reachable, nowNanos);
    Map<String, Integer> takers = takers(reachable);
    for (PlannedMove stayed : open.expire(nowNanos)) {
      if (givesUp(stayed.holder())) missed(stayed, takers.keySet(), nowNanos);
    }
    stuckUntil.entrySet().removeIf(stuck -> !isStuck(stuck.getKey(), stuck.getValue(), nowNanos));
    Set<String> givers = givers(reachable, takers);
    noteDraining(!givers.isEmpty());
    if (draining) return drain(givers, takers, nowNanos);
    missed.clear();
    return rebalance(reachable, nowNanos);
  }

  private void missed(PlannedMove move, Set<String> takers, long nowNanos) {
    Set<String> targets = missed.computeIfAbsent(move.worker(), first -> new HashSet<>());
    targets.add(move.target());
    if (takers.isEmpty() || !targets.containsAll(takers)) return;
    missed.remove(move.worker());
    stuckUntil.put(move.worker(), nowNanos + STUCK_NANOS);
  }

  private boolean isStuck(WorkerId id, long untilNanos, long nowNanos) {
    Worker worker = state.workers().get(id);
    return worker != null
        && !worker.down()
        && nowNanos - untilNanos < 0
        && givesUp(worker.session().manager());
  }

  private long stuckOn(String manager) {
    return stuckUntil.keySet().stream()
        .filter(id -> state.workers().get(id).session().manager().equals(manager))
        .count();
  }

  private void attend(Set<String> reachable, long nowNanos) {
    attendance.look(reachable, nowNanos);
    for (ManagerInfo manager : state.managers().values()) {
      if (manager.state() != ManagerState.STOPPING) expected.remove(manager.id());
      else if (expected.putIfAbsent(manager.id(), nowNanos) == null) {
        attendance.announced(manager.id());
      }
    }
    expected.keySet().retainAll(state.managers().keySet());
  }

  /** Somebody has said that it ends, and will be back soon, and then get its share as well. */
  private boolean expecting(long nowNanos) {
    return expected.values().stream().anyMatch(since -> nowNanos - since < BACK_NANOS);
  }

  /** Workers of the former leader may still be on their way to others. */
  private boolean gathering(long nowNanos) {
    return state.workerCounts().unknown() > 0 && nowNanos - begunNanos < BACK_NANOS;
  }

  private boolean givesUp(String id) {
    ManagerInfo manager = state.managers().get(id);
    return manager != null && givesUp(manager.state());
  }

  private static boolean givesUp(ManagerState state) {
    return switch (state) {
      case DRAINING, RETIRING, STOPPING, LEAVING -> true;
      case JOINING, ACTIVE -> false;
    };
  }

  private Map<String, Integer> takers(Set<String> reachable) {
    Map<String, Integer> takers = new TreeMap<>();
    for (ManagerInfo manager : state.managers().values()) {
      boolean takes = manager.share() > 0 && reachable.contains(manager.id());
      if (takes) takers.put(manager.id(), manager.share());
    }
    return takers;
  }

  /** Who gives workers up, has some, and can give them to somebody. */
  private Set<String> givers(Set<String> reachable, Map<String, Integer> takers) {
    Set<String> givers = new HashSet<>();
    for (ManagerInfo manager : state.managers().values()) {
      String id = manager.id();
      boolean gives = givesUp(manager.state()) && reachable.contains(id) && !takers.isEmpty();
      if (gives && occupancy.of(id) > stuckOn(id)) givers.add(id);
    }
    return givers;
  }

  private void noteDraining(boolean now) {
    if (draining == now) return;
    draining = now;
    walk.begin();
    news.add(
        now
            ? "workers are asked to leave: " + levels()
            : "nobody is left who could be asked to leave");
  }

  private List<PlannedMove> drain(Set<String> givers, Map<String, Integer> takers, long nowNanos) {
    int left = givers.stream().mapToInt(id -> Math.max(0, level(id))).sum();
    int most = Math.min(left, most(drains, rates.drainPerSecond(), nowNanos));
    List<PlannedMove> moves = new ArrayList<>();
    for (Worker worker : search(givers, most)) {
      String holder = worker.session().manager();
      String target = emptiest(takers, missed.getOrDefault(worker.id(), Set.of()));
      if (target == null) break;
      String reason = "manager " + holder + " gives its workers up";
      moves.add(ask(worker, new PlannedMove(holder, worker.id(), target, reason), nowNanos));
    }
    drains.spent(moves.size());
    if (walk.fruitless(state)) rest(nowNanos);
    return moves;
  }

  /**
   * Who would be the furthest below its share with one more; not one that was missed, if possible.
   * Nobody gets more than its part of the moves that may be open: a taker that is there and cannot
   * be got to does not hold all the others up. Null when all have that.
   */
  private String emptiest(Map<String, Integer> takers, Set<String> avoid) {
    int part = Math.max(1, MAX_OPEN_SECONDS * rates.drainPerSecond() / takers.size());
    return takers.keySet().stream()
        .filter(id -> open.to(id) < part)
        .min(
            Comparator.<String, Boolean>comparing(avoid::contains)
                .thenComparing(id -> (level(id) + 1.0) / takers.get(id)))
        .orElse(null);
  }

  private List<PlannedMove> rebalance(Set<String> reachable, long nowNanos) {
    if (rates.rebalancePerSecond() == 0) return List.of();
    Map<String, Integer> shares = settledShares(nowNanos);
    if (isOccasion(shares, reachable, nowNanos)) begin(shares);
    if (!occasion) return List.of();
    if (shares.values().stream().allMatch(share -> share == 0)) return end();
    Map<String, Integer> surplus = surplus(shares);
    Set<String> overfull = new HashSet<>();
    int left = 0;
    for (Map.Entry<String, Integer> more : surplus.entrySet()) {
      if (more.getValue() > 0) overfull.add(more.getKey());
      left += Math.max(0, more.getValue());
    }
    if (overfull.isEmpty()) return open.size() == 0 ? end() : List.of();
    List<PlannedMove> moves = new ArrayList<>();
    int most = Math.min(left, most(rebalances, rates.rebalancePerSecond(), nowNanos));
    for (Worker worker : search(overfull, most)) {
      String holder = worker.session().manager();
      if (surplus.get(holder) <= 0) continue;
      String target =
          shares.keySet().stream().min(Comparator.comparingInt(surplus::get)).orElseThrow();
      surplus.merge(holder, -1, Integer::sum);
      surplus.merge(target, 1, Integer::sum);
      String reason = "manager " + holder + " has more than its share";
      moves.add(ask(worker, new PlannedMove(holder, worker.id(), target, reason), nowNanos));
      asked.add(worker.id());
    }
    rebalances.spent(moves.size());
    boolean nobodyLeft = walk.fruitless(state) && open.size() == 0;
    if (nobodyLeft) end();
    return moves;
  }

  /** Shares of the managers among which workers are balanced: 0 of those that shall have none. */
  private Map<String, Integer> settledShares(long nowNanos) {
    Map<String, Integer> shares = new TreeMap<>();
    for (ManagerInfo manager : state.managers().values()) {
      boolean settled = attendance.steady(manager.id(), nowNanos);
      if (manager.state() == ManagerState.ACTIVE && settled) {
        shares.put(manager.id(), manager.share());
      }
    }
    return shares;
  }

  /** A share is new or different, and nobody just arrives or is to. Who goes is no occasion. */
  private boolean isOccasion(Map<String, Integer> shares, Set<String> reachable, long nowNanos) {
    boolean different = false;
    for (Map.Entry<String, Integer> share : shares.entrySet()) {
      different |= !share.getValue().equals(balancedFor.get(share.getKey()));
    }
    if (!different) {
      if (shares.size() < balancedFor.size()) balancedFor = shares;
      return false;
    }
    return !expecting(nowNanos)
        && !gathering(nowNanos)
        && reachable.stream().noneMatch(id -> attendance.arriving(id, nowNanos));
  }

  private void begin(Map<String, Integer> shares) {
    boolean asFound =
        shares.entrySet().stream()
            .filter(share -> !share.getValue().equals(balancedFor.get(share.getKey())))
            .allMatch(share -> share.getValue().equals(found.get(share.getKey())));
    found.keySet().removeAll(shares.keySet());
    balancedFor = shares;
    asked.clear();
    walk.begin();
    if (shares.values().stream().allMatch(share -> share == 0)) return;
    Map<String, Integer> levels = levels(shares.keySet());
    Map<String, Integer> quotas = Quotas.of(shares, levels);
    occasion =
        quotas.keySet().stream().anyMatch(id -> off(levels.get(id), quotas.get(id), asFound));
    if (occasion) news.add("workers are balanced: from " + levels + " to " + quotas);
  }

  private static boolean off(int level, int quota, boolean asFound) {
    if (quota == 0 || level == 0 && quota >= NEVER_EMPTY) return level != quota;
    double near = asFound ? SCATTER * Math.sqrt(quota) : NEAR * quota;
    return Math.abs(level - quota) > near + 1;
  }

  private List<PlannedMove> end() {
    if (occasion) news.add("workers are as balanced as can be: " + levels());
    occasion = false;
    asked.clear();
    return List.of();
  }

  private Map<String, Integer> surplus(Map<String, Integer> shares) {
    Map<String, Integer> surplus = levels(shares.keySet());
    Quotas.of(shares, surplus).forEach((id, quota) -> surplus.merge(id, -quota, Integer::sum));
    return surplus;
  }

  private int most(Pace pace, int perSecond, long nowNanos) {
    if (nowNanos - restUntilNanos < 0) return 0;
    int room = MAX_OPEN_SECONDS * perSecond - open.size();
    return Math.min(pace.allowed(nowNanos), Math.max(0, room));
  }

  private List<Worker> search(Set<String> holders, int most) {
    if (most == 0) return List.of();
    return walk.next(
        state,
        most,
        worker ->
            !worker.down()
                && holders.contains(worker.session().manager())
                && worker.statusIn(state.epoch()) == WorkerStatus.UP
                && !open.holds(worker.id())
                && !stuckUntil.containsKey(worker.id())
                && !(occasion && !draining && asked.contains(worker.id())));
  }

  private void rest(long nowNanos) {
    restUntilNanos = nowNanos + REST_NANOS;
    walk.begin();
  }

  private PlannedMove ask(Worker worker, PlannedMove move, long nowNanos) {
    open.ask(move, worker.session().number(), nowNanos);
    return move;
  }

  /** Workers that the manager holds when all that were asked have moved. */
  private int level(String manager) {
    return occupancy.of(manager) + open.shift(manager);
  }

  private Map<String, Integer> levels(Set<String> managers) {
    Map<String, Integer> levels = new TreeMap<>();
    for (String manager : managers) levels.put(manager, level(manager));
    return levels;
  }

  private Map<String, Integer> levels() {
    return levels(state.managers().keySet());
  }

  /** What became of moves since this was last asked. */
  Map<OpenMoves.End, Integer> takeEnded() {
    return open.takeEnded();
  }

  /** What began or ended since this was last asked, for people. */
  List<String> takeNews() {
    List<String> taken = List.copyOf(news);
    news.clear();
    return taken;
  }

  /** Records of workers looked at so far. */
  long seen() {
    return walk.seen();
  }
}
