package dev.swarm.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.swarm.bus.Endpoints;
import dev.swarm.bus.Messages;
import dev.swarm.model.Bytes;
import dev.swarm.model.ClusterState;
import dev.swarm.model.Command;
import dev.swarm.model.Outcome;
import dev.swarm.model.SwarmException;
import dev.swarm.model.TaskId;
import dev.swarm.model.TaskSpec;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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

  static Command submit(String id, int bytes) {
    return new Command.SubmitTasks(
        List.of(
            new TaskSpec(
                new TaskId(id), id, id, "discard", Bytes.wrap(new byte[bytes]), null, 3, 1)));
  }

  @Test
  void givenCommittedCommands_whenRestarted_thenTheStateIsEqual() {
    group.commit(new Command.BeginEpoch(1, "m1", 5));
    for (int i = 0; i < 50; i++) group.commit(submit("t" + i, 100));
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
  void givenARefusedItem_whenProposed_thenTheCallerGetsItsOwnOutcome() {
    String leader = group.leader();
    Future<Outcome> first = group.propose(leader, new Command.BeginEpoch(7, "m1", 5));
    Future<Outcome> again = group.propose(leader, new Command.BeginEpoch(7, "m1", 5));
    Future<Outcome> other = group.propose(leader, new Command.CancelTask(new TaskId("none"), 1));
    assertThat(Group.get(first).refused()).isEmpty();
    assertThat(Group.get(again).refused())
        .extracting("kind")
        .containsExactly(SwarmException.Kind.CONFLICT);
    assertThat(Group.get(other).refused())
        .extracting("kind")
        .containsExactly(SwarmException.Kind.NOT_FOUND);
  }

  @Test
  void givenManyConcurrentProposals_whenCommitted_thenTheyShareEntries() {
    String leader = group.leader();
    long before = group.state(leader).index();
    List<Future<Outcome>> all =
        IntStream.range(0, 2_000)
            .mapToObj(i -> group.propose(leader, submit("t" + i, 10)))
            .toList();
    Group.get(Future.all(all));
    long distinct = all.stream().map(Group::get).map(Outcome::index).distinct().count();
    assertThat(distinct).isLessThan(200);
    assertThat(group.state(leader).index() - before).isLessThan(400);
    assertThat(group.state(leader).tasks()).hasSize(2_000);
    assertThat(group.meters.get("m1").get("swarm.raft.proposals").counter().count())
        .isEqualTo(2_000);
    assertThat(group.meters.get("m1").get("swarm.raft.commit").timer().count()).isEqualTo(2_000);
  }

  @Test
  void givenNews_whenReadInOrder_thenEachFollowsTheOneBeforeAndLeadsToTheState() {
    group.leader();
    for (int i = 0; i < 30; i++) group.commit(submit("t" + i, 10));
    ClusterState state = group.state("m1");
    await().until(() -> last(group.news.get("m1")).state().equals(state));
    List<Long> indexes = group.news.get("m1").stream().map(news -> news.state().index()).toList();
    assertThat(indexes).isSorted().doesNotHaveDuplicates();
    assertThat(group.news.get("m1")).allMatch(news -> news.replaced() || news.changes().size() > 0);
  }

  @Test
  void givenASingleManager_whenAskedForItsAuthority_thenItAlwaysHasIt() {
    group.leader();
    long index = group.commit(submit("t", 10)).index();
    Messages.Authority authority =
        Group.get(
            group.buses.get("m1").request(Endpoints.AUTHORITY, new Messages.AuthorityQuery()));
    assertThat(authority.term()).isEqualTo(last(group.roles.get("m1")).term());
    assertThat(authority.commitIndex()).isEqualTo(index);
    assertThat(group.meters.get("m1").get("swarm.raft.is.leader").gauge().value()).isEqualTo(1);
  }

  @Test
  void givenManySnapshots_whenTaken_thenThreeAreKeptAndTheLogReachesBackToTheOldest()
      throws IOException {
    group.leader();
    for (int i = 0; i < 70; i++) group.commit(submit("t" + i, 500));
    await().untilAsserted(() -> assertThat(snapshots()).hasSize(3));
    await().untilAsserted(() -> assertThat(firstLogIndex()).isPositive());
    assertThat(firstLogIndex()).isLessThanOrEqualTo(indexOf(snapshots().get(0)) + 1);
  }

  @Test
  void givenASnapshotWithAFlippedBit_whenRestarted_thenItIsRefusedInOneLine() throws IOException {
    group.leader();
    for (int i = 0; i < 60; i++) group.commit(submit("t" + i, 100));
    await().untilAsserted(() -> assertThat(snapshots()).isNotEmpty());
    group.stop("m1");
    Path newest = last(snapshots());
    byte[] bytes = Files.readAllBytes(newest);
    bytes[bytes.length / 2] ^= 4;
    Files.write(newest, bytes);
    assertThatThrownBy(() -> group.start("m1"))
        .isInstanceOf(SwarmException.class)
        .hasMessageContaining("cannot be used")
        .hasMessageContaining("join as a new manager");
  }

  @Test
  void givenNoUsableSnapshotAndAPurgedLog_whenRestarted_thenItIsRefused() throws IOException {
    group.leader();
    for (int i = 0; i < 70; i++) group.commit(submit("t" + i, 500));
    await().untilAsserted(() -> assertThat(firstLogIndex()).isPositive());
    group.stop("m1");
    for (Path snapshot : snapshots()) Files.delete(snapshot);
    assertThatThrownBy(() -> group.start("m1")).hasMessageContaining("begins at");
  }

  @Test
  void givenAFolderInUse_whenAnotherStarts_thenItIsRefused(Vertx vertx) {
    assertThatThrownBy(() -> Group.get(group.deploy("m1")))
        .isInstanceOf(SwarmException.class)
        .hasMessageContaining("in use by another manager");
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

  private List<Path> snapshots() throws IOException {
    try (Stream<Path> files = Files.walk(group.folder("m1"))) {
      return files
          .filter(file -> file.getFileName().toString().matches("snapshot\\.\\d+_\\d+"))
          .sorted(java.util.Comparator.comparingLong(SingleManagerTest::indexOf))
          .toList();
    }
  }

  private static long indexOf(Path snapshot) {
    String name = snapshot.getFileName().toString();
    return Long.parseLong(name.substring(name.indexOf('_') + 1));
  }

  private long firstLogIndex() throws IOException {
    try (Stream<Path> files = Files.walk(group.folder("m1"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.matches("log_(inprogress_)?\\d+.*"))
          .mapToLong(name -> Long.parseLong(name.replaceAll("log_(inprogress_)?(\\d+).*", "$2")))
          .min()
          .orElseThrow();
    }
  }

  private static <T> T last(List<T> list) {
    return list.get(list.size() - 1);
  }
}
