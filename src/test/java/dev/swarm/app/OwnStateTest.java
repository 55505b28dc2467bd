package dev.swarm.app;

import static dev.swarm.sim.FakeConsensus.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.swarm.bus.Endpoints;
import dev.swarm.bus.Messages.Done;
import dev.swarm.bus.Messages.GuardChanged;
import dev.swarm.bus.Messages.GuardState;
import dev.swarm.bus.Messages.HandOver;
import dev.swarm.bus.Messages.Links;
import dev.swarm.bus.Messages.Role;
import dev.swarm.bus.Messages.RoleChanged;
import dev.swarm.bus.Messages.Taken;
import dev.swarm.bus.Messages.Write;
import dev.swarm.bus.SwarmBus;
import dev.swarm.bus.Topics;
import dev.swarm.model.Command;
import dev.swarm.model.ManagerInfo;
import dev.swarm.model.ManagerState;
import dev.swarm.model.ManagerStep;
import dev.swarm.model.Settings;
import dev.swarm.model.SwarmException;
import dev.swarm.model.TimeSource;
import dev.swarm.sim.FakeConsensus;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Manager m1 on its way out and back, with a consensus that commits at once. */
class OwnStateTest {
  private static final long LONG_MILLIS = 20_000;

  /** Longer than it waits for a leader. */
  private static final Duration LEADERLESS = Duration.ofMillis(2_500);

  private final Vertx vertx = Vertx.vertx();
  private final SwarmBus bus = new SwarmBus(vertx, "m1");
  private final FakeConsensus consensus = new FakeConsensus(bus, Settings.DEFAULT);
  private final AtomicLong sessions = new AtomicLong();
  private final AtomicLong passed = new AtomicLong();
  private final AtomicInteger writes = new AtomicInteger();
  private volatile String leader = "m2";
  private final List<String> heirs = new CopyOnWriteArrayList<>();
  private final OwnState own =
      new OwnState(
          "m1",
          vertx,
          bus,
          new TimeSource(() -> System.nanoTime() + passed.get(), System::currentTimeMillis),
          new SplittableRandom(1),
          sessions::get);

  @BeforeEach
  void listen() {
    get(bus.serve(Endpoints.WRITES, this::write));
    get(bus.serve(Endpoints.LINKS, query -> Future.succeededFuture(new Links(Set.of("m2", "m3")))));
    get(bus.serve(Endpoints.HAND_OVER, this::handOver));
    get(own.listen());
    for (String id : List.of("m1", "m2", "m3")) put(id, ManagerState.ACTIVE);
    role(Role.FOLLOWER, "m2");
  }

  @AfterEach
  void close() {
    get(vertx.close());
  }

  private Future<Taken> write(Write write) {
    writes.incrementAndGet();
    if (leader.equals(SILENT)) return Promise.<Taken>promise().future();
    return leader.isEmpty()
        ? Future.failedFuture(new SwarmException(SwarmException.Kind.NO_LEADER, "nobody leads"))
        : Future.succeededFuture(consensus.write(write.command()));
  }

  private Future<Done> handOver(HandOver asked) {
    heirs.add(asked.manager());
    return asked.manager().equals("m2")
        ? Future.failedFuture(new SwarmException(SwarmException.Kind.CONFLICT, "m2 does not"))
        : Future.succeededFuture(new Done());
  }

  /** What was published before is heard. */
  private Future<Void> end(long millis) {
    await().until(() -> bus.backlog(Topics.ROLE) + bus.backlog(Topics.STATE) == 0);
    return own.end(millis);
  }

  private void put(String id, ManagerState state) {
    consensus.write(
        new Command.PutManager(new ManagerInfo(id, 1, "a:1", "a:2", "a:3", 100, state)));
  }

  private void role(Role role, String leader) {
    bus.publish(Topics.ROLE, new RoleChanged(role, leader, 1));
  }

  private void pass(Duration time) {
    await().until(() -> bus.backlog(Topics.ROLE) == 0);
    passed.addAndGet(time.toNanos());
  }

  /** Its writes are heard and never answered. */
  private static final String SILENT = "silent";

