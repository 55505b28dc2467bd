package dev.swarm.worker;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Which manager to dial: a weighted random choice among those known. One with which this agent had
 * a bad experience is left alone for a moment and then comes back into its share bit by bit,
 * whatever lists come meanwhile; it is never forgotten, and neither are configured addresses. A
 * manager reached under several addresses is one manager.
 */
final class ManagerPicker {
  /** So long after a failure a manager is not dialled while another is there. */
  static final long REST_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** So long after a failure a manager has its full share again. */
  static final long RECOVERY_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** So long after it stopped in order a manager is not dialled while another is there. */
  static final long STOPPING_NANOS = TimeUnit.SECONDS.toNanos(5);

  /**
   * So long a manager with weight that answers, but has no leader, is waited for before those
   * without weight are dialled: a slow election passes meanwhile, and one that is cut off from the
   * others does not hold anybody for good.
   */
  static final long LEADERLESS_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** A manager and the addresses at which it may be found, the one that it names itself first. */
  private record Candidate(List<Manager> ways) {
    int weight() {
      return ways.get(0).weight();
    }

    boolean givesUp() {
      return ways.get(0).givesUp();
    }

    boolean at(Set<String> addresses) {
      return ways.stream().anyMatch(way -> addresses.contains(way.address()));
    }
  }

  private final List<Manager> configured;
  private final RandomGenerator random;
  private List<Manager> known = List.of();
  private boolean confirmed;

  /** Dials in a row that led nowhere, and when the last one did; old ones say nothing. */
  private int misses;

  private long missedAtNanos;

  /** Ids of the managers that answered at configured addresses. */
  private final Map<String, String> met = new HashMap<>();

  /** When it failed last; by id for the manager itself, by address for the way to it. */
  private final Map<String, Long> failedAtNanos = new HashMap<>();

  /** Until when it asked not to be dialled; by id, or by address where that is all we know. */
  private final Map<String, Long> awayUntilNanos = new HashMap<>();

  /** Since when it answers that it has no leader yet; by the same names. */
  private final Map<String, Long> leaderlessSinceNanos = new HashMap<>();

  ManagerPicker(List<String> addresses, RandomGenerator random) {
    this.configured = addresses.stream().map(Manager::configured).toList();
    this.random = random;
  }

  /** The managers as a former process knew them: dialled where the configured ones fail. */
  void remember(List<Manager> managers) {
    if (!confirmed) known = List.copyOf(managers);
  }

  /** The managers as a manager named them; they come before the configured addresses. */
  void learn(List<Manager> managers) {
    if (managers.isEmpty()) return;
    known = List.copyOf(managers);
    confirmed = true;
  }

  /** The manager could not be used just now, at whichever address. */
  void failed(Manager manager, long nowNanos) {
    unreachable(manager, nowNanos);
    failedAtNanos.put(identity(manager), nowNanos);
  }

  /** There was no way to the manager under this address. */
  void unreachable(Manager manager, long nowNanos) {
    misses = missesInARow(nowNanos) + 1;
    missedAtNanos = nowNanos;
    failedAtNanos.values().removeIf(failed -> nowNanos - failed >= RECOVERY_NANOS);
    failedAtNanos.put(manager.address(), nowNanos);
    leaderlessSinceNanos.remove(identity(manager));
  }

  /**
   * The manager has no leader yet and asks not to be dialled before this moment: that is no bad
   * experience, and shows that it is there.
   */
  void away(Manager manager, long untilNanos, long nowNanos) {
    awayUntilNanos.values().removeIf(until -> nowNanos - until >= RECOVERY_NANOS);
    leaderlessSinceNanos.keySet().retainAll(awayUntilNanos.keySet());
    awayUntilNanos.put(identity(manager), untilNanos);
    leaderlessSinceNanos.putIfAbsent(identity(manager), nowNanos);
  }

  /** The manager stops in order: no bad experience, but nobody to wait for. */
  void stops(Manager manager, long nowNanos) {
    awayUntilNanos.put(identity(manager), nowNanos + STOPPING_NANOS);
    leaderlessSinceNanos.remove(identity(manager));
  }

