package dev.swarm.rebalance;

import static dev.swarm.sim.FakeConsensus.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.swarm.bus.Endpoints;
import dev.swarm.bus.EventKind;
import dev.swarm.bus.Messages.Done;
import dev.swarm.bus.Messages.HandOver;
import dev.swarm.bus.Messages.Happened;
import dev.swarm.bus.Messages.Links;
import dev.swarm.bus.Messages.Moves;
import dev.swarm.bus.SwarmBus;
import dev.swarm.bus.Topics;
import dev.swarm.model.Command;
import dev.swarm.model.ManagerInfo;
import dev.swarm.model.ManagerState;
import dev.swarm.model.ManagerStep;
import dev.swarm.model.MoveRates;
import dev.swarm.model.SessionOpen;
import dev.swarm.model.Settings;
import dev.swarm.model.TimeSource;
import dev.swarm.model.WorkerId;
import dev.swarm.sim.FakeConsensus;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The leader m1 with a follower m2, a consensus that commits at once, and workers that obey. */
class RebalanceVerticleTest {
  private final Vertx vertx = Vertx.vertx();
  private final SwarmBus bus = new SwarmBus(vertx, "m1");
  private final FakeConsensus consensus = new FakeConsensus(bus, Settings.DEFAULT);
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final List<Moves> asked = new CopyOnWriteArrayList<>();
  private final List<String> heirs = new CopyOnWriteArrayList<>();
  private final List<Happened> told = new CopyOnWriteArrayList<>();
  private final AtomicLong aheadNanos = new AtomicLong();
  private volatile Set<String> linked = Set.of("m2");
  private volatile boolean rooted;
  private String deployed;

  @BeforeEach
  void serve() {
    get(consensus.serve());
    get(bus.serve(Endpoints.LINKS, query -> Future.succeededFuture(new Links(linked))));
    get(bus.serve(Endpoints.HAND_OVER, this::handOver));
    get(bus.subscribe(Topics.MOVES, this::obey));
    get(bus.subscribe(Topics.EVENTS, told::add));
    for (String id : List.of("m1", "m2")) put(id, ManagerState.ACTIVE);
    for (int i = 0; i < 30; i++) open("a" + i, "m1", 1);
    for (int i = 0; i < 30; i++) open("b" + i, "m2", 1);
    TimeSource time =
        new TimeSource(() -> System.nanoTime() + aheadNanos.get(), System::currentTimeMillis);
    deployed =
        get(
            vertx.deployVerticle(
                new RebalanceVerticle("m1", 1, MoveRates.DEFAULT, bus, time, meters)));
  }

  @AfterEach
  void close() {
    get(vertx.close());
  }

  private Future<Done> handOver(HandOver question) {
    heirs.add(question.manager());
    return Future.succeededFuture(new Done());
  }

  private void obey(Moves moves) {
    asked.add(moves);
    if (rooted) return;
    moves.moves().forEach(move -> open(move.worker().value(), move.target(), 2));
  }

  private void put(String id, ManagerState state) {
    consensus.write(
        new Command.PutManager(new ManagerInfo(id, 1, "a:1", "a:2", "a:3", 100, state)));
  }

  private void open(String worker, String manager, long dial) {
    consensus.write(
        new Command.OpenSessions(
            1,
            List.of(new SessionOpen(new WorkerId(worker), 1, dial, manager, 1, "", Map.of(), 10)),
            1));
  }

  private long held(String manager) {
    return consensus.state().workers().values().stream()
        .filter(worker -> !worker.down() && worker.session().manager().equals(manager))
        .count();
  }

  private ManagerState stateOf(String manager) {
    return consensus.state().managers().get(manager).state();
  }

  @Test
  void givenAManagerThatRetires_whenItsWorkersHaveGone_thenItLeaves() {
    consensus.write(new Command.StepManager("m2", ManagerStep.RETIRE));
    await().until(() -> stateOf("m2") == ManagerState.LEAVING);
    assertThat(held("m1")).isEqualTo(60);
    assertThat(asked).allMatch(moves -> moves.holder().equals("m2"));
    assertThat(asked.get(0).reason()).isEqualTo("manager m2 gives its workers up");
    assertThat(meters.get("swarm.moves.asked").counter().count()).isEqualTo(30);
    await()
        .until(
            () -> meters.get("swarm.moves.ended").tag("outcome", "done").counter().count() == 30);
  }

