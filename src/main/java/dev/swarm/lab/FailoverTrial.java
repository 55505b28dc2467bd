package dev.swarm.lab;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Kills the leader with SIGKILL and watches what workers, survivors and the log make of it. The
 * watching is done from outside: the survivors' HTTP answers, and the journals that agents wrote.
 */
final class FailoverTrial {
  private static final Duration LEADER_LIMIT = Duration.ofSeconds(30);
  private static final Duration UP_LIMIT = Duration.ofSeconds(60);

  private final LocalCluster cluster;
  private final int agents;

  FailoverTrial(LocalCluster cluster, int agents) {
    this.cluster = cluster;
    this.agents = agents;
  }

  /**
   * What was seen.
   *
   * @param dead id of the killed manager
   * @param leaderMillis from the kill to a new leader that a survivor names, its epoch begun
   * @param allUpMillis from the kill to all workers UP as every survivor answers
   * @param streamsEndedOnSurvivors sessions lost without need
   * @param dialsBySurvivorsAgents agents of survivors that dialled all the same
   * @param stallsOfSurvivorsAgents beats that agents of survivors sent a second late or more
   * @param mostDials of an agent of the dead manager
   * @param wentDown workers committed DOWN
   * @param sawUnknown survivors that showed workers as UNKNOWN meanwhile
   * @param entries by how much the log grew until all were UP
   */
  record Result(
      String dead,
      LocalCluster.Leader leader,
      long leaderMillis,
      long allUpMillis,
      int onDeadManager,
      int streamsEndedOnSurvivors,
      int dialsBySurvivorsAgents,
      int stallsOfSurvivorsAgents,
      int mostDials,
      int wentDown,
      Set<String> sawUnknown,
      long entries) {}

  /** Kills the leader and waits until all workers are UP again. */
  Result killLeader() {
    LocalCluster.Leader old = cluster.awaitLeader(0, LEADER_LIMIT);
    Map<String, JsonObject> before = workers(survivorOf(old.id()));
    long indexBefore = appliedIndex(survivorOf(old.id()));
    long killedAtNanos = System.nanoTime();
    long killedAtMillis = System.currentTimeMillis();
    cluster.manager(old.id()).kill();

    Set<String> sawUnknown = new HashSet<>();
    LocalCluster.Leader next =
        Await.answer(LEADER_LIMIT, () -> "a new leader", () -> newLeader(old, sawUnknown));
    final long leaderMillis = millisSince(killedAtNanos);
    Await.until(UP_LIMIT, "all workers UP again", () -> allUp(next.epoch(), sawUnknown));
    final long allUpMillis = millisSince(killedAtNanos);

    String survivor = cluster.alive().get(0);
    long entries = appliedIndex(survivor) - indexBefore;
    Map<String, JsonObject> after = workers(survivor);
    AgentJournal journal = AgentJournal.read(cluster.journals(), killedAtMillis);
    Set<String> homeless = agentsOf(before, old.id());
    return new Result(
        old.id(),
        next,
        leaderMillis,
        allUpMillis,
        homeless.size(),
        journal.endsExcept(homeless),
        journal.dialsExcept(homeless),
        journal.stallsExcept(homeless),
        journal.mostDialsOf(homeless),
        wentDown(before, after),
        sawUnknown,
        entries);
  }

  private String survivorOf(String dead) {
    return cluster.alive().stream().filter(id -> !id.equals(dead)).findFirst().orElseThrow();
  }

  /** Who leads after the old leader, once a survivor says so. */
  private LocalCluster.Leader newLeader(LocalCluster.Leader old, Set<String> sawUnknown)
      throws IOException {
    LocalCluster.Leader found = null;
    for (String id : cluster.alive()) {
      JsonObject status = status(id, sawUnknown);
      String leader = status.getString("leader");
      boolean begun = status.getLong("epoch") > old.epoch();
      if (begun && leader != null && !leader.equals(old.id())) {
        found = new LocalCluster.Leader(leader, status.getLong("epoch"));
      }
    }
    return found;
  }

  private boolean allUp(long epoch, Set<String> sawUnknown) throws IOException {
    boolean all = true;
    for (String id : cluster.alive()) {
      JsonObject status = status(id, sawUnknown);
      int up = status.getJsonObject("workers").getInteger("up");
      all &= status.getLong("epoch") >= epoch && up == agents;
    }
    return all;
  }

  private JsonObject status(String manager, Set<String> sawUnknown) throws IOException {
    JsonObject status = cluster.api(manager).object("/api/v1/cluster");
    if (status.getJsonObject("workers").getInteger("unknown") > 0) sawUnknown.add(manager);
    return status;
  }

  private Map<String, JsonObject> workers(String manager) {
    try {
      Map<String, JsonObject> byId = new TreeMap<>();
      JsonArray list = cluster.api(manager).list("/api/v1/workers");
      for (int i = 0; i < list.size(); i++) {
        byId.put(list.getJsonObject(i).getString("id"), list.getJsonObject(i));
      }
      return byId;
    } catch (IOException failure) {
      throw new LabException("cannot list workers of " + manager + ": " + failure.getMessage());
    }
  }

  private long appliedIndex(String manager) {
    try {
      String metrics = cluster.api(manager).text("/metrics");
      return (long) ManagerApi.sum(metrics, "swarm_raft_applied_index", "");
    } catch (IOException failure) {
      throw new LabException("cannot read metrics of " + manager + ": " + failure.getMessage());
    }
  }

  private static Set<String> agentsOf(Map<String, JsonObject> workers, String manager) {
    Set<String> agents = new HashSet<>();
    workers.forEach(
        (id, worker) -> {
          if (manager.equals(worker.getString("manager"))) agents.add(id);
        });
    return agents;
  }

  /** A worker that was DOWN for a moment has another {@code since}, however short it was. */
  private static int wentDown(Map<String, JsonObject> before, Map<String, JsonObject> after) {
    List<String> changed = new ArrayList<>();
    before.forEach(
        (id, worker) -> {
          JsonObject now = after.get(id);
          if (now == null || !now.getValue("since").equals(worker.getValue("since"))) {
            changed.add(id);
          }
        });
    return changed.size();
  }

  private static long millisSince(long nanos) {
    return (System.nanoTime() - nanos) / 1_000_000;
  }

  /** How workers are spread over managers, as one manager answers. */
  static Map<String, Integer> spread(JsonArray workers) {
    Map<String, Integer> perManager = new HashMap<>();
    for (int i = 0; i < workers.size(); i++) {
      perManager.merge(workers.getJsonObject(i).getString("manager", ""), 1, Integer::sum);
    }
    return new TreeMap<>(perManager);
  }
}
