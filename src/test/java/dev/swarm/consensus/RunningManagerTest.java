package dev.swarm.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.swarm.bus.Endpoints;
import dev.swarm.bus.Messages;
import dev.swarm.model.ClusterState;
import dev.swarm.model.Command;
import dev.swarm.model.Outcome;
import dev.swarm.model.SwarmException;
import dev.swarm.model.TaskId;
import io.micrometer.core.instrument.Counter;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cases that leave their manager running, and so share one. */
class RunningManagerTest {
  @TempDir static Path root;
  private static Vertx vertx;
  private static Group group;

  @BeforeAll
  static void start() throws IOException {
    vertx = Vertx.vertx();
    group = new Group(vertx, root, 1, 20);
    group.startAll();
  }

  @AfterAll
  static void stop() {
    group.close();
    Group.get(vertx.close());
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
    double countedBefore = committed();
    long timedBefore = group.meters.get("m1").get("swarm.raft.commit").timer().count();
    List<Future<Outcome>> all =
        IntStream.range(0, 2_000)
            .mapToObj(i -> group.propose(leader, Tasks.submit("many" + i, 10)))
            .toList();
    Group.get(Future.all(all));
    long distinct = all.stream().map(Group::get).map(Outcome::index).distinct().count();
    assertThat(distinct).isLessThan(200);
    assertThat(group.state(leader).index() - before).isLessThan(400);
    assertThat(Group.tasks(group.state(leader), "many")).isEqualTo(2_000);
    assertThat(committed() - countedBefore).isEqualTo(2_000);
    assertThat(group.meters.get("m1").get("swarm.raft.commit").timer().count() - timedBefore)
        .isEqualTo(2_000);
  }

  private static double committed() {
    return group
        .meters
        .get("m1")
        .find("swarm.raft.proposals")
        .tag("outcome", "committed")
        .counters()
        .stream()
        .mapToDouble(Counter::count)
        .sum();
  }

  @Test
  void givenNews_whenReadInOrder_thenEachFollowsTheOneBeforeAndLeadsToTheState() {
    group.leader();
    long before = group.state("m1").index();
    for (int i = 0; i < 30; i++) group.commit(Tasks.submit("news" + i, 10));
    ClusterState state = group.state("m1");
    await().until(() -> last(group.news.get("m1")).state().equals(state));
    assertThat(group.news.get("m1"))
        .extracting(news -> news.state().index())
        .isSorted()
        .doesNotHaveDuplicates();
    assertThat(group.news.get("m1"))
        .filteredOn(news -> news.state().index() > before)
        .hasSize(30)
        .allMatch(news -> !news.replaced() && !news.changes().isEmpty());
  }

  @Test
  void givenASingleManager_whenAskedForItsAuthority_thenItAlwaysHasIt() {
    group.leader();
    long index = group.commit(Tasks.submit("authority", 10)).index();
    Messages.Authority authority =
        Group.get(
            group.buses.get("m1").request(Endpoints.AUTHORITY, new Messages.AuthorityQuery()));
    assertThat(authority.term()).isEqualTo(last(group.roles.get("m1")).term());
    assertThat(authority.commitIndex()).isEqualTo(index);
    assertThat(group.meters.get("m1").get("swarm.raft.is.leader").gauge().value()).isEqualTo(1);
  }

  private static <T> T last(List<T> list) {
    return list.get(list.size() - 1);
  }
}