  @Test
  void givenTheLeaderRetires_whenItsWorkersHaveGone_thenAnotherIsToLeadAndOnlyThenItLeaves() {
    consensus.write(new Command.StepManager("m1", ManagerStep.RETIRE));
    await().until(() -> heirs.contains("m2"));
    assertThat(held("m2")).isEqualTo(60);
    assertThat(stateOf("m1")).isEqualTo(ManagerState.RETIRING);
  }

  @Test
  void givenTheLeaderIsDrained_whenItsWorkersHaveGone_thenAnotherIsToLeadAndItStaysAMember() {
    rooted = true;
    consensus.write(new Command.StepManager("m1", ManagerStep.DRAIN));
    await().until(() -> !asked.isEmpty());
    await().during(java.time.Duration.ofMillis(600)).until(heirs::isEmpty);
    for (int i = 0; i < 30; i++) open("a" + i, "m2", 2);
    await().until(() -> !heirs.isEmpty());
    assertThat(heirs).containsExactly("m2");
    assertThat(stateOf("m1")).isEqualTo(ManagerState.DRAINING);
  }

  @Test
  void givenAManagerThatMayNotLeave_whenItIsEmpty_thenThatIsNotAskedWithEveryLook() {
    for (int i = 0; i < 30; i++) open("b" + i, "m1", 2);
    put("m1", ManagerState.LEAVING); // so m2 is the last one
    put("m2", ManagerState.RETIRING);
    await().until(() -> leaveAsked() == 1);
    await().during(java.time.Duration.ofMillis(1_200)).until(() -> leaveAsked() == 1);
    aheadNanos.set(TimeUnit.SECONDS.toNanos(5));
    await().until(() -> leaveAsked() == 2);
    put("m1", ManagerState.ACTIVE);
    aheadNanos.set(TimeUnit.SECONDS.toNanos(10));
    await().until(() -> stateOf("m2") == ManagerState.LEAVING);
  }

  private long leaveAsked() {
    return consensus.proposals().stream()
        .filter(new Command.StepManager("m2", ManagerStep.LEAVE)::equals)
        .count();
  }

  @Test
  void givenAManagerWithoutALink_whenTheOtherIsDrained_thenNobodyIsAskedUntilTheLinkIsUp() {
    linked = Set.of();
    consensus.write(new Command.StepManager("m1", ManagerStep.DRAIN));
    await().during(java.time.Duration.ofMillis(1_200)).until(asked::isEmpty);
    linked = Set.of("m2");
    await().until(() -> held("m2") == 60);
    assertThat(stateOf("m1")).as("it stays a member").isEqualTo(ManagerState.DRAINING);
  }

  @Test
  void givenANewEpoch_whenThereIsSomethingToMove_thenThisOneAsksNoMore() {
    consensus.write(new Command.BeginEpoch(2, "m2", 1));
    consensus.write(new Command.StepManager("m2", ManagerStep.DRAIN));
    await().during(java.time.Duration.ofMillis(1_200)).until(asked::isEmpty);
  }

  private double stuck() {
    return meters.get("swarm.moves.stuck").gauge().value();
  }

  @Test
  void givenWorkersThatDoNotGo_whenAManagerIsDrained_thenItIsToldOnceAndCountedWhileThisOneLeads() {
    rooted = true;
    consensus.write(new Command.StepManager("m2", ManagerStep.DRAIN));
    await().until(() -> asked.stream().mapToInt(moves -> moves.moves().size()).sum() == 30);
    assertThat(stuck()).isZero();
    aheadNanos.set(TimeUnit.SECONDS.toNanos(31));
    await().until(() -> stuck() == 30);
    assertThat(told)
        .containsExactly(
            new Happened(
                EventKind.DRAIN_STUCK,
                "m2",
                "30 workers do not leave: b0, b1, b10, b11, b12 and 25 others"));
    get(vertx.undeploy(deployed));
    assertThat(meters.find("swarm.moves.stuck").gauge()).isNull();
  }
}
