package dev.swarm.membership;

import static dev.swarm.sim.FakeConsensus.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.swarm.bus.Endpoints;
import dev.swarm.bus.Messages.Done;
import dev.swarm.bus.Messages.Withdraw;
import dev.swarm.bus.SwarmBus;
import dev.swarm.model.Command;
import dev.swarm.model.ManagerInfo;
import dev.swarm.model.ManagerState;
import dev.swarm.model.Settings;
import dev.swarm.model.TimeSource;
import dev.swarm.sim.FakeConsensus;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Manager m2, whose replica has ended, asks m1 over real gRPC. */
class MemberVerticleTest {
  private final Vertx vertx = Vertx.vertx();
  private final SwarmBus others = new SwarmBus(vertx, "m1");
  private final SwarmBus ours = new SwarmBus(vertx, "m2");
  private final FakeConsensus consensus = new FakeConsensus(others, Settings.DEFAULT);
  private final List<String> withdrawn = new CopyOnWriteArrayList<>();
  private MemberVerticle member;

  @BeforeEach
  void start() {
    get(consensus.serve());
    consensus.write(new Command.PutManager(record("m1", 1)));
    consensus.write(new Command.PutManager(record("m2", 2)));
    get(ours.serve(Endpoints.WITHDRAW, this::withdraw));
    Asked server = Asked.start(vertx);
    OurGroup group = new OurGroup("group", Map.of("m1", "f-m1"));
    new JoinService("demo", "m1", others, () -> group, new SplittableRandom(1)).mount(server.grpc);
    member =
        new MemberVerticle(
            new MemberOptions("demo", "group", record("m2", 2), 2, List.of(server.address)),
            ours,
            new SplittableRandom(2),
            new TimeSource(() -> 0, () -> 0)); // it never looks by itself
    get(vertx.deployVerticle(member));
  }

  @AfterEach
  void close() {
    get(vertx.close());
  }

  private static ManagerInfo record(String id, long member) {
    return new ManagerInfo(
        id, member, "f-" + id, "a:" + id, "r:" + id, "h:" + id, 100, ManagerState.ACTIVE);
  }

  private Future<Done> withdraw(Withdraw order) {
    withdrawn.add(order.reason());
    return Future.succeededFuture(new Done());
  }

  @Test
  void givenItWasRemoved_whenItAsks_thenThatIsWhyItEnds() {
    consensus.write(new Command.RemoveManager("m2", 2));
    consensus.write(new Command.ForgetManager("m2", 2));

    assertThat(get(member.askNow())).isTrue();
    assertThat(member.removed().result()).contains("manager m2 was removed from cluster demo");
    assertThat(withdrawn).containsExactly(member.removed().result());
  }

  @Test
  void givenItIsAMember_whenItAsks_thenItEndsForAnotherReason() {
    assertThat(get(member.askNow())).isFalse();
    assertThat(member.removed().isComplete()).isFalse();
    assertThat(withdrawn).isEmpty();
  }
}
