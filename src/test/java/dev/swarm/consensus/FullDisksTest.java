package dev.swarm.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.swarm.Needs;
import dev.swarm.bus.Endpoints;
import dev.swarm.bus.Messages.GuardChanged;
import dev.swarm.bus.Messages.GuardState;
import dev.swarm.bus.Messages.HandOver;
import dev.swarm.bus.Topics;
import dev.swarm.model.Command;
import dev.swarm.model.SwarmException;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Three managers with small disks of their own; each case leaves them with room again. */
class FullDisksTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir static Path root;
  private static final Map<String, Tmpfs> disks = new TreeMap<>();
  private static final Map<String, GuardState> guards = new ConcurrentHashMap<>();
  private static Vertx vertx;
  private static Group group;
  private static int written;

  @BeforeAll
  static void start() throws IOException {
    Needs.met(Tmpfs.possible(), "root: it mounts a small disk");
    vertx = Vertx.vertx();
    for (String id : List.of("m1", "m2", "m3")) disks.put(id, Tmpfs.mount(root.resolve(id), 96));
    group = new Group(vertx, root, 3, 1_000);
    disks.keySet().forEach(FullDisksTest::watch);
    group.startAll();
  }

  private static void watch(String id) {
    guards.put(id, GuardState.UP);
    group.buses.get(id).<GuardChanged>subscribe(Topics.GUARD, news -> guards.put(id, news.state()));
  }

  @AfterAll
  static void stop() throws IOException {
    if (group != null) group.close();
    if (vertx != null) Group.get(vertx.close());
    for (Tmpfs disk : disks.values()) disk.close();
  }

  /** Whatever was written is on all, once there is room. */
  @AfterEach
  void agree() throws IOException {
    for (Tmpfs disk : disks.values()) disk.clear();
    await().atMost(PATIENCE).until(() -> guards.values().stream().allMatch(GuardState.UP::equals));
    write(List.of("m1", "m2", "m3"));
    assertThat(Group.tasks(group.agreed(), "disk")).isEqualTo(written);
  }

  /** Writes through whoever leads among these. */
  private static void write(List<String> managers) {
    Command command = Tasks.submit("disk" + written, 10);
    await()
        .pollInSameThread()
        .atMost(PATIENCE)
        .ignoreExceptionsMatching(SwarmException.class::isInstance)
        .until(
            () -> {
              for (String id : managers) {
                if (leads(id)) return Group.get(group.propose(id, command)).index() > 0;
              }
              return false;
            });
    written++;
  }

  private static boolean leads(String id) {
    var seen = group.roles.get(id);
    return !seen.isEmpty() && seen.get(seen.size() - 1).leader().equals(id);
  }

  private static List<String> others(String id) {
    List<String> others = new ArrayList<>(disks.keySet());
    others.remove(id);
    return others;
  }

  private static void awaitGuard(String id, GuardState state) {
    await().atMost(PATIENCE).until(() -> guards.get(id) == state);
  }

  @Test
  void givenTheLeadersDisk_whenItIsFull_thenAnotherLeadsAndTheFirstComesBack() throws IOException {
    String leader = group.leader();
    write(List.of(leader));
    disks.get(leader).fillUpTo(0);
    awaitGuard(leader, GuardState.DOWN);
    write(others(leader));
    assertThat(group.state(leader).tasks()).isNotEmpty();
  }

  @Test
  void givenTheLeadersDisk_whenLittleRoomIsLeft_thenItHandsOverBeforeItIsFull() throws IOException {
    String leader = group.leader();
    disks.get(leader).fillUpTo(9);
    write(others(leader));
    awaitGuard(leader, GuardState.NO_PROPOSALS);
  }

  /** Equals in all else: the one with room is found, whoever of the full ones leads first. */
  @ParameterizedTest
  @ValueSource(strings = {"m1", "m2", "m3"})
  void givenTwoDisksWithLittleRoom_whenOneOfTheirManagersLeads_thenTheThirdOneTakesWrites(
      String healthy) throws IOException {
    List<String> full = others(healthy);
    letLead(full.get(0));
    for (String id : full) disks.get(id).fillUpTo(9);
    full.forEach(id -> awaitGuard(id, GuardState.NO_PROPOSALS));
    write(List.of(healthy));
  }

  @Test
  void givenTheLeadersDisk_whenItsRoomStaysScarce_thenOneWithRoomTakesWrites() throws IOException {
    String leader = group.leader();
    disks.get(leader).fillUpTo(20);
    awaitGuard(leader, GuardState.NO_PROPOSALS);
    write(others(leader));
  }

  private static void letLead(String id) {
    await()
        .pollInSameThread()
        .atMost(PATIENCE)
        .ignoreExceptionsMatching(SwarmException.class::isInstance)
        .until(
            () -> {
              if (leads(id)) return true;
              String leader = group.leader();
              Group.get(group.buses.get(leader).request(Endpoints.HAND_OVER, new HandOver(id)));
              return leads(id);
            });
  }

  @Test
  void givenAFollowersDisk_whenItIsFull_thenTheOthersGoOnUnderTheSameLeader() throws IOException {
    String leader = group.leader();
    String follower = group.follower();
    disks.get(follower).fillUpTo(0);
    write(List.of(leader));
    awaitGuard(follower, GuardState.DOWN);
    write(List.of(leader));
    assertThat(leads(leader)).isTrue();
  }

  @Test
  void givenAllDisks_whenTheyFill_thenWritesAreRefusedBeforeTheyAreFull() throws IOException {
    String leader = group.leader();
    for (Tmpfs disk : disks.values()) disk.fillUpTo(20);
    awaitGuard(leader, GuardState.NO_PROPOSALS);
    assertThatThrownBy(() -> Group.get(group.propose(leader, Tasks.submit("refused", 1))))
        .isInstanceOfSatisfying(
            SwarmException.class,
            refusal -> assertThat(refusal.kind()).isEqualTo(SwarmException.Kind.OVERLOADED))
        .hasMessageContaining("too full for new entries");
    Group.get(group.propose(leader, new Command.BeginEpoch(1_000, leader, 0)));
    for (Tmpfs disk : disks.values()) disk.fillUpTo(0);
    for (String id : disks.keySet()) awaitGuard(id, GuardState.DOWN);
  }
}
