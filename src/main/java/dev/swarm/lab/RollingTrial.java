package dev.swarm.lab;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Ends each manager of a running cluster and starts it again, one after the other. */
final class RollingTrial {
  /** Within which workers are to be level again. */
  static final Duration LEVEL_LIMIT = Duration.ofSeconds(60);

  private static final Duration LIMIT = Duration.ofMinutes(2);

  /** By then a manager has ended: {@code shutdown.timeout} is 20 s. */
  private static final long STOP_SECONDS = 25;

  /** How a process ends that was told to with SIGTERM, and could do it itself. */
  private static final int ORDERLY_EXIT = 143;

  /** So many tasks are taken before the next manager ends: the client goes on. */
  private static final int TASKS = 20;

  /** For so long nobody is asked to move when moves are at rest. */
  private static final Duration REST = Duration.ofSeconds(2);

  /** So long after its start no manager is given workers back: it must have stayed for a while. */
  private static final long UNSETTLED_NANOS = 4_000_000_000L;

  private final LocalCluster cluster;
  private final int agents;
  private final String round;

  /**
   * What was seen.
   *
   * @param stopMillis how long each manager took to end
   * @param exits its exit code, of those that were told to end
   * @param tasks how many were acknowledged
   * @param withoutStream how often an agent had no stream for a moment
   * @param wentDown workers committed DOWN
   * @param lost tasks that nobody ran or that are not complete
   * @param twice tasks that were run twice
   * @param levelMillis from a manager's return until workers were level, of each that was waited
   *     for; -1 for never, or not any more when nobody moved
   * @param spread workers of each manager at the end
   * @param moved how often a worker gave its session up for one elsewhere; after kills, while there
   *     was no leader, workers look elsewhere on their own: that does not count
   * @param least how often that had to be: away from a manager that ended in order, and to those
   *     with less than their share, also where that happened before the next one ended
   */
  record Result(
      List<Long> stopMillis,
      List<Integer> exits,
      int tasks,
      int withoutStream,
      int wentDown,
      int lost,
      int twice,
      List<Long> levelMillis,
      Map<String, Integer> spread,
      int moved,
      int least) {

    /** What was not held, a line each. */
    List<String> violations(boolean inOrder) {
      List<String> wrong = new ArrayList<>();
      if (wentDown > 0) wrong.add(wentDown + " workers called DOWN");
      if (lost > 0) wrong.add(lost + " tasks lost");
      if (twice > 0) wrong.add(twice + " tasks run twice");
      if (levelMillis.contains(-1L)) wrong.add("not level within " + LEVEL_LIMIT + ": " + spread);
      if (moved > 1.1 * least) wrong.add(moved + " moves, at least " + least + " were needed");
      if (exits.stream().anyMatch(exit -> exit != ORDERLY_EXIT)) {
        wrong.add("managers ended with " + exits + " after " + stopMillis + " ms");
      }
      if (inOrder && withoutStream > 0) {
        wrong.add("agents were without a stream for a moment " + withoutStream + " times");
      }
      return wrong;
    }
  }

  /**
   * On a cluster whose workers are all UP.
   *
   * @param round what no other trial on this cluster is called
   */
  RollingTrial(LocalCluster cluster, int agents, String round) {
    this.cluster = cluster;
    this.agents = agents;
    this.round = round;
  }

  /** With SIGTERM, in order, or with SIGKILL; fails when agents do not get the right list. */
  Result run(boolean inOrder) throws IOException {
    final WorkerLives lives = WorkerLives.of(cluster.api(anyone()));
    final long beganMillis = System.currentTimeMillis();
    List<Long> stopMillis = new ArrayList<>();
    List<Integer> exits = new ArrayList<>();
    List<Long> levelMillis = new ArrayList<>();
    Set<String> tasks = new HashSet<>();
    int least = 0;
    int moved = 0;
    int surplus = 0;
    long startedNanos = System.nanoTime();
    try (Submitter client = new Submitter(cluster, "rolling-" + round, cluster.managerIds())) {
      for (String manager : cluster.managerIds()) {
        client.awaitMore(TASKS);
        if (inOrder) least += beforeTheEndOf(manager, surplus, startedNanos);
        long begin = System.nanoTime();
        if (inOrder) exits.add(cluster.manager(manager).stop(STOP_SECONDS));
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
        levelMillis.add(awaitLevel());
        moved += AgentJournal.read(cluster.journals(), backMillis).moves();
      }
      client.awaitMore(TASKS);
      tasks.addAll(client.acknowledged());
    }
    awaitFinished();
    Members.awaitKnown(cluster, agents, anyone(), LIMIT);
    AgentJournal journal = AgentJournal.read(cluster.journals(), beganMillis);
    return new Result(
        stopMillis,
        exits,
        tasks.size(),
        journal.momentsWithoutStream(),
        lives.wentDown(cluster.api(anyone())).size(),
        journal.neverStarted(tasks) + DemoTally.withoutResult(cluster.api(leader()), tasks),
        journal.startedTwice(tasks),
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

  private String leader() {
    return cluster.awaitLeader(0, LIMIT).id();
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

  /**
   * Waits until moves are at rest. How long it took until workers were level; -1 for longer than
   * the limit, or when they did not stay so.
   */
  private long awaitLevel() throws IOException {
    long begin = System.nanoTime();
    try {
      Await.until(LEVEL_LIMIT, "a level", this::level);
    } catch (LabException never) {
      return -1;
    }
    final long millis = (System.nanoTime() - begin) / 1_000_000;
    Await.until(LIMIT, "moves at rest", this::atRest);
    return level() ? millis : -1;
  }

  private boolean level() throws IOException {
    double most = Math.ceil((double) agents / cluster.managerIds().size() * 1.05);
    return Collections.max(spread(anyone()).values()) <= most;
  }

  private boolean atRest() throws IOException {
    double before = movesAsked();
    Await.pass(REST);
    return movesAsked() == before;
  }

  private double movesAsked() throws IOException {
    return cluster.sum("swarm_moves_asked_total", "");
  }

  /** As the leader answers: others may not know the newest tasks yet. */
  private void awaitFinished() {
    Await.until(
        LIMIT,
        "the end of all tasks",
        () -> {
          JsonObject counts =
              cluster.api(leader()).object("/api/v1/cluster").getJsonObject("tasks");
          return DemoTally.finished(counts) == DemoTally.all(counts);
        });
  }
}
