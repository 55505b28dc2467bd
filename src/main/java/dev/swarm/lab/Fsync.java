package dev.swarm.lab;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/**
 * Slows down and breaks {@code fsync} of managers under load: leader, follower, and the majorities
 * of two followers and of leader and follower.
 */
@Command(
    name = "fsync",
    mixinStandardHelpOptions = true,
    description = {
      "Lets fsync take 400 ms more, and fail, on the leader, on a follower and on a majority (also",
      "one with the leader in it), under writes. Fails when a slow leader does not hand over within",
      "30 s to one that is not slow, an acknowledged write is lost, a worker is judged, or a manager",
      "does not come back. Needs gcc. About five minutes."
    })
final class Fsync implements Callable<Integer> {
  private static final Duration SLOW = Duration.ofMillis(400);
  private static final Duration HAND_OVER = Duration.ofSeconds(30);

  @Override
  public Integer call() throws IOException {
    if (SlowDisks.missing() != null) {
      System.err.println(SlowDisks.missing());
      return 2;
    }
    return new Verdicts("fsync")
        .add("400 ms on the leader", Fsync::slowLeader)
        .add("400 ms on a follower", Fsync::slowFollower)
        .add("400 ms on both followers", Fsync::slowFollowers)
        .add("400 ms on leader and follower", Fsync::slowLeaderAndFollower)
        .add("EIO on the leader", Fsync::brokenLeader)
        .add("EIO on a follower", Fsync::brokenFollower)
        .add("EIO on a majority", Fsync::brokenMajority)
        .print();
  }

  private static final class Run implements AutoCloseable {
    private final SlowDisks disks;
    private final GuardTrial trial;

    private Run(Path folder, String name) throws IOException {
      LocalCluster cluster = new LocalCluster(Lab.jar(), folder, 3, GuardTrial.settings());
      disks = SlowDisks.in(folder);
      cluster.managerIds().forEach(id -> cluster.wrap(id, disks.under(id)));
      try {
        trial = new GuardTrial(cluster, name);
      } catch (RuntimeException failure) {
        cluster.close();
        throw failure;
      }
    }

    @Override
    public void close() {
      trial.close();
    }
  }

  /** Another leads within 30 s, and the lead stays there. */
  static List<String> slowLeader(Path folder) throws IOException {
    return handedOver(folder, 0);
  }

  /** The one whose disk is not slow leads within 30 s, and the lead stays there. */
  static List<String> slowLeaderAndFollower(Path folder) throws IOException {
    return handedOver(folder, 1);
  }

  private static List<String> handedOver(Path folder, int slowFollowers) throws IOException {
    try (Run run = new Run(folder, "slow-leader-and-" + slowFollowers)) {
      List<String> violations = new ArrayList<>();
      String leader = run.trial.leader();
      List<String> slow = new ArrayList<>(run.trial.followers(leader).subList(0, slowFollowers));
      slow.add(leader);
      slow.forEach(id -> run.disks.delay(id, SLOW));
      long begin = System.nanoTime();
      String next = run.trial.awaitAnotherLeader(leader);
      Duration took = Duration.ofNanos(System.nanoTime() - begin);
      if (took.compareTo(HAND_OVER) > 0) violations.add("handed over after " + took);
      if (slow.contains(next)) violations.add("the lead went to " + next + ", which is slow, too");
      run.trial.client.awaitMore(30);
      if (!run.trial.leader().equals(next)) violations.add("the lead did not stay with " + next);
      System.out.printf(
          "  %s led, %s leads after %d ms; longest time without a write %d ms%n",
          leader, next, took.toMillis(), run.trial.client.longestGapMillis());
      slow.forEach(run.disks::heal);
      violations.addAll(run.trial.violations());
      return violations;
    }
  }

  /** Nothing happens. */
  static List<String> slowFollower(Path folder) throws IOException {
    return unmoved(folder, 1);
  }

  /** The leader is not to blame. */
  static List<String> slowFollowers(Path folder) throws IOException {
    return unmoved(folder, 2);
  }

  private static List<String> unmoved(Path folder, int slowFollowers) throws IOException {
    try (Run run = new Run(folder, "slow-" + slowFollowers)) {
      List<String> violations = new ArrayList<>();
      String leader = run.trial.leader();
      List<String> slow = run.trial.followers(leader).subList(0, slowFollowers);
      slow.forEach(id -> run.disks.delay(id, SLOW));
      Await.pass(Duration.ofSeconds(15));
      run.trial.client.awaitMore(5);
      if (!run.trial.leader().equals(leader)) violations.add("the leader changed");
      slow.forEach(run.disks::heal);
      System.out.printf(
          "  %s leads; longest time without a write %d ms%n",
          leader, run.trial.client.longestGapMillis());
      violations.addAll(run.trial.violations());
      return violations;
    }
  }

  /** Its role goes down, another leads, and it comes back when the disk does. */
  static List<String> brokenLeader(Path folder) throws IOException {
    try (Run run = new Run(folder, "broken-leader")) {
      String broken = run.trial.leader();
      run.disks.fail(broken);
      JsonObject role = run.trial.awaitRole(broken, "DOWN");
      String next = run.trial.awaitAnotherLeader(broken);
      run.trial.client.awaitMore(20);
      System.out.printf(
          "  %s led, %s leads; %s; longest time without a write %d ms%n",
          broken, next, role, run.trial.client.longestGapMillis());
      List<String> violations = new ArrayList<>(healed(run, List.of(broken)));
      List<String> told = run.trial.events(broken, "guard");
      if (!told.containsAll(List.of("guard.down", "guard.up"))) {
        violations.add(broken + " told only " + told + " of its guard");
      }
      return violations;
    }
  }

  /** Its role goes down, the others go on. */
  static List<String> brokenFollower(Path folder) throws IOException {
    try (Run run = new Run(folder, "broken-follower")) {
      String leader = run.trial.leader();
      String broken = run.trial.followers(leader).get(0);
      run.disks.fail(broken);
      run.trial.awaitRole(broken, "DOWN");
      run.trial.client.awaitMore(20);
      List<String> violations = new ArrayList<>();
      if (!run.trial.leader().equals(leader)) violations.add("the leader changed");
      violations.addAll(healed(run, List.of(broken)));
      return violations;
    }
  }

  /** Nothing is acknowledged until the disks come back. */
  static List<String> brokenMajority(Path folder) throws IOException {
    try (Run run = new Run(folder, "broken-majority")) {
      List<String> violations = new ArrayList<>();
      List<String> broken = run.trial.cluster.managerIds().subList(0, 2);
      broken.forEach(run.disks::fail);
      broken.forEach(id -> run.trial.awaitRole(id, "DOWN"));
      int before = run.trial.client.acknowledged().size();
      Await.pass(Duration.ofSeconds(2));
      int after = run.trial.client.acknowledged().size();
      if (after != before) violations.add(after - before + " writes acknowledged by a minority");
      violations.addAll(healed(run, broken));
      return violations;
    }
  }

  private static List<String> healed(Run run, List<String> broken) {
    run.trial.cluster.checkAlive();
    broken.forEach(run.disks::heal);
    long begin = System.nanoTime();
    broken.forEach(id -> run.trial.awaitRole(id, "UP"));
    System.out.printf(
        "  UP %d ms after the disk worked again%n", (System.nanoTime() - begin) / 1_000_000);
    return run.trial.violations();
  }
}