  /** Writes are taken when there is one. */
  private void lead(String id) {
    leader = id;
    role(Role.FOLLOWER, id);
  }

  private ManagerState state() {
    return consensus.state().managers().get("m1").state();
  }

  @Test
  void givenWorkers_whenToldToEnd_thenItSaysSoAndWaitsUntilTheyHaveGone() {
    sessions.set(7);
    Future<Void> ended = end(LONG_MILLIS);
    await().until(() -> state() == ManagerState.STOPPING);
    assertThat(ended.isComplete()).isFalse();
    sessions.set(0);
    await().until(ended::succeeded);
    assertThat(heirs).as("it did not lead").isEmpty();
    assertThat(state()).as("it does not come back by itself").isEqualTo(ManagerState.STOPPING);
  }

  @Test
  void givenTheLeader_whenToldToEnd_thenTheFirstThatTakesItLeads() {
    role(Role.LEADER, "m1");
    get(end(LONG_MILLIS));
    assertThat(heirs).containsExactly("m2", "m3");
  }

  @Test
  void givenAllEnd_whenToldToEnd_thenItDoesNotWaitForWorkersThatHaveNoPlace() {
    sessions.set(7);
    put("m2", ManagerState.STOPPING);
    Future<Void> ended = end(LONG_MILLIS);
    await().until(() -> state() == ManagerState.STOPPING);
    assertThat(ended.isComplete()).isFalse();
    put("m3", ManagerState.STOPPING);
    await().until(ended::succeeded);
    assertThat(sessions.get()).isEqualTo(7);
  }

  @Test
  void givenAnElection_whenToldToEnd_thenTheNextLeaderIsToldAndTheWorkersGo() {
    sessions.set(7);
    pass(Duration.ofHours(1));
    lead("");
    Future<Void> ended = end(LONG_MILLIS);
    await().during(Duration.ofMillis(500)).until(() -> !ended.isComplete());
    lead("m3");
    await().until(() -> state() == ManagerState.STOPPING);
    assertThat(ended.isComplete()).as("its workers have not gone").isFalse();
    sessions.set(0);
    await().until(ended::succeeded);
  }

  @Test
  void givenWorkersOnTheirWay_whenTheLeaderIsLost_thenItWaitsForTheNextOne() {
    sessions.set(7);
    Future<Void> ended = end(LONG_MILLIS);
    await().until(() -> state() == ManagerState.STOPPING);
    pass(LEADERLESS);
    role(Role.FOLLOWER, "");
    await().during(Duration.ofMillis(500)).until(() -> !ended.isComplete());
    await().atMost(LEADERLESS.multipliedBy(2)).until(ended::succeeded);
  }

  @Test
  void givenNobodyWillLead_whenToldToEnd_thenItEndsWhenAnElectionWouldBeOver() {
    sessions.set(7);
    lead("");
    Future<Void> ended = end(LONG_MILLIS);
    await().atMost(LEADERLESS.multipliedBy(2)).until(ended::succeeded);
    assertThat(state()).isEqualTo(ManagerState.ACTIVE);
  }

  @Test
  void givenItIsShutOut_whenToldToEnd_thenItEndsAtOnce() {
    sessions.set(7);
    bus.publish(Topics.GUARD, new GuardChanged(GuardState.DOWN, "disk"));
    await().until(() -> bus.backlog(Topics.GUARD) == 0);
    assertThat(end(LONG_MILLIS).succeeded()).isTrue();
    assertThat(state()).isEqualTo(ManagerState.ACTIVE);
  }

  @Test
  void givenNobodyElse_whenToldToEnd_thenItEndsAtOnce() {
    sessions.set(7);
    lead("");
    for (String id : List.of("m2", "m3")) {
      put(id, ManagerState.LEAVING);
      consensus.write(new Command.ForgetManager(id, 1));
    }
    await().until(() -> bus.backlog(Topics.STATE) == 0);
    assertThat(end(LONG_MILLIS).succeeded()).isTrue();
  }

