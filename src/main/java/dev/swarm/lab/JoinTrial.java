package dev.swarm.lab;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Lets managers join a running cluster, and kills them, or the leader that takes them in, at steps
 * of it that can be seen from outside.
 */
final class JoinTrial {
  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final String JOINING = "JOINING";
  private static final String ACTIVE = "ACTIVE";

  private final LocalCluster cluster;
  private final List<String> present;
  private final List<String> wrong = new ArrayList<>();
  private final long beganNanos = System.nanoTime();

  /** How far a manager that joins has come. */
  enum Moment {
    /** It asks to be let in, and the leader has not answered. */
    ASKED,
    /** Its record is committed. */
    ADMITTED,
    /** The leader feeds it the log, so that it catches up. */
    STAGING,
    /** It is a voter, and the leader is about to write that down. */
    CAUGHT_UP,
    /** Its record says that it is a member like any other. */
    PROMOTED
  }

  /** On a cluster whose founders are about to lead. */
  JoinTrial(LocalCluster cluster, List<String> founders) {
    this.cluster = cluster;
    present = new ArrayList<>(founders);
    awaitMembers(present);
  }

  /** What was not held so far, a line each. */
  List<String> violations() {
    return List.copyOf(wrong);
  }

  /** The manager joins, is killed at each of these moments, and at last may live. */
  void joinerDies(String joiner, Moment... moments) throws IOException {
    long member = 0;
    for (Moment moment : moments) {
      String leader = cluster.awaitLeader(0, LIMIT).id();
      startUntil(moment, joiner, leader);
      cluster.manager(joiner).kill();
      if (moment == Moment.ASKED) cluster.manager(leader).signal("CONT");
      member = member(joiner);
      say(joiner + " killed when " + moment, joiner, leader);
    }
    cluster.startManager(joiner);
    present.add(joiner);
    awaitMembers(present);
    verify(joiner, member);
    say(joiner + " is back", joiner, joiner);
  }

  /** The manager joins; the leader is killed at that moment, and comes back when that is done. */
  void leaderDies(String joiner, Moment moment) throws IOException {
    LocalCluster.Leader leader = cluster.awaitLeader(0, LIMIT);
    startUntil(moment, joiner, leader.id());
    cluster.manager(leader.id()).kill();
    final long member = member(joiner);
    String next = cluster.awaitLeader(leader.epoch(), LIMIT).id();
    say(leader.id() + " killed when " + moment, joiner, next);
    present.add(joiner);
    awaitMembers(present.stream().filter(id -> !id.equals(leader.id())).toList());
    cluster.startManager(leader.id());
    awaitMembers(present);
    verify(joiner, member);
  }

  /** An operator takes out one that does not lead. */
  void oneLeaves() throws IOException {
    String leader = cluster.awaitLeader(0, LIMIT).id();
    String leaver = present.stream().filter(id -> !id.equals(leader)).findFirst().orElseThrow();
    present.remove(leaver);
    cluster.api(leader).delete("/api/v1/managers/" + leaver);
    int exit = cluster.manager(leaver).awaitOrderlyEnd(LIMIT.toSeconds());
    if (exit != 0) wrong.add(leaver + " was removed and ended with " + exit);
    awaitMembers(present);
  }

  /** Any bare majority of them is one: nobody counts that is not on the list. */
  void anyMajorityLeads() throws IOException {
    LocalCluster.Leader leader = cluster.awaitLeader(0, LIMIT);
    List<String> ends = new ArrayList<>(List.of(leader.id()));
    for (String id : present) {
      if (ends.size() < (present.size() - 1) / 2 && !ends.contains(id)) ends.add(id);
    }
    ends.forEach(id -> cluster.manager(id).kill());
    LocalCluster.Leader next = cluster.awaitLeader(leader.epoch(), LIMIT);
    String task = "{\"name\":\"t\",\"kind\":\"discard\",\"key\":\"" + next.epoch() + "\"}\n";
    Await.until(
        LIMIT,
        "a write of " + cluster.alive(),
        () -> cluster.api(next.id()).submit(task).getInteger("accepted") == 1);
    say(ends + " killed, " + cluster.alive() + " are enough", next.id(), next.id());
  }

  private void startUntil(Moment moment, String joiner, String leader) {
    String line =
        moment == Moment.STAGING
            ? "manager " + joiner + " joins: the voters become"
            : "members: PromoteManager[manager=" + joiner + ",";
    final long before = lines(line);
    if (moment == Moment.ASKED) cluster.manager(leader).signal("STOP");
    cluster.startManager(joiner);
    Await.until(
        LIMIT,
        joiner + " being " + moment,
        () -> {
          cluster.checkAlive();
          return switch (moment) {
            case ASKED -> answers(cluster.raftPort(joiner));
            case ADMITTED -> List.of(JOINING, ACTIVE).contains(state(joiner, leader));
            case STAGING -> lines(line) > before && hasLog(joiner);
            case CAUGHT_UP -> lines(line) > before;
            case PROMOTED -> state(joiner, leader).equals(ACTIVE);
          };
        });
  }

  private static boolean answers(int port) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      return socket.isConnected();
    }
  }

  /** Whether its Raft server has begun to write what it is fed. */
  private boolean hasLog(String manager) {
    return LiveFiles.below(cluster.folder().resolve(manager).resolve("raft")).stream()
        .anyMatch(file -> file.getFileName().toString().startsWith("log_"));
  }

  /** How often that was said by those there are: another may lead before we see that it does. */
  private long lines(String text) {
    return present.stream().mapToLong(manager -> lines(manager, text)).sum();
  }

  private long lines(String manager, String text) {
    try {
      return Files.readAllLines(cluster.folder().resolve(manager + ".log")).stream()
          .filter(line -> line.contains(text))
          .count();
    } catch (IOException failure) {
      throw new LabException("no output of " + manager + ": " + failure.getMessage());
    }
  }

  /** As that manager has it; "" for no record. */
  private String state(String manager, String seenBy) throws IOException {
    return cluster.api(seenBy).list("/api/v1/managers").stream()
        .map(JsonObject.class::cast)
        .filter(one -> one.getString("id").equals(manager))
        .map(one -> one.getString("state"))
        .findFirst()
        .orElse("");
  }

  /** All that should be there, and no others, are ACTIVE as each of these sees it. */
  private void awaitMembers(List<String> seers) {
    Members.awaitActive(cluster, present, seers, LIMIT);
  }

  /** The number under which its folder is a member's; 0 while it is none's. */
  private long member(String manager) throws IOException {
    Path identity = cluster.folder().resolve(manager).resolve("identity.json");
    return Files.exists(identity)
        ? new JsonObject(Files.readString(identity)).getLong("member")
        : 0;
  }

  private void verify(String joiner, long before) throws IOException {
    long member = member(joiner);
    if (before != 0 && member != before) {
      wrong.add(joiner + " was member " + before + " and came back as " + member);
    }
  }

  private void say(String what, String joiner, String seenBy) throws IOException {
    System.out.printf(
        "  %5.1f s  %s; its record: %s, its folder: member %d%n",
        (System.nanoTime() - beganNanos) / 1e9, what, state(joiner, seenBy), member(joiner));
  }
}
