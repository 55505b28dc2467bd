package dev.swarm.lab;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Changes what share of the workers the managers of a running cluster shall have, and looks at who
 * moves for it: one occasion after the other, each watched until nobody moves any more.
 */
final class WeightTrial {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final double NEAR = 0.05;
  private static final double MOST_MOVES = 1.1;

  /** From the commit until the last agent has the list. */
  private static final long LIST_MILLIS = 1_000;

  /** Nobody may move once the shares are there: that long it is looked at. */
  private static final Duration SETTLE = Duration.ofSeconds(1);

  private final LocalCluster cluster;
  private final int agents;
  private final WorkerLives lives;

  /**
   * What one occasion led to.
   *
   * @param what was done
   * @param levelMillis until each manager had its share; -1 for never
   * @param listMillis from the commit until the last agent had the list; -1 for never, 0 when the
   *     list did not change
   * @param wanted the share of each manager, as the weights say
   * @param held what the managers say that they hold
   * @param sessions streams that each manager counts
   * @param moved sessions given up for one elsewhere
   * @param least how many had to be
   * @param mostMoves of any one agent
   * @param withoutStream how often an agent had no stream for a moment, of those that had one
   * @param unwanted sessions opened at managers with weight 0
   * @param wentDown workers committed DOWN since the trial began
   */
  record Occasion(
      String what,
      long levelMillis,
      long listMillis,
      Map<String, Double> wanted,
      Map<String, Integer> held,
      Map<String, Integer> sessions,
      int moved,
      int least,
      int mostMoves,
      int withoutStream,
      int unwanted,
      int wentDown) {

    /** What was not held, a line each. */
    List<String> violations() {
      List<String> wrong = new ArrayList<>();
      if (levelMillis < 0) wrong.add("not " + wanted + " within the limit: " + held);
      if (listMillis < 0 || listMillis > LIST_MILLIS) wrong.add("list after " + listMillis + " ms");
      if (!near(wanted, held)) wrong.add("did not stay at " + wanted + ": " + held);
      if (!sessions.equals(held)) wrong.add("streams " + sessions + ", on record " + held);
      if (moved > MOST_MOVES * least) wrong.add(moved + " moves, " + least + " were needed");
      if (mostMoves > 1) wrong.add("a worker was moved " + mostMoves + " times");
      if (withoutStream > 0) wrong.add("without a stream for a moment: " + withoutStream);
      if (unwanted > 0) wrong.add(unwanted + " sessions opened at weight 0");
      if (wentDown > 0) wrong.add(wentDown + " workers called DOWN");
      return wrong.stream().map(line -> what + ": " + line).toList();
    }
  }

  /** On a cluster whose managers all run, and whose workers are all UP. */
  WeightTrial(LocalCluster cluster, int agents) throws IOException {
    this.cluster = cluster;
    this.agents = agents;
    lives = WorkerLives.of(cluster.api(anyone()));
  }

  /** Gives the manager another weight. */
  Occasion weigh(String manager, int weight) throws IOException {
    final long beganMillis = System.currentTimeMillis();
    final Map<String, Integer> before = held();
    String path = "/api/v1/managers/" + manager + "/weight";
    cluster.api(anyone()).put(path, new JsonObject().put("weight", weight));
    final long committedMillis = System.currentTimeMillis();
    final int least = surplus(before);
    final long listMillis = awaitList(manager, weight, beganMillis, committedMillis);
    return watch(manager + " weighs " + weight, beganMillis, listMillis, least, 0);
  }

  /** SIGKILL; its workers find others; then it is started again on what it left. */
  Occasion killAndReturn(String manager) throws IOException {
    final long killedMillis = System.currentTimeMillis();
    cluster.manager(manager).kill();
    Await.until(LIMIT, "nobody on " + manager, () -> held().get(manager) == 0);
    for (String id : cluster.alive()) cluster.awaitUp(id, agents, LIMIT);
    final int least = surplus(held());
    final int unwanted = unwanted(killedMillis);
    final long backMillis = System.currentTimeMillis();
    cluster.startManager(manager);
    cluster.awaitUp(manager, agents, LIMIT);
    return watch(manager + " died and returned", backMillis, 0, least, unwanted);
  }

