package dev.swarm.app;

import static dev.swarm.sim.FakeConsensus.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.swarm.model.Command;
import dev.swarm.model.Judgement;
import dev.swarm.model.Judgement.Verdict;
import dev.swarm.model.SessionRef;
import dev.swarm.model.TaskId;
import dev.swarm.model.TaskStatus;
import dev.swarm.model.WorkerCounts;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Agents, dispatchers, presence and placement together, over real sockets; only Raft is away. */
class LiveClusterTest {
  private final LiveCluster cluster = new LiveCluster();
  private final TcpProxy m1 = cluster.ways.get(0);
  private final TcpProxy m2 = cluster.ways.get(1);

  @AfterEach
  void close() {
    cluster.close();
  }

  private void awaitEnd(String end) {
    await().atMost(Duration.ofSeconds(15)).until(() -> cluster.seen.ends.contains(end));
  }

  @Test
  void givenTenAgents_whenTheyBeatForLongerThanATtl_thenAllStayUpInTheirFirstSessions() {
    for (int i = 0; i < 10; i++) cluster.agent("w" + i, m1, m2);
    cluster.awaitUp(10);
    cluster.awaitBeats(80); // eight periods; a TTL is five
    assertThat(cluster.consensus.state().workerCounts()).isEqualTo(new WorkerCounts(10, 0, 0));
    assertThat(cluster.seen.sessions).hasSize(10);
    assertThat(cluster.seen.ends).isEmpty();
  }

  @Test
  void givenTasksForAny_whenPlaced_thenEachRunsOnceAndIsSettled() {
    for (int i = 0; i < 5; i++) cluster.agent("w" + i, m1, m2);
    cluster.awaitUp(5);
    String[] tasks = IntStream.range(0, 300).mapToObj(i -> "t" + i).toArray(String[]::new);
    cluster.submit(null, tasks);
    cluster.awaitStatus(TaskStatus.COMPLETE, tasks);
    assertThat(cluster.seen.starts).hasSize(300).doesNotHaveDuplicates();
    long settledAt = cluster.consensus.state().index();
    cluster.awaitBeats(15); // whoever had an unsettled report would have offered it again
    assertThat(cluster.consensus.state().index()).isEqualTo(settledAt);
  }

  @Test
  void givenRunningTasks_whenTheConnectionIsCut_thenTheAgentResumesByVersion() {
    cluster.agent("w1", 600_000, m1);
    cluster.awaitUp(1);
    cluster.submit("w1", "a", "b", "c");
    cluster.awaitStatus(TaskStatus.RUNNING, "a", "b", "c");
    m1.refuse(true);
    m1.cut();
    awaitEnd("w1 LOST");
    cluster.submit("w1", "d");
    cluster.consensus.write(new Command.CancelTask(new TaskId("a"), 1));
    m1.refuse(false);
    cluster.awaitStatus(TaskStatus.CANCELLED, "a");
    cluster.awaitStatus(TaskStatus.RUNNING, "b", "c", "d");
    assertThat(cluster.seen.starts).containsExactlyInAnyOrder("a#1", "b#1", "c#1", "d#1");
    assertThat(cluster.opened("resumed")).isEqualTo(1);
    assertThat(cluster.consensus.state().workerCounts()).isEqualTo(new WorkerCounts(1, 0, 0));
  }

  @Test
  void givenAnAgent_whenItIsUndeployed_thenItHasLeftAndItsTaskGoesToAnother() {
    String deployment = cluster.agent("w1", 600_000, m1);
    cluster.awaitUp(1);
    cluster.submit(null, "t");
    cluster.awaitStatus(TaskStatus.RUNNING, "t");
    cluster.agent("w2", m2);
    cluster.awaitUp(2);
    get(cluster.vertx.undeploy(deployment));
    assertThat(cluster.seen.ends).containsExactly("w1 LEFT");
    assertThat(cluster.worker("w1").reason()).isEqualTo("left: agent stops");
    cluster.awaitStatus(TaskStatus.COMPLETE, "t");
    assertThat(cluster.seen.starts).containsExactly("t#1", "t#2");
  }

  @Test
  void givenASessionJudgedDown_thenTheAgentIsToldAndComesBackWithANewOne() {
    cluster.agent("w1", 600_000, m1, m2);
    cluster.awaitUp(1);
    cluster.submit(null, "any");
    cluster.submit("w1", "own");
    cluster.awaitStatus(TaskStatus.RUNNING, "any", "own");
    SessionRef first = cluster.session("w1");
    cluster.consensus.write(
        new Command.SetStatus(List.of(new Judgement(first, 1, Verdict.DOWN, "test")), 1));
    awaitEnd("w1 EXPIRED");
    cluster.awaitUp(1);
    assertThat(cluster.session("w1")).isNotEqualTo(first);
    await().until(() -> cluster.task("any").attempt() == 2);
    cluster.awaitStatus(TaskStatus.RUNNING, "any", "own");
    assertThat(cluster.seen.starts).containsExactlyInAnyOrder("any#1", "own#1", "any#2");
  }

