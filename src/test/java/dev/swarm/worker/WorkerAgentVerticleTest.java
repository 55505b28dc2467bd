package dev.swarm.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.swarm.model.TaskId;
import dev.swarm.model.TimeSource;
import dev.swarm.v1.Assignments;
import dev.swarm.v1.Disconnect;
import dev.swarm.v1.DisconnectReason;
import dev.swarm.v1.ManagerMessage;
import dev.swarm.v1.Managers;
import dev.swarm.v1.TaskReport;
import dev.swarm.v1.TaskStatus;
import dev.swarm.v1.WorkerMessage.BodyCase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.grpc.common.GrpcStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent against managers that do as they are told, over real gRPC. */
class WorkerAgentVerticleTest {
  /** By how much the agent's clock runs ahead: a stall of its process. */
  private final AtomicLong stallNanos = new AtomicLong();

  private final TimeSource time =
      new TimeSource(() -> System.nanoTime() + stallNanos.get(), System::currentTimeMillis);

  private final Vertx vertx = Vertx.vertx();
  private final AgentConnections connections = AgentConnections.create(vertx);
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final AtomicLong sessions = new AtomicLong();
  private final Recorder seen = new Recorder();
  private FakeManager m1;
  private FakeManager m2;
  private AgentStore store;
  private TaskExecutor executor = new DiscardExecutor(vertx, 0);
  private AgentTimings timings = AgentTimings.DEFAULT;
  private String deployment;
  private int seed;

  /** What the agent told its listener. */
  private static final class Recorder implements AgentListener {
    final List<String> dials = new CopyOnWriteArrayList<>();
    final List<EndReason> ends = new CopyOnWriteArrayList<>();
    final List<String> starts = new CopyOnWriteArrayList<>();
    final List<List<String>> lists = new CopyOnWriteArrayList<>();
    final List<Long> stalls = new CopyOnWriteArrayList<>();
    final AtomicInteger welcomes = new AtomicInteger();
    final AtomicInteger failures = new AtomicInteger();

    @Override
    public void welcomed(String agent, String manager, long session) {
      welcomes.incrementAndGet();
    }

    @Override
    public void stalled(String agent, long lateMillis) {
      stalls.add(lateMillis);
    }

    @Override
    public void failed(String agent, Throwable failure) {
      failures.incrementAndGet();
    }

    @Override
    public void dialled(String agent, long dial, String manager) {
      dials.add(manager);
    }

    @Override
    public void learnt(String agent, List<String> managers) {
      lists.add(managers);
    }

    @Override
    public void streamEnded(
        String agent, String manager, long session, EndReason reason, String text) {
      ends.add(reason);
    }

    @Override
    public void taskStarted(String agent, TaskId task, int attempt) {
      starts.add(task + "#" + attempt);
    }
  }

  @BeforeEach
  void startManagers() throws Exception {
    m1 = FakeManager.start(vertx, "m1", sessions);
    m2 = FakeManager.start(vertx, "m2", sessions);
    m1.managers = FakeManager.list(m1, m2);
    m2.managers = FakeManager.list(m1, m2);
    store = AgentStore.inMemory(vertx);
  }

  @AfterEach
  void close() throws Exception {
    for (String id : vertx.deploymentIDs()) get(vertx.undeploy(id));
    get(store.close());
    get(vertx.close());
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(15, TimeUnit.SECONDS);
  }

  private void deploy(FakeManager... managers) throws Exception {
    deploy("w1", managers);
  }

  private void deploy(String id, FakeManager... managers) throws Exception {
    deployAt(id, Arrays.stream(managers).map(manager -> manager.address).toList());
  }

  private void deployAt(String id, List<String> managers) throws Exception {
    AgentOptions options = new AgentOptions(id, "demo", managers, Map.of("zone", "a"), 2, "a test");
    deployment =
        get(
            vertx.deployVerticle(
                new WorkerAgentVerticle(
                    options,
                    timings,
                    store,
                    executor,
                    connections,
                    time,
                    new Random(++seed),
                    meters,
                    seen)));
  }

  private FakeManager.Stream welcomed(FakeManager manager) {
    await().until(() -> !manager.streams.isEmpty() && manager.last().session != 0);
    return manager.last();
  }

  private static Assignments.Builder complete(long result) {
    return Assignments.newBuilder().setComplete(true).setResult(result);
  }