  @Test
  void givenWorkersThatDoNotGo_whenItsTimeIsOver_thenItEnds() {
    sessions.set(7);
    long begin = System.nanoTime();
    get(end(500));
    assertThat(System.nanoTime() - begin).isBetween(450_000_000L, 5_000_000_000L);
  }

  @Test
  void givenTheLeaderAndWorkersThatDoNotGo_whenItsTimeIsNearlyOver_thenAnotherIsToLeadFirst() {
    sessions.set(7);
    role(Role.LEADER, "m1");
    Future<Void> ended = end(2_400);
    await().until(() -> heirs.contains("m3"));
    assertThat(ended.isComplete()).isFalse();
    get(ended);
  }

  @Test
  void givenTheLeaderWhoseWriteIsNotAnswered_whenItsTimeIsNearlyOver_thenAnotherIsToLeadFirst() {
    sessions.set(7);
    leader = SILENT;
    role(Role.LEADER, "m1");
    get(end(2_400));
    assertThat(heirs).contains("m3");
  }

  @Test
  void givenWritesThatFail_whenItHasEnded_thenItWritesNoMore() {
    sessions.set(7);
    leader = "";
    get(end(300));
    int before = writes.get();
    assertThat(before).isPositive();
    await().during(Duration.ofMillis(500)).until(() -> writes.get() == before);
  }

  /** A drained manager that has said that it ends, and whose workers have not gone. */
  private Future<Void> endDrained() {
    put("m1", ManagerState.DRAINING);
    sessions.set(7);
    Future<Void> ended = end(LONG_MILLIS);
    await().until(() -> writes.get() == 1);
    await().during(Duration.ofMillis(500)).until(() -> writes.get() == 1);
    return ended;
  }

  @Test
  void givenADrainedManagerThatEnds_whenActivatedWhileWritesFail_thenItSaysItAgainUntilItIsHeard() {
    Future<Void> ended = endDrained();
    leader = "";
    consensus.write(new Command.StepManager("m1", ManagerStep.ACTIVATE));
    await().until(() -> writes.get() > 3);
    leader = "m2";
    await().until(() -> state() == ManagerState.STOPPING);
    sessions.set(0);
    await().until(ended::succeeded);
  }

  @Test
  void givenADrainedManagerThatEnds_whenActivatedTwiceBeforeAnAnswer_thenItSaysItOnceAtATime() {
    endDrained();
    leader = SILENT;
    consensus.write(new Command.StepManager("m1", ManagerStep.ACTIVATE));
    await().until(() -> writes.get() == 2);
    consensus.write(new Command.StepManager("m1", ManagerStep.DRAIN));
    consensus.write(new Command.StepManager("m1", ManagerStep.ACTIVATE));
    await().during(Duration.ofMillis(500)).until(() -> writes.get() == 2);
  }

  @Test
  void givenALeaderThatAnswersNoWrite_whenItsTimeIsOver_thenItEnds() {
    sessions.set(7);
    lead(SILENT);
    long begin = System.nanoTime();
    get(end(500));
    assertThat(System.nanoTime() - begin).isBetween(450_000_000L, 5_000_000_000L);
  }

  @Test
  void givenADrainedManager_whenToldToEndAndActivatedMeanwhile_thenItGetsNoWorkers() {
    put("m1", ManagerState.DRAINING);
    sessions.set(7);
    Future<Void> ended = end(LONG_MILLIS);
    consensus.write(new Command.StepManager("m1", ManagerStep.ACTIVATE));
    await().until(() -> state() == ManagerState.STOPPING);
    sessions.set(0);
    await().until(ended::succeeded);
    assertThat(state()).isEqualTo(ManagerState.STOPPING);
  }

  @Test
  void givenAFormerProcessThatEnded_whenThisOneIsUp_thenItSaysThatItIsBackOnce() {
    put("m1", ManagerState.STOPPING);
    await().until(() -> state() == ManagerState.ACTIVE);
    put("m1", ManagerState.DRAINING);
    consensus.write(new Command.StepManager("m1", ManagerStep.STOP));
    await().during(Duration.ofMillis(700)).until(() -> state() == ManagerState.DRAINING);
  }
}