  @Test
  void givenAnAgentThatIsStartedAgain_whenItsOldSessionIsStillUp_thenOnlyTheNewestStays() {
    String first = cluster.agent("w1", m1);
    cluster.awaitUp(1);
    String second = cluster.agent("w1", m2);
    awaitEnd("w1 REPLACED");
    get(cluster.vertx.undeploy(first)); // without a word to the cluster: it has no session
    String third = cluster.agent("w1", m1);
    await().until(() -> cluster.seen.ends.size() == 2);
    get(cluster.vertx.undeploy(second));
    assertThat(cluster.seen.ends).containsExactly("w1 REPLACED", "w1 REPLACED");
    SessionRef newest = cluster.session("w1");
    cluster.awaitBeats(4);
    assertThat(cluster.session("w1")).isEqualTo(newest);
    assertThat(cluster.seen.sessions).hasSize(3).last().isEqualTo("w1 " + newest.number());
    cluster.submit("w1", "t");
    cluster.awaitStatus(TaskStatus.COMPLETE, "t");
    assertThat(cluster.seen.starts).containsExactly("t#1");
    get(cluster.vertx.undeploy(third));
    assertThat(cluster.worker("w1").down()).isTrue();
  }

  @Test
  void givenAManagerThatFallsSilent_thenItsAgentMovesAndKeepsWhatItRuns() {
    cluster.agent("w1", 600_000, m1, m2);
    cluster.awaitUp(1);
    cluster.submit("w1", "t");
    cluster.awaitStatus(TaskStatus.RUNNING, "t");
    SessionRef first = cluster.session("w1");
    boolean onFirst = cluster.worker("w1").session().manager().equals("m1");
    (onFirst ? m1 : m2).silent(true);
    await()
        .atMost(Duration.ofSeconds(15))
        .until(() -> !cluster.session("w1").equals(first) && !cluster.worker("w1").down());
    assertThat(cluster.worker("w1").session().manager()).isEqualTo(onFirst ? "m2" : "m1");
    awaitEnd("w1 SILENT");
    assertThat(cluster.seen.starts).containsExactly("t#1");
    assertThat(cluster.task("t").status()).isEqualTo(TaskStatus.RUNNING);
  }

  @Test
  void givenALeaderThatDies_whenTasksEndMeanwhile_thenTheirReportsCountOnceWithTheNext() {
    cluster.agent("w1", 300, m1);
    cluster.agent("w2", 300, m2);
    cluster.awaitUp(2);
    String[] tasks = {"a", "b", "c", "d"};
    cluster.submit("w1", "a", "b");
    cluster.submit("w2", "c", "d");
    await().until(() -> cluster.seen.starts.size() == 4);
    List<String> sessions = List.copyOf(cluster.seen.sessions);
    cluster.leaderDies();
    cluster.awaitBeats(6); // three periods: all tasks have ended
    cluster.elect();
    cluster.awaitStatus(TaskStatus.COMPLETE, tasks);
    cluster.awaitUp(2);
    assertThat(cluster.seen.starts).hasSize(4);
    assertThat(cluster.seen.sessions).isEqualTo(sessions);
    assertThat(cluster.seen.ends).doesNotContain("w1 LOST", "w2 LOST");
    assertThat(cluster.consensus.state().nextSession()).isEqualTo(3);
  }

  @Test
  void givenNoLeaderAnywhere_whenAdvisedToMove_thenAgentsTryOnceAndStay() {
    cluster.agent("w1", m1, m2);
    cluster.awaitUp(1);
    cluster.leaderDies();
    awaitEnd("w1 UNAVAILABLE");
    int dials = cluster.seen.dials.size();
    cluster.awaitBeats(8);
    assertThat(cluster.seen.dials).hasSize(dials).hasSize(2);
    assertThat(cluster.seen.ends).containsExactly("w1 UNAVAILABLE");
    cluster.elect();
    cluster.awaitUp(1);
    assertThat(cluster.seen.sessions).containsExactly("w1 1");
  }

  @Test
  void givenAnInstalledSnapshot_whenStreamsLive_thenEachLearnsWhatChangedAndNobodyDials() {
    cluster.agent("w1", 600_000, m1);
    cluster.agent("w2", m2);
    cluster.awaitUp(2);
    cluster.submit("w1", "old");
    cluster.awaitStatus(TaskStatus.RUNNING, "old");
    cluster.consensus.jump(
        new Command.SubmitTasks(List.of(LiveCluster.spec("w1", "x"), LiveCluster.spec("w2", "y"))),
        new Command.SubmitTasks(List.of(LiveCluster.spec(null, "z"))),
        new Command.CancelTask(new TaskId("old"), 1));
    cluster.awaitStatus(TaskStatus.CANCELLED, "old");
    cluster.awaitStatus(TaskStatus.RUNNING, "x");
    cluster.awaitStatus(TaskStatus.COMPLETE, "y", "z");
    cluster.awaitBeats(16); // longer than a TTL: presence kept the deadlines
    assertThat(cluster.seen.ends).isEmpty();
    assertThat(cluster.seen.starts).containsExactlyInAnyOrder("old#1", "x#1", "y#1", "z#1");
  }

  @Test
  void givenASnapshotWithANewerSession_whenInstalled_thenTheOldStreamIsReplaced() {
    cluster.agent("w1", m1);
    cluster.awaitUp(1);
    cluster.consensus.jump(
        new Command.OpenSessions(1, List.of(dev.swarm.sim.FakeConsensus.wish("w1")), 1));
    awaitEnd("w1 REPLACED");
  }
}
