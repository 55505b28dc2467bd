package dev.swarm.lab;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Counts what a demo did, says it in plain words, and judges it. */
final class DemoTally {
  private static final Set<String> UNFINISHED = Set.of("PENDING", "ASSIGNED", "RUNNING");

  private final LocalCluster cluster;
  private final int tasks;
  private final Map<String, String> metrics = new HashMap<>();
  private final List<String> violations = new ArrayList<>();

  DemoTally(LocalCluster cluster, int tasks) {
    this.cluster = cluster;
    this.tasks = tasks;
  }

  /** The tasks submitted, and when. */
  record Load(List<String> ids, long sinceNanos) {}

  /** Keeps the meters of a manager that is about to die. */
  void rememberMetricsOf(String manager) throws IOException {
    metrics.put(manager, cluster.api(manager).text("/metrics"));
  }

  static int finished(JsonObject byStatus) {
    return byStatus.fieldNames().stream()
        .filter(status -> !UNFINISHED.contains(status.toUpperCase(java.util.Locale.ROOT)))
        .mapToInt(byStatus::getInteger)
        .sum();
  }

  static int all(JsonObject byStatus) {
    return byStatus.fieldNames().stream().mapToInt(byStatus::getInteger).sum();
  }

  /** Of these tasks, those without a result, as a manager answers. */
  static int withoutResult(ManagerApi api, Collection<String> tasks) throws IOException {
    Map<String, String> statuses = new HashMap<>();
    JsonArray list = api.list("/api/v1/tasks");
    for (int i = 0; i < list.size(); i++) {
      statuses.put(
          list.getJsonObject(i).getString("id"), list.getJsonObject(i).getString("status"));
    }
    return (int) tasks.stream().filter(id -> !"COMPLETE".equals(statuses.get(id))).count();
  }

  /** Prints the figures; 0 when everything held, else 1. */
  int report(Load load, FailoverTrial.Result failover) throws IOException {
    double seconds = (System.nanoTime() - load.sinceNanos()) / 1e9;
    AgentJournal journal = AgentJournal.read(cluster.journals(), 0);
    for (String manager : cluster.alive()) rememberMetricsOf(manager);
    System.out.println();
    row("tasks submitted", Integer.toString(tasks));
    row("finished after", String.format("%.1f s", seconds));
    String survivor = cluster.alive().get(0);
    mustBeZero("tasks lost", withoutResult(cluster.api(survivor), load.ids()));
    mustBeZero("tasks run twice", journal.startedTwice(load.ids()));
    mustBeZero("tasks never started", journal.neverStarted(load.ids()));
    if (failover != null) reportFailover(failover);
    reportBatches();
    System.out.println();
    if (violations.isEmpty()) {
      System.out.println("Everything held.");
      return 0;
    }
    violations.forEach(violation -> System.out.println("NOT HELD: " + violation));
    return 1;
  }

  private void reportFailover(FailoverTrial.Result seen) {
    row("leader killed", seen.dead() + ", with " + seen.onDeadManager() + " workers on it");
    row("new leader", seen.leader().id() + " after " + seen.leaderMillis() + " ms");
    row("all workers UP again", "after " + seen.allUpMillis() + " ms");
    mustBeZero("sessions lost on surviving managers", seen.streamsEndedOnSurvivors());
    mustBeZero("workers of survivors that dialled", seen.dialsBySurvivorsAgents());
    mustBeZero("workers called DOWN", seen.wentDown());
    row("most dials of a worker of the dead manager", Integer.toString(seen.mostDials()));
    row("log entries until then", Long.toString(seen.entries()));
  }

  private void reportBatches() {
    double batches = sum("swarm_dispatch_batches_total");
    double changes = sum("swarm_dispatch_batch_size_changes_sum");
    row("batches sent to workers", String.format("%.0f", batches));
    row("mean batch size", String.format("%.1f changes", batches == 0 ? 0 : changes / batches));
    if (batches == 0) violations.add("no batch was counted");
  }

  private double sum(String meter) {
    return metrics.values().stream().mapToDouble(text -> ManagerApi.sum(text, meter, "")).sum();
  }

  private void mustBeZero(String what, int count) {
    row(what, Integer.toString(count));
    if (count != 0) violations.add(what + ": " + count);
  }

  private static void row(String what, String figure) {
    System.out.printf("  %-44s %s%n", what, figure);
  }
}
