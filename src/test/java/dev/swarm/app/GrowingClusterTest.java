package dev.swarm.app;

import static dev.swarm.sim.FakeConsensus.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.swarm.bus.Endpoints;
import dev.swarm.bus.Messages.GroupQuery;
import dev.swarm.bus.Messages.Propose;
import dev.swarm.bus.Messages.Write;
import dev.swarm.bus.SwarmBus;
import dev.swarm.bus.Topics;
import dev.swarm.model.ClusterState;
import dev.swarm.model.Command;
import dev.swarm.model.ManagerInfo;
import dev.swarm.model.ManagerState;
import dev.swarm.model.Outcome;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole managers that join a cluster that runs, leave it, and come back. */
class GrowingClusterTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path root;
  private Managers managers;

  private void given(List<String> listed, String... others) {
    managers = new Managers(root, listed, others);
    managers.startAll();
    managers.led(0);
  }

  @AfterEach
  void close() {
    managers.close();
  }

  private Map<String, ManagerState> states(String seenBy) {
    Map<String, ManagerState> states = new TreeMap<>();
    managers.state(seenBy).managers().forEach((id, one) -> states.put(id, one.state()));
    return states;
  }

  private void awaitActive(String... ids) {
    for (String seenBy : ids) {
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                assertThat(states(seenBy).keySet()).containsExactly(ids);
                assertThat(states(seenBy).values()).containsOnly(ManagerState.ACTIVE);
              });
    }
  }

  /** The voters of the Raft group, as its leader has them. */
  private List<String> voters(String... asked) {
    for (String id : asked) {
      try {
        return get(
            new SwarmBus(managers.vertx, id)
                .request(Endpoints.GROUP, new GroupQuery())
                .map(
                    view ->
                        view.voters().stream()
                            .map(voter -> voter.manager() + "-" + voter.member())
                            .toList()));
      } catch (RuntimeException notTheLeader) {
        // The next one.
      }
    }
    return List.of();
  }

  private Outcome write(String through, Command command) {
    Write write = new Write(new Command.Once(System.nanoTime(), command), false);
    SwarmBus bus = new SwarmBus(managers.vertx, through);
    return await()
        .atMost(PATIENCE)
        .ignoreExceptions() // there may be no leader for a moment
        .until(() -> get(bus.request(Endpoints.WRITES, write)), taken -> true)
        .outcome();
  }

  private void remove(String through, String id) {
    ManagerInfo record = managers.state(through).managers().get(id);
    assertThat(write(through, new Command.RemoveManager(id, record.member())).refused()).isEmpty();
  }

  private JsonObject identity(String id) throws IOException {
    return new JsonObject(Files.readString(managers.folder(id).resolve("identity.json")));
  }

  @Test
  void givenOne_whenTwoJoinAndOneIsRemoved_thenTheGroupFollows_andEachKnowsWhatItIs()
      throws Exception {
    given(List.of("m1"), "m2", "m3", "m8", "m9");
    managers.start("m2", managers.joining("m2", "demo", "m1"));
    awaitActive("m1", "m2");
    managers.start("m3", managers.joining("m3", "demo", "m1", "m2"));
    awaitActive("m1", "m2", "m3");
    assertThat(voters("m1", "m2", "m3")).hasSize(3);
    long member = managers.member("m1", "m3");
    assertThat(identity("m3").getLong("member")).isEqualTo(member);

    // Any two are enough now, whoever they are: the first one is not needed.
    long epoch = managers.state("m2").epoch().number();
    managers.stop("m1");
    managers.led(epoch, "m2", "m3");

    // Started again, each is what it was, without being let in again.
    managers.start("m1");
    managers.stop("m3");
    managers.start("m3", managers.joining("m3", "demo", "m1", "m2"));
    awaitActive("m1", "m2", "m3");
    assertThat(identity("m3").getLong("member")).isEqualTo(member);

    // Where the group does not know it, it takes its own place anew, and keeps its log.
    managers.stop("m3");
    JsonObject moved = managers.joining("m3", "demo", "m1", "m2");
    moved.put("raft", managers.config("m9", "demo").getJsonObject("raft"));
    managers.start("m3", moved);
    await().atMost(PATIENCE).until(() -> managers.member("m1", "m3") > member);
    awaitActive("m1", "m2", "m3");
    assertThat(voters("m1", "m2", "m3")).hasSize(3).doesNotContain("m3-" + member);

    // The leader leaves: it hands over first, says why it ends, and does not come back.
    String leader = managers.state("m1").epoch().leader();
    ManagerVerticle leaving = managers.running(leader);
    remove(leader, leader);
    await().atMost(PATIENCE).until(() -> leaving.ended().isComplete());
    assertThat(leaving.removed().isComplete()).isTrue();
    assertThat(leaving.ended().result())
        .contains("manager " + leader + " was removed from cluster demo");
    managers.stop(leader);
    String[] rest =
        List.of("m1", "m2", "m3").stream().filter(id -> !id.equals(leader)).toArray(String[]::new);
    awaitActive(rest);
    assertThat(voters(rest)).hasSize(2);
    ClusterState before = managers.state(rest[0]);
    JsonObject again =
        leader.equals("m1")
            ? managers.config("m1", "demo", "m1")
            : managers.joining(leader, "demo", rest);
    if (!leader.equals("m1")) {
      assertThatThrownBy(() -> managers.start(leader, again))
          .hasMessageContaining("was removed from cluster demo")
          .hasMessageContaining("move its data folder away and start it with join");
    }
    JsonObject disguised = managers.joining(leader, "demo", rest);
    disguised.put("raft", managers.config("m8", "demo").getJsonObject("raft"));
    assertThatThrownBy(() -> managers.start(leader, disguised))
        .hasMessageContaining("manager " + leader + " was removed from the cluster")
        .hasMessageContaining("move this data folder away");
    assertThat(managers.state(rest[0]).epoch()).isEqualTo(before.epoch());

    // Unless with another folder.
    Files.move(managers.folder(leader), root.resolve("old"));
    managers.start(leader, managers.joining(leader, "demo", rest));
    awaitActive("m1", "m2", "m3");
  }

  @Test
  void givenThree_whenOneIsRemovedWhileItIsAway_thenItFindsOutByItself_andDisturbsNobody()
      throws Exception {
    given(List.of("m1"), "m2", "m3");
    managers.start("m2", managers.joining("m2", "demo", "m1"));
    awaitActive("m1", "m2");
    managers.start("m3", managers.joining("m3", "demo", "m1"));
    awaitActive("m1", "m2", "m3");
    long epoch = managers.state("m2").epoch().number();
    managers.stop("m1");
    managers.led(epoch, "m2", "m3");
    remove("m2", "m1");
    awaitActive("m2", "m3");
    ClusterState before = managers.state("m2");

    // Its file names nobody whom it could ask before its log is open.
    ManagerVerticle first = managers.start("m1", managers.config("m1", "demo", "m1"));
    await().atMost(PATIENCE).until(() -> first.ended().isComplete());
    assertThat(first.ended().result()).contains("manager m1 was removed from cluster demo");
    assertThat(first.removed().isComplete()).isTrue();
    assertThat(managers.state("m2").epoch()).isEqualTo(before.epoch());
    assertThat(voters("m2", "m3")).hasSize(2);
  }

  @Test
  void givenThree_whenADiskIsLost_thenItComesBackByItselfAsANewMember_andTheGroupIsWhole()
      throws Exception {
    given(List.of("m1", "m2", "m3"));
    long epoch = managers.state("m1").epoch().number();
    managers.stop("m1");
    managers.led(Math.max(0, epoch - 1), "m2", "m3");
    Files.move(managers.folder("m1"), root.resolve("lost"));
    managers.start("m1");
    await().atMost(PATIENCE).until(() -> managers.member("m2", "m1") > 1);
    awaitActive("m1", "m2", "m3");
    long member = managers.member("m2", "m1");
    assertThat(voters("m1", "m2", "m3")).containsExactly("m1-" + member, "m2-1", "m3-1");

    // The old disk turns up again: it is of no use.
    managers.stop("m1");
    Files.move(managers.folder("m1"), root.resolve("new"));
    Files.move(root.resolve("lost"), managers.folder("m1"));
    assertThatThrownBy(() -> managers.start("m1"))
        .hasMessageContaining("another member has the place of manager m1");
    Files.move(managers.folder("m1"), root.resolve("lost"));
    Files.move(root.resolve("new"), managers.folder("m1"));
    managers.start("m1");
    awaitActive("m1", "m2", "m3");
  }

  @Test
  void givenOne_whenStrangersOrLiarsAskToJoin_thenEachIsRefusedWithTheReason() throws Exception {
    given(List.of("m1"), "m2", "m3");
    assertThatThrownBy(() -> managers.start("m2", managers.joining("m2", "other", "m1")))
        .hasMessageContaining("manager m1 belongs to cluster demo, not to other");
    JsonObject away = managers.joining("m2", "demo", "m1");
    away.getJsonObject("api").put("advertise", managers.api("m3"));
    assertThatThrownBy(() -> managers.start("m2", away))
        .hasMessageContaining("manager m2 cannot join: at its api address " + managers.api("m3"))
        .hasMessageContaining("cannot be dialled back");
    JsonObject liar = managers.joining("m2", "demo", "m1");
    liar.getJsonObject("raft").put("advertise", managers.api("m1"));
    assertThatThrownBy(() -> managers.start("m2", liar))
        .hasMessageContaining("at its raft address " + managers.api("m1"))
        .hasMessageContaining("there is manager m1");
    JsonObject thief = managers.joining("m2", "demo", "m1").put("id", "m1");
    thief.put("dataDir", root.resolve("thief").toString());
    assertThatThrownBy(() -> managers.start("m2", thief))
        .hasMessageContaining("manager m1 is a member and answers at " + managers.api("m1"));
    assertThat(states("m1").keySet()).containsExactly("m1");
    assertThat(write("m1", new Command.RemoveManager("m1", 1)).refused().get(0).message())
        .contains("manager m1 is the last one");
  }

  @Test
  void givenOneThatWasLetInAndIsGone_thenItTakesNoMajorityAway() {
    given(List.of("m1"), "m2");
    ManagerInfo gone =
        ManagerInfo.joining(
            "m2", "f2", managers.api("m2"), managers.raft("m2"), managers.http("m2"));
    get(
        new SwarmBus(managers.vertx, "m1")
            .request(Endpoints.PROPOSE, new Propose(new Command.AdmitManager(gone))));
    for (int weight = 1; weight <= 20; weight++) {
      assertThat(write("m1", new Command.SetWeight("m1", weight)).refused()).isEmpty();
    }
    assertThat(states("m1")).containsEntry("m2", ManagerState.JOINING);
    assertThat(voters("m1")).containsExactly("m1-1");
    remove("m1", "m2");
    assertThat(states("m1")).doesNotContainEntry("m2", ManagerState.JOINING);
  }

  @Test
  void givenNobodyAnswers_thenItWaits_andIsLetInWhenSomebodyDoes_andMayMoveToOtherPorts()
      throws Exception {
    managers = new Managers(root, List.of("m1"), "m2", "m9");
    List<String> waits = new CopyOnWriteArrayList<>();
    get(
        new SwarmBus(managers.vertx, "m2")
            .subscribe(Topics.MEMBERSHIP, news -> waits.add(news.waitsFor())));
    ManagerVerticle waiting = managers.start("m2", managers.joining("m2", "demo", "m1"));
    assertThat(waiting.ended().isComplete()).isFalse();
    assertThat(waits).last().asString().contains("waits to join cluster demo", managers.api("m1"));
    managers.startAll();
    awaitActive("m1", "m2");
    assertThat(waits).last().isEqualTo("");
    ManagerInfo first = managers.state("m1").managers().get("m2");

    // At other api and http ports it is the same member.
    managers.stop("m2");
    JsonObject moved = managers.joining("m2", "demo", "m1");
    JsonObject elsewhere = managers.config("m9", "demo");
    moved.put("api", elsewhere.getJsonObject("api")).put("http", elsewhere.getJsonObject("http"));
    managers.start("m2", moved);
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(managers.state("m1").managers().get("m2").api())
                    .isEqualTo(managers.api("m9")));
    assertThat(managers.member("m1", "m2")).isEqualTo(first.member());
    awaitActive("m1", "m2");
  }
}