  private static List<TaskStatus> statuses(FakeManager.Stream stream) {
    return stream.reports().stream().map(TaskReport::getStatus).distinct().toList();
  }

  @Test
  void givenASession_whenTheProcessStandsStillBeforeABeat_thenItsListenerIsToldHowLong()
      throws Exception {
    m1.beatInMillis = 1_000;
    deploy(m1);
    await().until(() -> seen.welcomes.get() == 1);
    stallNanos.addAndGet(TimeUnit.SECONDS.toNanos(30));
    await().until(() -> !seen.stalls.isEmpty());
    assertThat(seen.stalls.get(0)).isBetween(29_000L, 45_000L);
    long beats = m1.last().count(BodyCase.HEARTBEAT);
    await().until(() -> m1.last().count(BodyCase.HEARTBEAT) > beats);
    assertThat(seen.stalls).filteredOn(millis -> millis >= 29_000).hasSize(1);
    assertThat(seen.ends).isEmpty();
  }

  @Test
  void givenAHello_whenTheProcessStoodStillUntilTheManagerCutItOff_thenTheManagerIsNotBlamed()
      throws Exception {
    m1.welcomes = false;
    deploy(m1);
    await().until(() -> !m1.streams.isEmpty() && m1.last().hello != null);
    m1.welcomes = true;
    stallNanos.addAndGet(TimeUnit.SECONDS.toNanos(6));
    m1.last().fail(GrpcStatus.CANCELLED, 0);
    await().until(() -> seen.welcomes.get() == 1);
    assertThat(seen.ends).containsExactly(EndReason.STALLED);
  }

  @Test
  void givenAConnection_whenTheProcessStoodStillUntilItWasCutOff_thenNobodyIsBlamed()
      throws Exception {
    Promise<NetSocket> accepted = Promise.promise();
    NetServer mute =
        get(vertx.createNetServer().connectHandler(accepted::tryComplete).listen(0, "127.0.0.1"));
    deployAt("w1", List.of("127.0.0.1:" + mute.actualPort()));
    NetSocket connection = get(accepted.future());
    stallNanos.addAndGet(TimeUnit.SECONDS.toNanos(6));
    connection.close();
    await().until(() -> !seen.ends.isEmpty());
    assertThat(seen.ends).startsWith(EndReason.STALLED);
  }

  @Test
  void givenAManager_whenTheAgentStarts_thenItSaysHelloAndBeatsWhenTold() throws Exception {
    m1.beatInMillis = 200;
    deploy(m1);
    FakeManager.Stream stream = welcomed(m1);
    assertThat(stream.hello.getWorker()).isEqualTo("w1");
    assertThat(stream.hello.getDial()).isEqualTo(1);
    assertThat(stream.hello.getVersion()).isZero();
    assertThat(stream.hello.getSlots()).isEqualTo(2);
    assertThat(stream.hello.getLabelsMap()).containsEntry("zone", "a");
    await().until(() -> stream.beatNanos.size() >= 4);
    long first = TimeUnit.NANOSECONDS.toMillis(stream.beatNanos.get(0) - stream.welcomedNanos);
    long third = TimeUnit.NANOSECONDS.toMillis(stream.beatNanos.get(3) - stream.beatNanos.get(0));
    assertThat(first).isBetween(190L, 1_000L);
    assertThat(third).isBetween(570L, 2_500L);
    assertThat(meters.get("swarm.agent.connected").gauge().value()).isEqualTo(1);
  }

  @Test
  void givenASilentManager_whenABeatIsNotAnswered_thenTheOldStreamStaysUntilTheNewIsWelcomed()
      throws Exception {
    m1.pongs = false;
    m1.ttlMillis = 1_000;
    m2.welcomes = false;
    deploy(m1);
    FakeManager.Stream old = welcomed(m1);
    await().until(() -> !m2.streams.isEmpty() && m2.last().hello != null);
    assertThat(old.ended).isFalse();
    old.pong(1); // alive after all: the session elsewhere is still wanted
    m2.last().welcome();
    await().until(() -> old.ended);
    await().until(() -> m2.last().count(BodyCase.HEARTBEAT) > 0);
    assertThat(m2.last().hello.getDial()).isEqualTo(2);
    assertThat(m2.last().hello.getBoot()).isEqualTo(old.hello.getBoot());
    assertThat(seen.dials).containsExactly(m1.address, m2.address);
  }