  private long awaitList(String manager, int weight, long sinceMillis, long committedMillis) {
    Supplier<Map<String, Long>> told =
        () -> AgentJournal.read(cluster.journals(), sinceMillis).told(manager, weight);
    try {
      Await.until(LIMIT, "the list everywhere", () -> told.get().size() == agents);
    } catch (LabException never) {
      return -1;
    }
    return Math.max(0, Collections.max(told.get().values()) - committedMillis);
  }

  private Occasion watch(String what, long sinceMillis, long listMillis, int least, int unwanted)
      throws IOException {
    final long levelMillis = awaitLevel(sinceMillis);
    Await.pass(SETTLE);
    AgentJournal journal = AgentJournal.read(cluster.journals(), sinceMillis);
    Map<String, Integer> sessions = new TreeMap<>();
    for (String id : cluster.managerIds()) {
      String metrics = cluster.api(id).text("/metrics");
      sessions.put(id, (int) ManagerApi.sum(metrics, "swarm_sessions", ""));
    }
    return new Occasion(
        what,
        levelMillis,
        listMillis,
        wanted(),
        held(),
        sessions,
        journal.moves(),
        least,
        journal.mostMoves(),
        journal.momentsWithoutStream(),
        unwanted + unwanted(sinceMillis),
        lives.wentDown(cluster.api(anyone())).size());
  }

  /** Waits until each manager has its share: what was begun before is no part of an occasion. */
  WeightTrial settled() {
    if (awaitLevel(System.currentTimeMillis()) < 0)
      throw new LabException("no shares to begin with");
    return this;
  }

  private long awaitLevel(long sinceMillis) {
    try {
      Await.until(RollingTrial.LEVEL_LIMIT, "the shares", () -> near(wanted(), held()));
      return System.currentTimeMillis() - sinceMillis;
    } catch (LabException never) {
      return -1;
    }
  }

  /** Nobody has more or less than its share by 5 %, or by the one that does not divide. */
  private static boolean near(Map<String, Double> wanted, Map<String, Integer> held) {
    return wanted.entrySet().stream()
        .allMatch(
            share -> {
              double off = Math.abs(share.getValue() - held.get(share.getKey()));
              return off < Math.max(share.getValue() > 0 ? 1 : 0.5, NEAR * share.getValue());
            });
  }

  private String anyone() {
    return cluster.alive().get(0);
  }

  private Map<String, Double> wanted() throws IOException {
    JsonArray managers = managers();
    double all = 0;
    for (int i = 0; i < managers.size(); i++) all += weight(managers.getJsonObject(i));
    Map<String, Double> wanted = new TreeMap<>();
    for (int i = 0; i < managers.size(); i++) {
      JsonObject manager = managers.getJsonObject(i);
      wanted.put(manager.getString("id"), agents * weight(manager) / all);
    }
    return wanted;
  }

  private Map<String, Integer> held() throws IOException {
    Map<String, Integer> held = new TreeMap<>();
    JsonArray managers = managers();
    for (int i = 0; i < managers.size(); i++) {
      JsonObject manager = managers.getJsonObject(i);
      held.put(manager.getString("id"), manager.getInteger("workers"));
    }
    return held;
  }

  private int surplus(Map<String, Integer> held) throws IOException {
    Map<String, Double> wanted = wanted();
    return held.entrySet().stream()
        .mapToInt(one -> Math.max(0, one.getValue() - (int) Math.ceil(wanted.get(one.getKey()))))
        .sum();
  }

  /** Sessions opened since then at managers that shall have none. */
  private int unwanted(long sinceMillis) throws IOException {
    AgentJournal journal = AgentJournal.read(cluster.journals(), sinceMillis);
    int unwanted = 0;
    JsonArray managers = managers();
    for (int i = 0; i < managers.size(); i++) {
      JsonObject manager = managers.getJsonObject(i);
      if (weight(manager) > 0) continue;
      unwanted += journal.welcomesAt(cluster.apiPort(manager.getString("id")));
    }
    return unwanted;
  }

  private JsonArray managers() throws IOException {
    return cluster.api(anyone()).list("/api/v1/managers");
  }

  private static int weight(JsonObject manager) {
    return manager.getInteger("weight");
  }
}
