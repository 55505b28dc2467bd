package dev.swarm.lab;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Fills the disks of managers under load: leader, follower, all. */
@Command(
    name = "disk-full",
    mixinStandardHelpOptions = true,
    description = {
      "Fills the disk of the leader, of a follower and of all managers under writes, and makes room",
      "again. Fails when an acknowledged write is lost, a worker is judged, or a manager does not",
      "come back. Needs root: the disks are in memory. About two minutes."
    })
final class DiskFull implements Callable<Integer> {
  private static final int DISK_MEBIBYTES = 96;

  @Override
  public Integer call() throws IOException {
    if (SmallDisk.missing() != null) {
      System.err.println(SmallDisk.missing());
      return 2;
    }
    return new Verdicts("disk-full")
        .add("leader", DiskFull::leader)
        .add("follower", DiskFull::follower)
        .add("all", DiskFull::all)
        .print();
  }

  /** A cluster whose managers have small disks of their own. */
  static final class Disks implements AutoCloseable {
    final Map<String, SmallDisk> of = new TreeMap<>();
    final GuardTrial trial;

    Disks(Path folder, String name) {
      LocalCluster cluster = new LocalCluster(Lab.jar(), folder, 3, GuardTrial.settings());
      try {
        for (String id : cluster.managerIds()) {
          of.put(id, SmallDisk.mount(folder.resolve(id), DISK_MEBIBYTES));
        }
        trial = new GuardTrial(cluster, name);
      } catch (RuntimeException failure) {
        cluster.close();
        of.values().forEach(SmallDisk::close);
        throw failure;
      }
    }

    @Override
    public void close() {
      trial.close();
      of.values().forEach(SmallDisk::close);
    }
  }

  /** Step by step: no proposals, no leadership, no role; and back. */
  static List<String> leader(Path folder) throws IOException {
    try (Disks disks = new Disks(folder, "leader")) {
      GuardTrial trial = disks.trial;
      String leader = trial.leader();
      disks.of.get(leader).fillUpTo(20);
      Await.until(
          GuardTrial.LIMIT,
          "a refusal that says why",
          () -> trial.client.refusal().contains("the disk of manager " + leader));
      disks.of.get(leader).fillUpTo(9);
      String next = trial.awaitAnotherLeader(leader);
      trial.client.awaitMore(20);
      disks.of.get(leader).fillUpTo(0);
      JsonObject role = trial.awaitRole(leader, "DOWN");
      System.out.printf(
          "  %s led, %s leads; %s: %s; longest time without a write %d ms%n",
          leader, next, leader, role, trial.client.longestGapMillis());
      List<String> violations = new ArrayList<>(voteLost(folder.resolve(leader)));
      trial.client.awaitMore(20);
      disks.of.get(leader).clear();
      trial.awaitRole(leader, "UP");
      violations.addAll(trial.violations());
      return violations;
    }
  }

  /** All at once, while entries arrive. */
  static List<String> follower(Path folder) throws IOException {
    try (Disks disks = new Disks(folder, "follower")) {
      GuardTrial trial = disks.trial;
      String leader = trial.leader();
      String follower = trial.followers(leader).get(0);
      disks.of.get(follower).fillUpTo(0);
      JsonObject role = trial.awaitRole(follower, "DOWN");
      trial.client.awaitMore(20);
      System.out.printf(
          "  %s: %s; longest time without a write %d ms%n",
          follower, role, trial.client.longestGapMillis());
      List<String> violations = new ArrayList<>(voteLost(folder.resolve(follower)));
      if (!trial.leader().equals(leader)) violations.add("the leader changed");
      disks.of.get(follower).clear();
      violations.addAll(trial.violations());
      return violations;
    }
  }

  /** First all too full for proposals, then all full. */
  static List<String> all(Path folder) throws IOException {
    try (Disks disks = new Disks(folder, "all")) {
      GuardTrial trial = disks.trial;
      disks.of.values().forEach(disk -> disk.fillUpTo(20));
      Await.until(
          GuardTrial.LIMIT,
          "a refusal that says why",
          () -> trial.client.refusal().contains("too full for new entries"));
      double beats = trial.metric(trial.leader(), "swarm_heartbeats_total", "");
      Await.until(
          GuardTrial.LIMIT,
          "heartbeats though nothing is written",
          () -> trial.metric(trial.leader(), "swarm_heartbeats_total", "") > beats + 20);
      disks.of.values().forEach(disk -> disk.fillUpTo(0));
      for (String id : trial.cluster.managerIds()) trial.awaitRole(id, "DOWN");
      List<String> violations = new ArrayList<>();
      for (String id : trial.cluster.managerIds()) {
        violations.addAll(voteLost(folder.resolve(id)));
      }
      trial.cluster.checkAlive();
      disks.of.values().forEach(SmallDisk::clear);
      long freed = System.nanoTime();
      trial.client.awaitMore(5);
      System.out.printf(
          "  writes again %d ms after there was room%n", (System.nanoTime() - freed) / 1_000_000);
      violations.addAll(trial.violations());
      return violations;
    }
  }

  /** Whether Ratis' record of the vote is empty, which no start survives. */
  private static List<String> voteLost(Path dataDir) throws IOException {
    Path vote =
        LiveFiles.below(dataDir).stream()
            .filter(file -> file.endsWith("raft-meta"))
            .findAny()
            .orElse(null);
    return vote != null && Files.size(vote) > 0 ? List.of() : List.of("vote lost in " + dataDir);
  }
}