  private int missesInARow(long nowNanos) {
    return nowNanos - missedAtNanos < RECOVERY_NANOS ? misses : 0;
  }

  /** The manager works, and says that this is its id. */
  void worked(Manager manager, String id) {
    misses = 0;
    boolean ours = configured.stream().anyMatch(one -> one.address().equals(manager.address()));
    if (ours && !id.isEmpty()) met.put(manager.address(), id);
    for (String name : List.of(manager.address(), identity(manager), id)) {
      failedAtNanos.remove(name);
      awayUntilNanos.remove(name);
      leaderlessSinceNanos.remove(name);
    }
  }

  private String identity(Manager manager) {
    if (!manager.id().isEmpty()) return manager.id();
    return met.getOrDefault(manager.address(), manager.address());
  }

  /** The manager with this id, if it is known. */
  Optional<Manager> named(String id) {
    return known.stream().filter(manager -> !id.isEmpty() && manager.id().equals(id)).findFirst();
  }

  /** How the manager with this id is best dialled, if it is known. */
  Optional<Manager> wayTo(String id, long nowNanos) {
    return named(id).map(manager -> way(candidate(manager), nowNanos));
  }

  /**
   * Chooses: managers with weight, then those without, then addresses only the configuration knows
   * (before a manager has named the managers, configured ones come first), then managers that give
   * their workers up. Each group has as many misses in a row as it has ways, then the next one has
   * its turn, and the first one again after the last: no group is waited for, however long the
   * pauses between dials. Only those without weight have no turn while one with weight merely has
   * no leader yet, and those that give up none while any other has none. When all rest, the one
   * that has rested longest.
   *
   * @param excluded addresses of managers that are not wanted
   */
  Optional<Manager> pick(Set<String> excluded, long nowNanos) {
    List<List<Candidate>> tiers = inTurn(tiers(excluded, nowNanos), missesInARow(nowNanos));
    for (List<Candidate> tier : tiers) {
      List<Candidate> rested =
          tier.stream().filter(one -> !one.at(excluded) && !rests(one, nowNanos)).toList();
      if (!rested.isEmpty()) return Optional.of(way(draw(rested, nowNanos), nowNanos));
    }
    return tiers.stream()
        .flatMap(List::stream)
        .filter(one -> !one.at(excluded))
        .max(
            Comparator.comparing((Candidate one) -> -awayNanos(one, nowNanos))
                .thenComparing(one -> ageOf(one, nowNanos)))
        .map(candidate -> way(candidate, nowNanos));
  }

  /**
   * How long until a manager may be dialled that has not failed and does not ask us to wait any
   * more; 0 for now, also when all have failed.
   */
  long nanosUntilReady(long nowNanos) {
    return tiers(Set.of(), nowNanos).stream()
        .flatMap(List::stream)
        .filter(one -> !failed(one, nowNanos))
        .mapToLong(one -> awayNanos(one, nowNanos))
        .min()
        .orElse(0);
  }

  /** The one whose turn it is after so many misses comes first. */
  private static List<List<Candidate>> inTurn(List<List<Candidate>> tiers, int misses) {
    int[] ways = tiers.stream().mapToInt(ManagerPicker::ways).toArray();
    int left = misses % Math.max(1, IntStream.of(ways).sum());
    int turn = 0;
    while (left >= ways[turn] && turn < ways.length - 1) left -= ways[turn++];
    List<List<Candidate>> inTurn = new ArrayList<>(tiers);
    Collections.rotate(inTurn, -turn);
    return inTurn;
  }

  private static int ways(List<Candidate> tier) {
    return tier.stream().mapToInt(one -> one.ways().size()).sum();
  }

