package dev.swarm.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.swarm.bus.Endpoints;
import dev.swarm.bus.Messages;
import dev.swarm.model.ClusterState;
import dev.swarm.model.Command;
import dev.swarm.model.Outcome;
import dev.swarm.model.Rules;
import dev.swarm.model.SwarmException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One cluster for all cases: each finds three managers running and counts from there. */
class ThreeManagersTest {
  @TempDir static Path root;
  private static Vertx vertx;
  private static Group group;

  @BeforeAll
  static void start() throws IOException {
    vertx = Vertx.vertx();
    group = new Group(vertx, root, 3, 20);
    group.startAll();
  }

  @AfterEach
  void startMissing() {
    group.startMissing();
  }

  @AfterAll
  static void stop() {
    group.close();
    Group.get(vertx.close());
  }

  @Test
  void givenALeader_whenAFollowerIsAsked_thenItRefusesToProposeAndToSpeakForTheOthers() {
    String follower = group.follower();
    assertThatThrownBy(() -> Group.get(group.propose(follower, new Command.BeginEpoch(1, "m1", 1))))
        .isInstanceOfSatisfying(
            SwarmException.class,
            refusal -> assertThat(refusal.kind()).isEqualTo(SwarmException.Kind.NOT_LEADER));
    assertThatThrownBy(() -> Group.get(authority(follower)))
        .hasMessageContaining("manager " + group.leader() + " leads");
  }

  @Test
  void givenMembersThatAllKnowTheNewestRules_thenEntriesAreWrittenByThem() {
    int[] writes = {0};
    await()
        .until(
            () -> {
              group.commit(Tasks.submit("rules" + writes[0]++, 100));
              return group.state(group.leader()).rules() == Rules.NEWEST;
            });
    assertThat(group.agreed().rules()).isEqualTo(Rules.NEWEST);
  }

  @Test
  void givenALeader_whenItIsStopped_thenAnotherIsReadyAndNothingCommittedIsLost() {
    for (int i = 0; i < 30; i++) group.commit(Tasks.submit("stop" + i, 100));
    String first = group.leader();
    long term = last(group.roles.get(first)).term();
    group.stop(first);
    String second = group.leader();
    assertThat(second).isNotEqualTo(first);
    assertThat(last(group.roles.get(second)).term()).isGreaterThan(term);
    group.commit(Tasks.submit("stop-after", 100));
    group.start(first);
    group.leader();
    ClusterState state = group.agreed();
    assertThat(Group.tasks(state, "stop")).isEqualTo(31);
    for (String id : group.running()) {
      assertThat(group.state(id).digest()).isEqualTo(state.records().toState().digest());
    }
  }

  @Test
  void givenAFollowerAwayForLongerThanTheLog_whenItComesBack_thenASnapshotBringsItUpToDate() {
    group.commit(Tasks.submit("away", 100));
    String away = group.follower();
    long held = group.agreed().index();
    group.stop(away);
    for (int i = 0; i < 70; i++) group.commit(Tasks.submit("away" + i, 500));
    group.start(away);
    group.leader();
    assertThat(Group.tasks(group.agreed(), "away")).isEqualTo(71);
    await()
        .untilAsserted(
            () ->
                assertThat(group.news.get(away))
                    .as("a snapshot of others, newer than what it held")
                    .anyMatch(news -> news.replaced() && news.state().index() > held));
    group.commit(Tasks.submit("away-later", 100));
    ClusterState back = group.agreed();
    assertThat(Group.tasks(back, "away")).isEqualTo(72);
    assertThat(group.state(away).records().toState().digest()).isEqualTo(back.digest());
    group.stop(away);
    group.start(away);
    group.leader();
    assertThat(Group.tasks(group.agreed(), "away")).isEqualTo(72);
  }

  @Test
  void givenALeaderWithoutAMajority_whenAsked_thenItHasNoAuthorityAndProposalsEndWithAReason() {
    String leader = group.leader();
    assertThat(Group.get(authority(leader)).term()).isPositive();
    List<Future<Outcome>> proposed = new ArrayList<>();
    for (String id : group.running()) if (!id.equals(leader)) group.stop(id);
    for (int i = 0; i < 20; i++) {
      proposed.add(group.propose(leader, Tasks.submit("lost" + i, 10)));
    }
    await().until(() -> !hasAuthority(leader));
    await().until(() -> last(group.roles.get(leader)).leader().isEmpty());
    await().until(() -> proposed.stream().allMatch(Future::failed));
    assertThat(proposed)
        .extracting(Future::cause)
        .extracting("kind")
        .containsOnly(SwarmException.Kind.NOT_LEADER);
  }

  @Test
  void givenAllStopped_whenStartedAgain_thenEveryAcknowledgedCommandIsThere() {
    for (int i = 0; i < 25; i++) group.commit(Tasks.submit("all" + i, 100));
    group.stopAll();
    group.startAll();
    group.leader();
    assertThat(Group.tasks(group.agreed(), "all")).isEqualTo(25);
  }

  private boolean hasAuthority(String id) {
    return Group.get(authority(id).map(true).otherwise(false));
  }

  private Future<Messages.Authority> authority(String id) {
    return group.buses.get(id).request(Endpoints.AUTHORITY, new Messages.AuthorityQuery());
  }

  private static <T> T last(List<T> list) {
    return list.get(list.size() - 1);
  }
}
