package dev.swarm.worker;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * Which manager to dial: a weighted random choice among those known. One that just failed is left
 * alone for a moment and then comes back into its share bit by bit; it is never forgotten.
 */
final class ManagerPicker {
  /** So long after a failure a manager is not dialled while another is there. */
  static final long REST_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** So long after a failure a manager has its full share again. */
  static final long RECOVERY_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final List<Manager> configured;
  private final RandomGenerator random;
  private List<Manager> known;
  private final Map<String, Long> failedAtNanos = new HashMap<>();

  ManagerPicker(List<String> addresses, RandomGenerator random) {
    this.configured = addresses.stream().map(Manager::configured).toList();
    this.known = configured;
    this.random = random;
  }

  /** The managers as a manager named them; they replace the configured addresses. */
  void learn(List<Manager> managers) {
    if (managers.isEmpty()) return;
    known = List.copyOf(managers);
    failedAtNanos.keySet().retainAll(addresses());
  }

  private Set<String> addresses() {
    Set<String> addresses = new java.util.HashSet<>();
    known.forEach(manager -> addresses.add(manager.address()));
    configured.forEach(manager -> addresses.add(manager.address()));
    return addresses;
  }

  /** The manager at this address could not be used just now. */
  void failed(String address, long nowNanos) {
    if (addresses().contains(address)) failedAtNanos.put(address, nowNanos);
  }

  /** The manager at this address works. */
  void worked(String address) {
    failedAtNanos.remove(address);
  }

  /** The manager with this id, if it is known. */
  Optional<Manager> named(String id) {
    return known.stream().filter(manager -> !id.isEmpty() && manager.id().equals(id)).findFirst();
  }

  /**
   * Chooses: managers with weight, then those without, then addresses only the configuration knows;
   * when all of them rest, the one that has rested longest.
   */
  Optional<Manager> pick(Set<String> excluded, long nowNanos) {
    for (List<Manager> tier : tiers(manager -> !excluded.contains(manager.address()))) {
      List<Manager> rested = tier.stream().filter(manager -> !rests(manager, nowNanos)).toList();
      if (!rested.isEmpty()) return Optional.of(draw(rested, nowNanos));
    }
    return tiers(manager -> !excluded.contains(manager.address())).stream()
        .flatMap(List::stream)
        .max((a, b) -> Long.compare(ageOf(a, nowNanos), ageOf(b, nowNanos)));
  }

  private List<List<Manager>> tiers(Predicate<Manager> allowed) {
    List<Manager> weighted = new ArrayList<>();
    List<Manager> weightless = new ArrayList<>();
    for (Manager manager : known) {
      if (allowed.test(manager)) (manager.weight() > 0 ? weighted : weightless).add(manager);
    }
    Set<String> named = new java.util.HashSet<>();
    known.forEach(manager -> named.add(manager.address()));
    List<Manager> others =
        configured.stream()
            .filter(allowed)
            .filter(manager -> !named.contains(manager.address()))
            .toList();
    return List.of(weighted, weightless, others);
  }

  private Manager draw(List<Manager> managers, long nowNanos) {
    double total = managers.stream().mapToDouble(manager -> share(manager, nowNanos)).sum();
    double drawn = random.nextDouble() * total;
    for (Manager manager : managers) {
      drawn -= share(manager, nowNanos);
      if (drawn < 0) return manager;
    }
    return managers.get(managers.size() - 1);
  }

  private double share(Manager manager, long nowNanos) {
    double recovered = Math.min(1.0, (double) ageOf(manager, nowNanos) / RECOVERY_NANOS);
    return Math.max(1, manager.weight()) * recovered;
  }

  private boolean rests(Manager manager, long nowNanos) {
    return ageOf(manager, nowNanos) < REST_NANOS;
  }

  private long ageOf(Manager manager, long nowNanos) {
    Long failedAt = failedAtNanos.get(manager.address());
    return failedAt == null ? Long.MAX_VALUE : nowNanos - failedAt;
  }
}
