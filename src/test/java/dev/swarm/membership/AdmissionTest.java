package dev.swarm.membership;

import static dev.swarm.sim.FakeConsensus.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.swarm.bus.Endpoints;
import dev.swarm.bus.Messages.Taken;
import dev.swarm.bus.Messages.Write;
import dev.swarm.bus.SwarmBus;
import dev.swarm.model.Command;
import dev.swarm.model.ManagerInfo;
import dev.swarm.model.ManagerState;
import dev.swarm.model.Settings;
import dev.swarm.model.TimeSource;
import dev.swarm.sim.FakeConsensus;
import io.vertx.core.Vertx;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whom the leader m1 admits of those that another manager passed on. */
class AdmissionTest {
  private final Vertx vertx = Vertx.vertx();
  private final SwarmBus bus = new SwarmBus(vertx, "m1");
  private final FakeConsensus consensus = new FakeConsensus(bus, Settings.DEFAULT);
  private String address;

  @BeforeEach
  void start() {
    get(consensus.serve());
    consensus.write(
        new Command.PutManager(
            new ManagerInfo("m1", 1, "f1", "a:1", "r:1", "h:1", 100, ManagerState.ACTIVE)));
    get(
        vertx.deployVerticle(
            new MembershipVerticle(
                "demo", "m1", bus, new TimeSource(System::nanoTime, System::currentTimeMillis))));
    address = Asked.start(vertx).is("m2", "f2").address;
  }

  @AfterEach
  void close() {
    get(vertx.close());
  }

  /** By the folder f2 of m2, which can be reached and had this number before. */
  private Taken wish(long formerly) {
    ManagerInfo wish = ManagerInfo.joining("m2", "f2", address, address, "h:2").as(formerly);
    return get(
        bus.request(
            Endpoints.ADMIT,
            new Write(new Command.Once(formerly + 1, new Command.AdmitManager(wish)), false)));
  }

  private long member() {
    return consensus.state().managers().get("m2").member();
  }

  private long removed() {
    wish(0);
    long member = member();
    consensus.write(new Command.PromoteManager("m2", member));
    consensus.write(new Command.RemoveManager("m2", member));
    consensus.write(new Command.ForgetManager("m2", member));
    return member;
  }

  @Test
  void givenARemovedFolder_whenAManagerThatLagsPassesItOn_thenItIsRefused() {
    long member = removed();
    assertThatThrownBy(() -> wish(member))
        .hasMessageContaining("manager m2 was removed from the cluster")
        .hasMessageContaining("move this data folder away");
    assertThat(consensus.state().managers()).doesNotContainKey("m2");
  }

  @Test
  void givenAMember_whenItsWishIsPassedOnOnceMore_thenItIsTheSameMember() {
    wish(0);
    long member = member();
    wish(member);
    assertThat(member()).isEqualTo(member);
  }

  @Test
  void givenAManagerWhoseDiskWasLost_whenItWasDrained_thenItIsWhenItTakesPart() {
    assertThat(backWithoutDiskFrom(ManagerState.DRAINING)).isEqualTo(ManagerState.DRAINING);
  }

  @Test
  void givenAManagerWhoseDiskWasLost_whenItWasStopping_thenItIsActiveWhenItTakesPart() {
    assertThat(backWithoutDiskFrom(ManagerState.STOPPING)).isEqualTo(ManagerState.ACTIVE);
  }

  private ManagerState backWithoutDiskFrom(ManagerState state) {
    consensus.write(
        new Command.PutManager(
            new ManagerInfo("m2", 2, "lost", address, address, "h:2", 100, state)));
    wish(0);
    consensus.write(new Command.PromoteManager("m2", member()));
    return consensus.state().managers().get("m2").state();
  }
}
