package dev.swarm.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.swarm.bus.EventKind;
import dev.swarm.bus.Messages.Happened;
import dev.swarm.bus.Messages.StateNews;
import dev.swarm.lab.LiveFiles;
import dev.swarm.model.ClusterState;
import dev.swarm.model.Command;
import dev.swarm.model.SwarmException;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(VertxExtension.class)
class SingleManagerTest {
  @TempDir Path root;
  private Group group;

  @BeforeEach
  void start(Vertx vertx) throws IOException {
    group = new Group(vertx, root, 1, 20);
    group.startAll();
  }

  @AfterEach
  void stop() {
    group.close();
  }

  @Test
  void givenCommittedCommands_whenRestarted_thenTheStateIsEqual() {
    group.commit(new Command.BeginEpoch(1, "m1", 5));
    for (int i = 0; i < 50; i++) group.commit(Tasks.submit("t" + i, 100));
    ClusterState before = group.state("m1");
    group.stop("m1");
    group.start("m1");
    group.leader();
    ClusterState after = group.state("m1");
    assertThat(after).isEqualTo(before);
    assertThat(after.tasks()).hasSize(50);
    assertThat(after.digest()).isEqualTo(after.records().toState().digest());
  }

  @Test
  void givenAnEntry_whenReadAgainAtTheNextStart_thenItWasWrittenWhenItWas() {
    long earliest = Group.TIME.millis();
    long index = group.commit(Tasks.submit("t", 100)).index();
    long latest = Group.TIME.millis();
    assertThat(writtenAt(index)).hasSize(1).allMatch(at -> earliest <= at && at <= latest);
    group.stop("m1");
    group.start("m1");
    await().until(() -> writtenAt(index).size() == 2);
    assertThat(Set.copyOf(writtenAt(index))).hasSize(1);
  }

  private List<Long> writtenAt(long index) {
    return group.news.get("m1").stream()
        .filter(news -> news.state().index() == index)
        .map(StateNews::atMillis)
        .toList();
  }

  @Test
  void givenALogThatIsOpenedAgainBecauseItsStateWasWrong_thenItIsToldAsOfWhereItWas() {
    for (int i = 0; i < 57; i++) group.commit(Tasks.submit("t" + i, 100));
    ClusterState told = group.state("m1");
    List<StateNews> news = group.news.get("m1");
    await().until(() -> news.get(news.size() - 1).state().equals(told));
    ConsensusVerticle verticle = group.verticles.get("m1");
    news.clear();

    PlantedState.distrust(verticle);
    assertThat(group.meter("m1", "swarm.state.trusted")).isZero();
    PlantedState.log(verticle).close();

    await().atMost(Duration.ofSeconds(20)).until(() -> news.stream().anyMatch(StateNews::mended));
    group.commit(Tasks.submit("later", 100));
    assertThat(news).allMatch(one -> one.state().index() >= told.index());
    assertThat(news.get(0).mended()).isTrue();
    assertThat(news).filteredOn(StateNews::replaced).hasSize(1);
    assertThat(group.meter("m1", "swarm.state.trusted")).isEqualTo(1);
    await()
        .untilAsserted(
            () ->
                assertThat(group.events.get("m1"))
                    .extracting(Happened::kind)
                    .containsOnlyOnce(EventKind.STATE_DIFFERS, EventKind.STATE_MENDED));
  }

  @Test
  void givenALogThatIsOpenedAgain_thenNothingIsToldTwice() {
    for (int i = 0; i < 57; i++) group.commit(Tasks.submit("t" + i, 100));
    ClusterState told = group.state("m1");
    List<StateNews> news = group.news.get("m1");
    await().until(() -> news.get(news.size() - 1).state().equals(told));
    news.clear();

    PlantedState.log(group.verticles.get("m1")).close();

    await().until(() -> group.roles.get("m1").stream().anyMatch(r -> r.leader().isEmpty()));
    long index = group.commit(Tasks.submit("later", 100)).index();
    await().until(() -> news.stream().anyMatch(one -> one.state().index() == index));
    assertThat(news).allMatch(one -> one.state().index() > told.index() && !one.replaced());
  }

  @Test
  void givenManySnapshots_whenTaken_thenThreeAreKeptAndTheLogReachesBackToTheOldest()
      throws IOException {
    group.leader();
    for (int i = 0; i < 70; i++) group.commit(Tasks.submit("t" + i, 500));
    await().untilAsserted(() -> assertThat(snapshots()).hasSize(3));
    await().untilAsserted(() -> assertThat(firstLogIndex()).isPositive());
    assertThat(firstLogIndex()).isLessThanOrEqualTo(indexOf(snapshots().get(0)) + 1);
  }

  @Test
  void givenThePortInUse_whenStarted_thenThatIsSaidAndTheFolderGivenBack() throws IOException {
    group.stop("m1");
    int port = group.options("m1").raftPort();
    try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> group.start("m1"))
          .isInstanceOf(SwarmException.class)
          .hasMessageContaining("raft port 127.0.0.1:" + taken.getLocalPort() + " cannot be used");
    }
    group.start("m1");
    group.leader();
  }

  @Test
  void givenAFolderInUse_whenAnotherStarts_thenItIsRefused() {
    assertThatThrownBy(() -> Group.get(group.deploy("m1")))
        .isInstanceOf(SwarmException.class)
        .hasMessageContaining("in use by another manager");
  }

  @Test
  void givenSnapshotsOfAnEarlierRun_whenMoreAreTaken_thenTheReplicaGoesOnAndForgetsItsLog()
      throws IOException {
    for (int i = 0; i < 70; i++) group.commit(Tasks.submit("t" + i, 500));
    await().untilAsserted(() -> assertThat(snapshots()).hasSize(3));
    group.stop("m1");
    long newest = indexOf(last(snapshots()));
    group.start("m1");
    for (int i = 0; i < 70; i++) group.commit(Tasks.submit("later" + i, 500));
    await().untilAsserted(() -> assertThat(firstLogIndex()).isGreaterThan(newest));
    assertThat(group.verticles.get("m1").ended().isComplete()).isFalse();
    assertThat(Group.tasks(group.state("m1"), "")).isEqualTo(140);
  }

  private List<Path> snapshots() {
    return LiveFiles.below(group.folder("m1")).stream()
        .filter(file -> file.getFileName().toString().matches("snapshot\\.\\d+_\\d+"))
        .sorted(Comparator.comparingLong(SingleManagerTest::indexOf))
        .toList();
  }

  private static long indexOf(Path snapshot) {
    String name = snapshot.getFileName().toString();
    return Long.parseLong(name.substring(name.indexOf('_') + 1));
  }

  private long firstLogIndex() {
    return LiveFiles.below(group.folder("m1")).stream()
        .map(file -> file.getFileName().toString())
        .filter(name -> name.matches("log_(inprogress_)?\\d+.*"))
        .mapToLong(name -> Long.parseLong(name.replaceAll("log_(inprogress_)?(\\d+).*", "$2")))
        .min()
        .orElseThrow();
  }

  private static <T> T last(List<T> list) {
    return list.get(list.size() - 1);
  }
}
