package dev.swarm.lab;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Ends each manager of a running cluster and starts it again, one after the other. */
final class RollingTrial {
  /** Within which workers are to be level again. */
  static final Duration LEVEL_LIMIT = Duration.ofSeconds(60);

  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final long STOP_SECONDS = 60;
  private static final int TASKS = 200;

  /** So long after its start no manager is given workers back: it must have stayed for a while. */
  private static final long UNSETTLED_NANOS = 4_000_000_000L;

  private final LocalCluster cluster;
  private final int agents;
  private final List<String> tasks = new ArrayList<>();

  /**
   * What was seen.
   *
   * @param stopMillis how long each manager took to end
   * @param withoutStream how often an agent had no stream for a moment
   * @param wentDown workers committed DOWN
   * @param lost tasks that nobody ran or that are not complete
   * @param twice tasks that were run twice
   * @param levelMillis from the last manager's return until workers were level; -1 for never
   * @param spread workers of each manager at the end
   * @param moved how often a worker gave its session up for one elsewhere; after kills, while there
   *     was no leader, workers look elsewhere on their own: that does not count
   * @param least how often that had to be: away from a manager that ended in order, and to those
   *     with less than their share, also where that happened before the next one ended
   */
  record Result(
      List<Long> stopMillis,
      int withoutStream,
      int wentDown,
      int lost,
      int twice,
      long levelMillis,
      Map<String, Integer> spread,
      int moved,
      int least) {

    /** What was not held, a line each. */
    List<String> violations(boolean inOrder) {
      List<String> wrong = new ArrayList<>();
      if (wentDown > 0) wrong.add(wentDown + " workers called DOWN");
      if (lost > 0) wrong.add(lost + " tasks lost");
      if (twice > 0) wrong.add(twice + " tasks run twice");
      if (levelMillis < 0) wrong.add("not level within " + LEVEL_LIMIT + ": " + spread);
      if (moved > 1.1 * least) wrong.add(moved + " moves, at least " + least + " were needed");
      if (inOrder && withoutStream > 0) {
        wrong.add("agents were without a stream for a moment " + withoutStream + " times");
      }
      return wrong;
    }
  }

  /** On a cluster whose workers are all UP. */
  RollingTrial(LocalCluster cluster, int agents) {
    this.cluster = cluster;
    this.agents = agents;
  }

  /** With SIGTERM, in order, or with SIGKILL. */
  Result run(boolean inOrder) throws IOException {
    final WorkerLives lives = WorkerLives.of(cluster.api(anyone()));
    final long beganMillis = System.currentTimeMillis();
    List<Long> stopMillis = new ArrayList<>();
    int least = 0;
    int moved = 0;
    int surplus = 0;
    long levelMillis = -1;
    long startedNanos = System.nanoTime();
    for (String manager : cluster.managerIds()) {
      submit(manager);
      if (inOrder) least += beforeTheEndOf(manager, surplus, startedNanos);
      long begin = System.nanoTime();
      if (inOrder) cluster.manager(manager).stop(STOP_SECONDS);
      else cluster.manager(manager).kill();
      stopMillis.add((System.nanoTime() - begin) / 1_000_000);
      // Of one that ended in order all workers are elsewhere now, and none is sent back yet.
      surplus = inOrder ? surplus(spread(otherThan(manager))) : 0;
      startedNanos = System.nanoTime();
      cluster.startManager(manager);
      for (String id : cluster.managerIds()) cluster.awaitUp(id, agents, LIMIT);
      Members.awaitActive(cluster, cluster.managerIds(), cluster.managerIds(), LIMIT);
      boolean last = stopMillis.size() == cluster.managerIds().size();
      if (inOrder && !last) continue; // an upgrade does not wait for the workers
      least += inOrder ? surplus : surplus(spread(anyone()));
      long backMillis = System.currentTimeMillis();
      levelMillis = awaitLevel();
      moved += AgentJournal.read(cluster.journals(), backMillis).moves();
    }
    awaitFinished();
    AgentJournal journal = AgentJournal.read(cluster.journals(), beganMillis);
    AgentJournal whole = AgentJournal.read(cluster.journals(), 0);
    return new Result(
        stopMillis,
        journal.momentsWithoutStream(),
        lives.wentDown(cluster.api(anyone())).size(),
        whole.neverStarted(tasks) + unfinished(),
        whole.startedTwice(tasks),
        levelMillis,
        spread(anyone()),
        inOrder ? journal.moves() : moved,
        least);
  }

  /**
   * How many moves there must have been, and will be, since the manager before was started again
   * until this one has given up its workers. Where the machine was slow, the one before has got its
   * share back meanwhile: then all of it, so that what is counted does not change under us.
   *
   * @param surplus when the manager before was started
   */
  private int beforeTheEndOf(String manager, int surplus, long startedNanos) throws IOException {
    if (System.nanoTime() - startedNanos > UNSETTLED_NANOS) awaitLevel();
    Map<String, Integer> spread = spread(anyone());
    return Math.max(0, surplus - surplus(spread)) + spread.getOrDefault(manager, 0);
  }

  private String otherThan(String manager) {
    return cluster.managerIds().stream().filter(id -> !id.equals(manager)).findAny().orElseThrow();
  }

  private String anyone() {
    return cluster.managerIds().get(0);
  }

  private void submit(String prefix) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < TASKS; i++) {
      lines
          .append(
              new JsonObject()
                  .put("name", "rolling")
                  .put("kind", "discard")
                  .put("key", "rolling-" + prefix + "-" + i)
                  .put("payload", "x")
                  .encode())
          .append('\n');
    }
    JsonArray accepted = cluster.api(anyone()).submit(lines.toString()).getJsonArray("tasks");
    for (int i = 0; i < accepted.size(); i++) tasks.add(accepted.getJsonObject(i).getString("id"));
  }

  private Map<String, Integer> spread(String seer) throws IOException {
    Map<String, Integer> spread = new HashMap<>();
    cluster.managerIds().forEach(id -> spread.put(id, 0));
    spread.putAll(FailoverTrial.spread(cluster.api(seer).list("/api/v1/workers")));
    return spread;
  }

  private int surplus(Map<String, Integer> spread) {
    int share = (agents + spread.size() - 1) / spread.size();
    return spread.values().stream().mapToInt(held -> Math.max(0, held - share)).sum();
  }

  /** How long it took; -1 for longer than the limit. */
  private long awaitLevel() {
    long begin = System.nanoTime();
    double most = Math.ceil((double) agents / cluster.managerIds().size() * 1.05);
    try {
      Await.until(LEVEL_LIMIT, "a level", () -> Collections.max(spread(anyone()).values()) <= most);
      return (System.nanoTime() - begin) / 1_000_000;
    } catch (LabException never) {
      return -1;
    }
  }

  private void awaitFinished() {
    Await.until(LIMIT, "the end of all tasks", () -> unfinished() == 0);
  }

  private int unfinished() throws IOException {
    JsonObject counts = cluster.api(anyone()).object("/api/v1/cluster").getJsonObject("tasks");
    return tasks.size() - counts.getInteger("complete");
  }
}