  private List<List<Candidate>> tiers(Set<String> excluded, long nowNanos) {
    List<Candidate> weighted = listed(one -> !one.givesUp() && one.weight() > 0);
    List<Candidate> weightless = listed(one -> !one.givesUp() && one.weight() == 0);
    List<Candidate> last = listed(Candidate::givesUp);
    List<Candidate> others =
        configured.stream()
            .filter(one -> known.stream().noneMatch(manager -> same(one, manager)))
            .map(one -> new Candidate(List.of(one)))
            .toList();
    Predicate<Candidate> waits = one -> !one.at(excluded) && isLeaderless(one, nowNanos);
    boolean anyWaits =
        Stream.of(weighted, weightless, others).flatMap(List::stream).anyMatch(waits);
    if (anyWaits) last = List.of();
    if (weighted.stream().anyMatch(waits)) weightless = List.of();
    if (confirmed) return List.of(weighted, weightless, others, last);
    List<Candidate> first = new ArrayList<>(others);
    weighted.stream().filter(this::isConfigured).forEach(first::add);
    return List.of(first, weighted, weightless, last);
  }

  private List<Candidate> listed(Predicate<Candidate> which) {
    return known.stream().map(this::candidate).filter(which).toList();
  }

  private Candidate candidate(Manager manager) {
    List<Manager> ways = new ArrayList<>(List.of(manager));
    for (Manager one : configured) {
      if (!one.address().equals(manager.address()) && same(one, manager)) {
        ways.add(new Manager(manager.id(), one.address(), manager.weight(), manager.state()));
      }
    }
    return new Candidate(ways);
  }

  private boolean same(Manager configured, Manager manager) {
    return configured.address().equals(manager.address())
        || manager.id().equals(met.get(configured.address()));
  }

  private boolean isConfigured(Candidate candidate) {
    return configured.stream().anyMatch(one -> candidate.at(Set.of(one.address())));
  }

  private Candidate draw(List<Candidate> candidates, long nowNanos) {
    double total = candidates.stream().mapToDouble(one -> share(one, nowNanos)).sum();
    double drawn = random.nextDouble() * total;
    for (Candidate candidate : candidates) {
      drawn -= share(candidate, nowNanos);
      if (drawn < 0) return candidate;
    }
    return candidates.get(candidates.size() - 1);
  }

  private double share(Candidate candidate, long nowNanos) {
    double recovered = Math.min(1.0, (double) ageOf(candidate, nowNanos) / RECOVERY_NANOS);
    return Math.max(1, candidate.weight()) * recovered;
  }

  private boolean rests(Candidate candidate, long nowNanos) {
    return failed(candidate, nowNanos) || awayNanos(candidate, nowNanos) > 0;
  }

  /** Whether it failed a moment ago and has said nothing since. */
  private boolean failed(Candidate candidate, long nowNanos) {
    return ageOf(candidate, nowNanos) < REST_NANOS
        && !leaderlessSinceNanos.containsKey(identity(candidate.ways().get(0)));
  }

  /** Whether it answers, and may have a leader soon. */
  private boolean isLeaderless(Candidate candidate, long nowNanos) {
    Long since = leaderlessSinceNanos.get(identity(candidate.ways().get(0)));
    return since != null && nowNanos - since < LEADERLESS_NANOS;
  }

  private long awayNanos(Candidate candidate, long nowNanos) {
    Long until = awayUntilNanos.get(identity(candidate.ways().get(0)));
    return until == null ? 0 : Math.max(0, until - nowNanos);
  }

  /** Since the manager failed, or the last of the ways to it. */
  private long ageOf(Candidate candidate, long nowNanos) {
    long reachable = ageOf(way(candidate, nowNanos).address(), nowNanos);
    return Math.min(reachable, ageOf(identity(candidate.ways().get(0)), nowNanos));
  }

  /** The address that never failed, or did so longest ago; in doubt what the manager names. */
  private Manager way(Candidate candidate, long nowNanos) {
    Manager best = candidate.ways().get(0);
    for (Manager way : candidate.ways()) {
      if (ageOf(way.address(), nowNanos) > ageOf(best.address(), nowNanos)) best = way;
    }
    return best;
  }

  private long ageOf(String name, long nowNanos) {
    Long failedAt = failedAtNanos.get(name);
    return failedAt == null ? Long.MAX_VALUE : nowNanos - failedAt;
  }
}
