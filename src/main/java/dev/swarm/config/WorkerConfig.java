package dev.swarm.config;

import dev.swarm.model.Limits;
import dev.swarm.model.Names;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * A worker's process, with one agent or many.
 *
 * @param id of the worker; with a count above 1 what its agents' ids begin with
 * @param cluster name that all managers and workers of a cluster share
 * @param dataDir the folder of the agents' stores; no other process uses it
 * @param managers api addresses to dial first; the manager dialled tells of the others
 * @param labels that tasks can ask for, sorted
 * @param slots how many tasks one agent runs at once
 * @param count how many agents the process runs
 * @param executor what runs the tasks
 * @param description for people; may be empty
 * @param journal file to record starts and ends of tasks in; null for none
 */
public record WorkerConfig(
    String id,
    String cluster,
    Path dataDir,
    List<Address> managers,
    Map<String, String> labels,
    int slots,
    int count,
    ExecutorConfig executor,
    String description,
    Path journal)
    implements NodeConfig {

  /** Most agents in one process. */
  public static final int MAX_COUNT = 10_000;

  /** Checks everything; throws SwarmException or IllegalArgumentException that names the key. */
  public WorkerConfig {
    Names.check("worker", id);
    Names.check("cluster", cluster);
    Objects.requireNonNull(dataDir, "dataDir");
    Objects.requireNonNull(executor, "executor");
    managers = List.copyOf(managers);
    labels = Collections.unmodifiableMap(new TreeMap<>(labels));
    if (managers.isEmpty()) throw new IllegalArgumentException("managers: at least one is needed");
    if (new HashSet<>(managers).size() < managers.size()) {
      throw new IllegalArgumentException("managers: one address is listed twice");
    }
    within("slots", slots, 10_000);
    within("count", count, MAX_COUNT);
    if (count > 1 && !Names.valid(agentId(id, count, count))) {
      throw new IllegalArgumentException(
          "id: " + id + " is too long to be numbered up to " + count);
    }
    checkLabels(labels);
    checkText("description", description);
  }

  /**
   * A configuration made in a program; its keys are those of a file, {@code role} may be left out.
   * Neither environment nor system properties count.
   *
   * @throws ConfigException with all problems
   */
  public static WorkerConfig of(JsonObject json) {
    return (WorkerConfig) ConfigFile.of("worker", json);
  }

  /** The ids of the agents: the id itself, or {@code w1-001}, {@code w1-002} … */
  public List<String> agentIds() {
    if (count == 1) return List.of(id);
    return IntStream.rangeClosed(1, count).mapToObj(n -> agentId(id, n, count)).toList();
  }

  private static String agentId(String id, int number, int count) {
    int width = Math.max(3, String.valueOf(count).length());
    return id + "-" + String.format("%0" + width + "d", number);
  }

  private static void within(String key, int value, int most) {
    if (value < 1 || value > most) {
      throw new IllegalArgumentException(key + ": " + value + " is outside 1.." + most);
    }
  }

  private static void checkLabels(Map<String, String> labels) {
    if (labels.size() > Limits.MAX_LABELS) {
      throw new IllegalArgumentException(
          "labels: " + labels.size() + " are more than the " + Limits.MAX_LABELS + " allowed");
    }
    labels.forEach(
        (key, value) -> {
          checkText("labels", key);
          checkText("labels." + key, value);
        });
  }

  private static void checkText(String key, String text) {
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > Limits.MAX_LABEL_BYTES) {
      throw new IllegalArgumentException(
          key + ": has " + bytes + " bytes, more than the " + Limits.MAX_LABEL_BYTES + " allowed");
    }
  }
}
