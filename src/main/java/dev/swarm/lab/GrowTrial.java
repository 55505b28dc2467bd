package dev.swarm.lab;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Lets a cluster under load grow from one manager to three and five, and shrink to three without
 * the first one and without the leader. At last the agents start anew: they are configured with the
 * first manager only, so they come back by what they were told of the others.
 */
final class GrowTrial {
  static final int MOST_MANAGERS = 5;

  private static final Duration LIMIT = Duration.ofMinutes(2);

  /** By then a removed manager has ended: one that waits for {@code shutdown.timeout} has not. */
  private static final long END_SECONDS = 20;

  private static final String WORKERS = "w1";

  private final LocalCluster cluster;
  private final int agents;
  private final JsonObject executor;
  private final List<String> wrong = new ArrayList<>();
  private final List<String> present = new ArrayList<>();
  private final long beganNanos = System.nanoTime();

  /** On a cluster of five, of which nothing runs yet. */
  GrowTrial(LocalCluster cluster, int agents, JsonObject executor) {
    this.cluster = cluster;
    this.agents = agents;
    this.executor = executor;
  }

  /** What was not held, a line each. */
  List<String> run() throws IOException {
    cluster.foundedBy(1);
    cluster.startManager("m1");
    present.add("m1");
    cluster.awaitLeader(0, LIMIT);
    cluster.startWorkers(WORKERS, agents, 5, executor);
    cluster.awaitUp("m1", agents, LIMIT);
    awaitWelcomes(0);
    WorkerLives lives = WorkerLives.of(cluster.api("m1"));
    final long upMillis = System.currentTimeMillis();
    Set<String> tasks = new HashSet<>();
    try (Submitter submitter = new Submitter(cluster, "grow", List.of("m1"))) {
      join("m2", "m3");
      submitter.only(present);
      join("m4", "m5");
      submitter.only(List.of("m4", "m5"));
      submitter.awaitMore(20);
      leave(submitter, "m1");
      leave(submitter, cluster.awaitLeader(0, LIMIT).id());
      submitter.awaitMore(20);
      tasks.addAll(submitter.acknowledged());
      say(tasks.size() + " tasks, longest gap " + submitter.longestGapMillis() + " ms");
    }
    awaitFinished(tasks.size());
    verify(lives, tasks, upMillis);
    comeBackByTheList();
    return wrong;
  }

  private void say(String text) {
    System.out.printf("%6.1f s  %s%n", (System.nanoTime() - beganNanos) / 1e9, text);
  }

  private void join(String... ids) {
    for (String id : ids) {
      cluster.startManager(id);
      present.add(id);
      awaitActive();
      say(id + " is ACTIVE");
    }
  }

  private void leave(Submitter submitter, String id) throws IOException {
    present.remove(id);
    submitter.only(present);
    cluster.api(present.get(0)).delete("/api/v1/managers/" + id);
    int exit = cluster.manager(id).awaitOrderlyEnd(END_SECONDS);
    if (exit != 0) wrong.add("the removed manager " + id + " ended with " + exit);
    awaitActive();
    say(id + " has left");
  }

  /** All that are there, and no others, are ACTIVE as each of them sees it. */
  private void awaitActive() {
    Members.awaitActive(cluster, present, present, LIMIT);
  }

  private void awaitFinished(int count) {
    String seenBy = present.get(0);
    Await.until(
        LIMIT,
        count + " tasks complete",
        () ->
            cluster
                    .api(seenBy)
                    .object("/api/v1/cluster")
                    .getJsonObject("tasks")
                    .getInteger("complete")
                >= count);
  }

  private void verify(WorkerLives before, Set<String> tasks, long upMillis) throws IOException {
    Set<String> down = before.wentDown(cluster.api(present.get(0)));
    if (!down.isEmpty()) wrong.add("workers called DOWN: " + down);
    AgentJournal journal = AgentJournal.read(cluster.journals(), 0);
    int lost = journal.neverStarted(tasks);
    int twice = journal.startedTwice(tasks);
    if (lost > 0) wrong.add(lost + " tasks never started");
    if (twice > 0) wrong.add(twice + " tasks started twice");
    int without = AgentJournal.read(cluster.journals(), upMillis).momentsWithoutStream();
    if (without > 0) wrong.add("agents were without a stream for a moment " + without + " times");
    JsonArray workers = cluster.api(present.get(0)).list("/api/v1/workers");
    for (int i = 0; i < workers.size(); i++) {
      String manager = workers.getJsonObject(i).getString("manager");
      if (!present.contains(manager)) wrong.add("a worker is still on " + manager);
    }
  }

  private void comeBackByTheList() {
    Members.awaitKnown(cluster, agents, present.get(0), LIMIT);
    say("every agent has the list of the managers that are left");
    cluster.worker(WORKERS).kill();
    long startedMillis = System.currentTimeMillis();
    cluster.startWorkers(WORKERS, agents, 5, executor);
    // That they are UP says nothing yet: they were when they were killed.
    awaitWelcomes(startedMillis);
    cluster.awaitUp(present.get(0), agents, LIMIT);
    say("the agents, started anew, found the managers that are left");
  }

  private void awaitWelcomes(long sinceMillis) {
    Await.until(
        LIMIT,
        "a session of every agent",
        () -> AgentJournal.read(cluster.journals(), sinceMillis).welcomedAgents() == agents);
  }
}
