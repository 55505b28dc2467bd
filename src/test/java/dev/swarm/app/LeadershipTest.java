package dev.swarm.app;

import static dev.swarm.sim.FakeConsensus.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.swarm.bus.Messages.Role;
import dev.swarm.bus.Messages.RoleChanged;
import dev.swarm.bus.SwarmBus;
import dev.swarm.bus.Topics;
import dev.swarm.model.Command;
import dev.swarm.model.Epoch;
import dev.swarm.model.ManagerInfo;
import dev.swarm.model.ManagerState;
import dev.swarm.model.Settings;
import dev.swarm.model.TimeSource;
import dev.swarm.sim.FakeConsensus;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What manager m1 runs while it leads or follows, with verticles that say when they live. */
class LeadershipTest {
  private final Vertx vertx = Vertx.vertx();
  private final SwarmBus bus = new SwarmBus(vertx, "m1");
  private final FakeConsensus consensus = new FakeConsensus(bus, Settings.DEFAULT);
  private final List<String> told = new CopyOnWriteArrayList<>();
  private final AtomicInteger failures = new AtomicInteger();
  private final Promise<Void> over = Promise.promise();
  private volatile boolean endless;
  private final Leadership leadership =
      new Leadership(
          vertx,
          bus,
          new TimeSource(System::nanoTime, System::currentTimeMillis),
          () -> null,
          this::leading,
          (news, leader) -> List.of(new Living("link to " + leader.api())));

  /** Says when it starts and when it stops. */
  private final class Living extends VerticleBase {
    private final String name;

    Living(String name) {
      this.name = name;
    }

    @Override
    public Future<?> start() {
      told.add("+ " + name);
      return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
      told.add("- " + name);
      return Future.succeededFuture();
    }
  }

  /** Stops when the test ends. */
  private final class Endless extends VerticleBase {
    @Override
    public Future<?> start() {
      told.add("+ endless");
      return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
      return over.future();
    }
  }

  /** Starts when no more failures are to come. */
  private final class Failing extends VerticleBase {
    @Override
    public Future<?> start() {
      told.add("? placement");
      return failures.getAndDecrement() > 0
          ? Future.failedFuture("what it needs is not there yet")
          : Future.succeededFuture();
    }
  }

  private List<Deployable> leading(Epoch epoch) {
    return endless ? List.of(new Endless()) : List.of(new Living("presence"), new Failing());
  }

  @BeforeEach
  void listen() {
    get(consensus.serve());
    leaderIsAt("h:1");
    Future<?> listening =
        Future.future(
            promise ->
                vertx.runOnContext(
                    run ->
                        bus.subscribe(Topics.ROLE, leadership::onRole)
                            .compose(roles -> bus.subscribe(Topics.STATE, leadership::onState))
                            .onComplete(promise)));
    get(listening);
  }

  @AfterEach
  void close() {
    over.complete();
    get(vertx.close());
  }

  private void leaderIsAt(String api) {
    consensus.write(
        new Command.PutManager(
            new ManagerInfo("m2", 1, api, "h:2", "h:3", 100, ManagerState.ACTIVE)));
  }

  private void role(Role role, String leader, long term) {
    bus.publish(Topics.ROLE, new RoleChanged(role, leader, term));
  }

  private void heard() {
    await().until(() -> bus.backlog(Topics.STATE) + bus.backlog(Topics.ROLE) == 0);
  }

  @Test
  void givenAFollower_whenTheLeaderIsFoundAtAnotherAddress_thenTheOldLinkEndsAndOneLeadsThere() {
    role(Role.FOLLOWER, "m2", 2);
    await().until(() -> told.equals(List.of("+ link to h:1")));
    leaderIsAt("h:9");
    await().until(() -> told.size() == 3);
    assertThat(told).containsExactly("+ link to h:1", "- link to h:1", "+ link to h:9");

    // News of something else leaves the link alone.
    consensus.write(new Command.SetWeight("m2", 50));
    leaderIsAt("h:9");
    heard();
    leaderIsAt("h:10");
    await().until(() -> told.size() == 5);
    assertThat(told.subList(3, 5)).containsExactly("- link to h:9", "+ link to h:10");
  }

  @Test
  void givenALeader_whenAVerticleOfItsDoesNotStop_thenTheNextRoleBeginsAllTheSame() {
    endless = true;
    consensus.write(new Command.BeginEpoch(2, "m1", 1));
    role(Role.LEADER, "m1", 2);
    await().until(() -> told.equals(List.of("+ endless")));
    role(Role.FOLLOWER, "m2", 3);
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> told.equals(List.of("+ endless", "+ link to h:1")));
  }

  @Test
  void givenALeader_whenAnotherManagerIsFoundAtAnotherAddress_thenItsVerticlesLiveOn() {
    consensus.write(new Command.BeginEpoch(2, "m1", 1));
    role(Role.LEADER, "m1", 2);
    await().until(() -> told.size() == 2);
    assertThat(told).containsExactlyInAnyOrder("+ presence", "? placement");
    leaderIsAt("h:9");
    heard();
    role(Role.FOLLOWER, "m2", 3);
    await().until(() -> told.contains("+ link to h:9"));
    assertThat(told.subList(2, told.size())).containsExactly("- presence", "+ link to h:9");
  }

  @Test
  void givenAVerticleThatFailsToStart_whenTheRoleIsTriedAgain_thenEachIsThereOnce() {
    failures.set(2);
    role(Role.LEADER, "m1", 2);
    await().until(() -> told.stream().filter("? placement"::equals).count() == 3);
    await().until(() -> vertx.deploymentIDs().size() == 2);
    assertThat(told.stream().filter("+ presence"::equals)).hasSize(3);
    assertThat(told.stream().filter("- presence"::equals)).hasSize(2);
  }

  @Test
  void givenAVerticleThatNeverStarts_whenTheRoleIsGivenUp_thenNothingOfItIsLeft() {
    failures.set(Integer.MAX_VALUE);
    role(Role.LEADER, "m1", 2);
    await().until(() -> told.stream().filter("- presence"::equals).count() == 10);
    assertThat(vertx.deploymentIDs()).isEmpty();

    role(Role.FOLLOWER, "m2", 3);
    await().until(() -> told.contains("+ link to h:1"));
    assertThat(vertx.deploymentIDs()).hasSize(1);
    assertThat(told.stream().filter("+ presence"::equals)).hasSize(10);
  }

  @Test
  void givenAVerticleThatFailsToStart_whenTheRoleChangesMeanwhile_thenTheOldOneIsNotTriedAgain() {
    failures.set(Integer.MAX_VALUE);
    role(Role.LEADER, "m1", 2);
    await().until(() -> told.contains("- presence"));
    role(Role.FOLLOWER, "m2", 3);
    await().until(() -> told.contains("+ link to h:1"));
    assertThat(vertx.deploymentIDs()).hasSize(1);
    assertThat(told.stream().filter("+ presence"::equals)).hasSizeLessThan(10);
    assertThat(told).last().isEqualTo("+ link to h:1");
  }
}