  @Test
  void givenASession_whenAdvisedToMove_thenItMovesWithoutAMomentWithoutAStream() throws Exception {
    m2.welcomes = false;
    deploy(m1);
    FakeManager.Stream old = welcomed(m1);
    old.move("m2");
    await().until(() -> !m2.streams.isEmpty() && m2.last().hello != null);
    assertThat(old.ended).isFalse();
    m2.last().welcome();
    await().until(() -> old.ended);
    assertThat(seen.ends).containsExactly(EndReason.MOVED);
    await().until(() -> m1.connections.get() == 0);
    assertThat(m2.connections.get()).isEqualTo(1);
    assertThat(meters.get("swarm.agent.reconnects").tag("reason", "moved").counter().count())
        .isEqualTo(1);
  }

  @Test
  void givenNoOtherManagerThatWelcomes_whenAdvisedToMove_thenItTriesOnceAndStays()
      throws Exception {
    deploy(m1);
    FakeManager.Stream old = welcomed(m1);
    m2.kill();
    old.move("");
    await().until(() -> seen.ends.contains(EndReason.UNREACHABLE));
    await().until(() -> old.count(BodyCase.HEARTBEAT) > 5);
    assertThat(old.ended).isFalse();
    assertThat(seen.dials).containsExactly(m1.address, m2.address);
  }

  @Test
  void givenAManagerThatDoesNotWelcome_whenSentToItByName_thenTheAgentGoesNowhereElseAndStays()
      throws Exception {
    FakeManager m3 = FakeManager.start(vertx, "m3", sessions);
    deploy(m1);
    FakeManager.Stream old = welcomed(m1);
    old.send(ManagerMessage.newBuilder().setManagers(FakeManager.list(m1, m2, m3)));
    m2.kill();
    old.move("m2");
    await().until(() -> seen.ends.contains(EndReason.UNREACHABLE));
    await().until(() -> old.count(BodyCase.HEARTBEAT) > 5);
    assertThat(old.ended).isFalse();
    old.move("m9");
    await().until(() -> old.count(BodyCase.HEARTBEAT) > 10);
    assertThat(seen.dials).as("nobody knows m9").containsExactly(m1.address, m2.address);
    old.move("m3");
    await().until(() -> old.ended);
    assertThat(seen.ends).containsExactly(EndReason.UNREACHABLE, EndReason.MOVED);
  }

  @Test
  void givenAManagerThatAdmitsNoMore_whenSentToItByName_thenTheNextAdviceIsHeardAtOnce()
      throws Exception {
    FakeManager m3 = FakeManager.start(vertx, "m3", sessions);
    m2.welcomes = false;
    deploy(m1);
    FakeManager.Stream old = welcomed(m1);
    old.send(ManagerMessage.newBuilder().setManagers(FakeManager.list(m1, m2, m3)));
    old.move("m2");
    await().until(() -> !m2.streams.isEmpty() && m2.last().hello != null);
    m2.last().fail(GrpcStatus.RESOURCE_EXHAUSTED, 60_000);
    await().until(() -> seen.ends.contains(EndReason.OVERLOADED));
    old.move("m3");
    await().until(() -> old.ended);
    assertThat(seen.dials).containsExactly(m1.address, m2.address, m3.address);
    assertThat(seen.ends).containsExactly(EndReason.OVERLOADED, EndReason.MOVED);
  }

  @Test
  void givenASession_whenTheManagersAreToldAndToldAnew_thenTheListenerHearsEachList()
      throws Exception {
    deploy(m1);
    FakeManager.Stream stream = welcomed(m1);
    stream.send(ManagerMessage.newBuilder().setManagers(FakeManager.list(m1)));
    String first = "m1 " + m1.address + " 100";
    String second = "m2 " + m2.address + " 100";
    await().until(() -> seen.lists.size() == 2);
    assertThat(seen.lists).containsExactly(List.of(first, second), List.of(first));
  }

  @Test
  void givenASession_whenItIsExpired_thenANewDialFollows() throws Exception {
    deploy(m1);
    FakeManager.Stream first = welcomed(m1);
    m1.managers = FakeManager.list(m1);
    first.disconnect(DisconnectReason.DISCONNECT_REASON_EXPIRED);
    await().until(() -> sessions.get() == 2);
    FakeManager.Stream second = (m1.streams.size() > 1 ? m1 : m2).last();
    assertThat(second.hello.getDial()).isEqualTo(2);
    assertThat(second.hello.getBoot()).isEqualTo(first.hello.getBoot());
    assertThat(seen.ends).containsExactly(EndReason.EXPIRED);
  }

  @Test
  void givenTwoManagers_whenTheOneInUseDies_thenTheOtherHasTheAgentSoon() throws Exception {
    deploy(m1);
    welcomed(m1);
    long before = System.nanoTime();
    m1.kill();
    welcomed(m2);
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(2));
    assertThat(seen.dials).hasSizeLessThanOrEqualTo(3);
  }

  @Test
  void givenOneWithWeightThatHasNoLeaderYet_whenTheOtherDies_thenNobodyDialsTheOneWithoutWeight()
      throws Exception {
    FakeManager m3 = FakeManager.start(vertx, "m3", sessions);
    Managers.Builder list = FakeManager.list(m1, m2, m3).toBuilder();
    list.getManagersBuilder(2).setWeight(0);
    m1.managers = list.build();
    m2.welcomes = false;
    deploy(m1);
    welcomed(m1);
    m1.kill();
    await().until(() -> m2.streams.size() == 1 && m2.last().hello != null);
    long before = System.nanoTime();
    Disconnect comeAgain =
        Disconnect.newBuilder()
            .setReason(DisconnectReason.DISCONNECT_REASON_UNAVAILABLE)
            .setRetryAfterMillis(800)
            .build();
    m2.last().send(ManagerMessage.newBuilder().setDisconnect(comeAgain));
    await().until(() -> m2.streams.size() == 2 || !m3.streams.isEmpty());
    assertThat(m3.streams).isEmpty();
    assertThat(Duration.ofNanos(System.nanoTime() - before))
        .isGreaterThanOrEqualTo(Duration.ofMillis(800));
  }

  @Test
  void givenManagersThatDoNotWelcome_whenTheTimeForItHasPassed_thenAnotherIsDialled()
      throws Exception {
    assertThat(timings.welcomeMillis()).as("a Hello is parked for 3 s").isEqualTo(4_000);
    timings = new AgentTimings(500, 1_000, 1_000);
    m1.welcomes = false;
    m2.welcomes = false;
    deploy(m1, m2);
    await().until(() -> seen.dials.size() == 1);
    long before = System.nanoTime();
    await().until(() -> seen.dials.size() == 2);
    assertThat(Duration.ofNanos(System.nanoTime() - before))
        .isBetween(Duration.ofMillis(400), Duration.ofSeconds(3));
    assertThat(seen.dials).containsExactlyInAnyOrder(m1.address, m2.address);
    assertThat(seen.ends).containsExactly(EndReason.NOT_WELCOMED);
  }

  @Test
  void givenManyAgentsOfOneProcess_whenTheyDialOneManager_thenEachHasItsOwnConnection()
      throws Exception {
    for (int i = 0; i < 20; i++) deploy("w" + i, m1);
    await().until(() -> sessions.get() == 20);
    assertThat(m1.connections.get()).isEqualTo(20);
    assertThat(meters.get("swarm.agent.connected").gauge().value()).isEqualTo(20);
  }

  @Test
  void givenAStoreThatFails_whenATaskIsAssigned_thenItDoesNotRunAndTheAgentLeaves(@TempDir Path dir)
      throws Exception {
    store = get(AgentStore.open(vertx, dir));
    deploy(m1);
    FakeManager.Stream stream = welcomed(m1);
    get(store.close());
    store = AgentStore.inMemory(vertx);
    stream.assign(complete(10).addTasks(FakeManager.task("t1", 9)));
    await().until(() -> stream.ended);
    await().until(() -> seen.failures.get() == 1);
    assertThat(stream.count(BodyCase.GOODBYE)).isEqualTo(1);
    assertThat(seen.starts).isEmpty();
    assertThat(stream.reports()).isEmpty();
  }

  @Test
  void givenAnotherProcessWithTheSameId_whenReplaced_thenTheAgentStaysAwayForLong()
      throws Exception {
    deploy(m1);
    welcomed(m1).disconnect(DisconnectReason.DISCONNECT_REASON_REPLACED);
    await().until(() -> seen.ends.contains(EndReason.REPLACED));
    // Any other reason is answered by a dial within 100 ms.
    await().during(Duration.ofMillis(800)).until(() -> seen.dials.size() == 1);
  }

  @Test
  void givenAManagerThatRefuses_whenItNamesATime_thenNoDialComesBefore() throws Exception {
    m1.welcomes = false;
    deploy(m1);
    await().until(() -> !m1.streams.isEmpty() && m1.last().hello != null);
    long before = System.nanoTime();
    m1.last()
        .send(
            dev.swarm.v1.ManagerMessage.newBuilder()
                .setDisconnect(
                    dev.swarm.v1.Disconnect.newBuilder()
                        .setReason(DisconnectReason.DISCONNECT_REASON_UNAVAILABLE)
                        .setRetryAfterMillis(400)));
    await().until(() -> m1.streams.size() == 2);
    assertThat(Duration.ofNanos(System.nanoTime() - before))
        .isGreaterThanOrEqualTo(Duration.ofMillis(400));
  }

  @Test
  void givenAStoreOnDisk_whenTheConfiguredManagersAreGone_thenTheOnesKeptAreDialled(
      @TempDir Path dir) throws Exception {
    store = get(AgentStore.open(vertx, dir));
    deploy(m1);
    welcomed(m1);
    get(vertx.undeploy(deployment));
    get(store.close());
    m1.kill();
    store = get(AgentStore.open(vertx, dir));
    deploy(m1);
    welcomed(m2);
    get(vertx.undeploy(deployment));
    get(store.close());
    store = AgentStore.inMemory(vertx);
  }

  @Test
  void givenAManagerThatAdmitsNoMore_whenItNamesATime_thenTheAgentComesThenAndBearsNoGrudge()
      throws Exception {
    deploy(m1);
    FakeManager.Stream old = welcomed(m1);
    m2.kill();
    old.move("m2");
    await().until(() -> seen.ends.contains(EndReason.UNREACHABLE));
    m1.welcomes = false;
    for (int i = 1; i <= 3; i++) {
      int streams = i;
      await().until(() -> m1.streams.size() == streams && m1.last().hello != null);
      long before = System.nanoTime();
      m1.last()
          .send(
              ManagerMessage.newBuilder()
                  .setDisconnect(
                      Disconnect.newBuilder()
                          .setReason(DisconnectReason.DISCONNECT_REASON_OVERLOADED)
                          .setRetryAfterMillis(500)));
      await().until(() -> m1.streams.size() == streams + 1);
      assertThat(Duration.ofNanos(System.nanoTime() - before))
          .isBetween(Duration.ofMillis(500), Duration.ofMillis(1_500));
    }
    assertThat(seen.ends.subList(1, 4)).containsOnly(EndReason.OVERLOADED);
    assertThat(seen.dials)
        .as("whoever bore m1 a grudge would have gone back to m2, which failed before")
        .containsExactly(m1.address, m2.address, m1.address, m1.address, m1.address);
  }

  @Test
  void givenAManagerThatWasLeftForAnother_whenThatOneDies_thenTheFirstIsNotBlamed()
      throws Exception {
    FakeManager m3 = FakeManager.start(vertx, "m3", sessions);
    m1.managers = FakeManager.list(m1, m2, m3);
    m2.managers = m1.managers;
    deploy(m1);
    FakeManager.Stream old = welcomed(m1);
    m3.kill();
    old.move("m3");
    await().until(() -> seen.ends.contains(EndReason.UNREACHABLE));
    old.move("m2");
    await().until(() -> seen.ends.contains(EndReason.MOVED));
    m2.kill();
    await().until(() -> seen.dials.size() >= 4);
    assertThat(seen.dials)
        .as("whoever blamed m1 would have gone to m3, which failed before")
        .startsWith(m1.address, m3.address, m2.address, m1.address);
  }

  @Test
  void givenAStatusThatSaysWhenToComeAgain_whenDialling_thenTheAgentObeys() throws Exception {
    m1.welcomes = false;
    deploy(m1);
    await().until(() -> !m1.streams.isEmpty() && m1.last().hello != null);
    long before = System.nanoTime();
    m1.last().fail(GrpcStatus.RESOURCE_EXHAUSTED, 600);
    await().until(() -> m1.streams.size() == 2);
    assertThat(Duration.ofNanos(System.nanoTime() - before))
        .isGreaterThanOrEqualTo(Duration.ofMillis(600));
    assertThat(seen.ends).containsExactly(EndReason.OVERLOADED);
  }

  @Test
  void givenAStatusInsteadOfAnAnswer_whenDialling_thenTheAgentTriesAgain() throws Exception {
    m1.welcomes = false;
    deploy(m1);
    await().until(() -> !m1.streams.isEmpty() && m1.last().hello != null);
    m1.last().fail(GrpcStatus.UNAVAILABLE);
    await().until(() -> m1.streams.size() >= 2);
    assertThat(seen.ends.get(0)).isEqualTo(EndReason.LOST);
  }

  @Test
  void givenTasks_whenAssigned_thenTheyRunAndAreReportedUntilSettled() throws Exception {
    deploy(m1);
    FakeManager.Stream stream = welcomed(m1);
    stream.assign(complete(10).addTasks(FakeManager.task("t1", 9)));
    await().until(() -> statuses(stream).contains(TaskStatus.TASK_STATUS_COMPLETE));
    assertThat(statuses(stream))
        .containsExactly(TaskStatus.TASK_STATUS_RUNNING, TaskStatus.TASK_STATUS_COMPLETE);
    // Not acknowledged: each of the two comes again.
    await().until(() -> stream.reports().size() >= 4);
    assertThat(stream.reports()).allMatch(report -> report.getNumber() <= 2);
    stream.acknowledge(2);
    long beats = stream.count(BodyCase.HEARTBEAT);
    await().until(() -> stream.count(BodyCase.HEARTBEAT) > beats + 1);
    int settled = stream.reports().size();
    await().until(() -> stream.count(BodyCase.HEARTBEAT) > beats + 4);
    assertThat(stream.reports()).hasSize(settled);
    assertThat(seen.starts).containsExactly("t1#1");
  }

  @Test
  void givenUnsettledReports_whenAnotherManagerTakesOver_thenTheyAreOfferedThere()
      throws Exception {
    deploy(m1);
    FakeManager.Stream stream = welcomed(m1);
    stream.assign(complete(10).addTasks(FakeManager.task("t1", 9)));
    await().until(() -> statuses(stream).contains(TaskStatus.TASK_STATUS_COMPLETE));
    stream.move("m2");
    FakeManager.Stream other = welcomed(m2);
    assertThat(other.hello.getVersion()).isEqualTo(10);
    assertThat(other.hello.getIncarnation()).isEqualTo(FakeManager.INCARNATION);
    await().until(() -> other.reports().size() >= 2);
  }

  @Test
  void givenAnotherIncarnation_whenWelcomed_thenTheCompleteSetCountsFromTheStart()
      throws Exception {
    deploy(m1);
    FakeManager.Stream stream = welcomed(m1);
    stream.assign(complete(1_000).addTasks(FakeManager.task("t1", 900)));
    await().until(() -> statuses(stream).contains(TaskStatus.TASK_STATUS_COMPLETE));
    m2.incarnation = 78;
    stream.move("m2");
    FakeManager.Stream other = welcomed(m2);
    other.assign(complete(5).addTasks(FakeManager.task("t2", 4)));
    await().until(() -> seen.starts.contains("t2#1"));
    await().until(() -> other.reports().stream().anyMatch(report -> report.getTask().equals("t2")));
    assertThat(other.reports()).allMatch(r -> r.getTask().equals("t1") == r.getNumber() <= 2);
  }

  @Test
  void givenAGap_whenBatchesFollow_thenTheAgentAsksOnceForAll() throws Exception {
    deploy(m1);
    FakeManager.Stream stream = welcomed(m1);
    stream.assign(complete(10));
    for (int i = 20; i < 23; i++) {
      stream.assign(
          Assignments.newBuilder()
              .setBase(i)
              .setResult(i + 1)
              .addTasks(FakeManager.task("t" + i, i + 1)));
    }
    await().until(() -> stream.count(BodyCase.RESYNC) == 1);
    stream.assign(complete(30).addTasks(FakeManager.task("t9", 25)));
    await().until(() -> seen.starts.contains("t9#1"));
    assertThat(stream.count(BodyCase.RESYNC)).isEqualTo(1);
    assertThat(seen.starts).containsExactly("t9#1");
  }

  @Test
  void givenATaskOfAnotherKind_whenAssigned_thenItIsRejected() throws Exception {
    deploy(m1);
    FakeManager.Stream stream = welcomed(m1);
    stream.assign(complete(10).addTasks(FakeManager.task("t1", 9).setKind("process")));
    await().until(() -> !stream.reports().isEmpty());
    TaskReport report = stream.reports().get(0);
    assertThat(report.getStatus()).isEqualTo(TaskStatus.TASK_STATUS_REJECTED);
    assertThat(report.getMessage()).contains("discard").contains("process");
  }

  @Test
  void givenTwoSlots_whenATaskIsCancelled_thenItIsReportedAndTheNextStarts() throws Exception {
    executor = new DiscardExecutor(vertx, 600_000);
    deploy(m1);
    FakeManager.Stream stream = welcomed(m1);
    Assignments.Builder batch = complete(10);
    for (int i = 1; i <= 3; i++) batch.addTasks(FakeManager.task("t" + i, i));
    stream.assign(batch);
    await().until(() -> seen.starts.size() == 2);
    assertThat(seen.starts).containsExactly("t1#1", "t2#1");
    stream.assign(
        Assignments.newBuilder()
            .setBase(10)
            .setResult(11)
            .addTasks(FakeManager.task("t1", 11).setCancel(true)));
    await().until(() -> statuses(stream).contains(TaskStatus.TASK_STATUS_CANCELLED));
    await().until(() -> seen.starts.contains("t3#1"));
  }

  @Test
  void givenARunningTask_whenItGetsAnotherAttempt_thenTheOldOneIsStoppedFirst() throws Exception {
    executor = new DiscardExecutor(vertx, 600_000);
    deploy(m1);
    FakeManager.Stream stream = welcomed(m1);
    stream.assign(complete(10).addTasks(FakeManager.task("t1", 9)));
    await().until(() -> seen.starts.size() == 1);
    stream.assign(
        Assignments.newBuilder()
            .setBase(10)
            .setResult(11)
            .addTasks(FakeManager.task("t1", 11).setAttempt(2)));
    await().until(() -> seen.starts.size() == 2);
    assertThat(seen.starts).containsExactly("t1#1", "t1#2");
    assertThat(statuses(stream)).containsExactly(TaskStatus.TASK_STATUS_RUNNING);
  }

  @Test
  void givenARunningTask_whenTheAgentIsUndeployed_thenItSaysSoAndLeavesInOrder() throws Exception {
    executor = new DiscardExecutor(vertx, 600_000);
    deploy(m1);
    FakeManager.Stream stream = welcomed(m1);
    stream.assign(complete(10).addTasks(FakeManager.task("t1", 9)));
    await().until(() -> seen.starts.size() == 1);
    get(vertx.undeploy(deployment));
    assertThat(stream.count(BodyCase.GOODBYE)).isEqualTo(1);
    await().until(() -> stream.ended);
    assertThat(statuses(stream))
        .containsExactly(TaskStatus.TASK_STATUS_RUNNING, TaskStatus.TASK_STATUS_LOST);
    assertThat(seen.ends).containsExactly(EndReason.LEFT);
    assertThat(meters.get("swarm.agent.connected").gauge().value()).isZero();
  }

  @Test
  void givenAManagerThatDoesNotCommitTheGoodbye_whenUndeployed_thenTheAgentLeavesAfterAWhile()
      throws Exception {
    timings = new AgentTimings(4_000, 1_000, 300);
    m1.commitsGoodbye = false;
    deploy(m1);
    FakeManager.Stream stream = welcomed(m1);
    long before = System.nanoTime();
    get(vertx.undeploy(deployment));
    assertThat(Duration.ofNanos(System.nanoTime() - before))
        .isBetween(Duration.ofMillis(250), Duration.ofSeconds(4));
    await().until(() -> stream.ended);
  }

  @Test
  void givenAStoreOnDisk_whenTheAgentIsStartedAgain_thenItResumesByVersion(@TempDir Path dir)
      throws Exception {
    store = get(AgentStore.open(vertx, dir));
    deploy(m1);
    FakeManager.Stream first = welcomed(m1);
    first.assign(complete(10).addTasks(FakeManager.task("t1", 9)));
    await().until(() -> statuses(first).contains(TaskStatus.TASK_STATUS_COMPLETE));
    get(vertx.undeploy(deployment));
    get(store.close());
    store = get(AgentStore.open(vertx, dir));
    m2.managers = FakeManager.list(m2);
    deploy(m2);
    FakeManager.Stream second = welcomed(m2);
    assertThat(second.hello.getVersion()).isEqualTo(10);
    assertThat(second.hello.getBoot()).isNotEqualTo(first.hello.getBoot());
    await().until(() -> second.reports().size() >= 2);
    assertThat(seen.starts).containsExactly("t1#1");
  }
}
