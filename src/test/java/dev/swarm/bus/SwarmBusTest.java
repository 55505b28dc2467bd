package dev.swarm.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.swarm.bus.Messages.Propose;
import dev.swarm.bus.Messages.Taken;
import dev.swarm.bus.Messages.Write;
import dev.swarm.model.Command;
import dev.swarm.model.Outcome;
import dev.swarm.model.SwarmException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A verticle that asks another before it answers, and is undeployed meanwhile. */
class SwarmBusTest {
  private static final Write WRITE = new Write(new Command.BeginEpoch(1, "m1", 0), false);
  private static final Taken TAKEN = new Taken(new Outcome(7, List.of()));
  private static final Duration PROMPTLY = Duration.ofSeconds(2);

  private final Vertx vertx = Vertx.vertx();
  private final SwarmBus bus = new SwarmBus(vertx, "m1");
  private final List<Promise<Taken>> proposals = new ArrayList<>();

  @AfterEach
  void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private static <T> T get(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().join();
  }

  private String serveWritesByProposing() {
    get(
        bus.serve(
            Endpoints.PROPOSE,
            (Propose asked) -> {
              Promise<Taken> taken = Promise.promise();
              proposals.add(taken);
              return taken.future();
            }));
    return get(
        vertx.deployVerticle(
            new VerticleBase() {
              @Override
              public Future<?> start() {
                return bus.serve(
                    Endpoints.WRITES,
                    asked -> bus.request(Endpoints.PROPOSE, new Propose(asked.command())));
              }
            }));
  }

  @Test
  void givenAnAnswerOutstanding_whenItsVerticleIsUndeployed_thenTheAskerIsToldAtOnce() {
    String deployment = serveWritesByProposing();
    Future<Taken> write = bus.request(Endpoints.WRITES, WRITE);
    await().until(() -> proposals.size() == 1);
    get(vertx.undeploy(deployment));
    await().atMost(PROMPTLY).until(write::isComplete);
    assertThat(write.cause())
        .isInstanceOfSatisfying(
            SwarmException.class,
            told -> assertThat(told.kind()).isEqualTo(SwarmException.Kind.NOT_LEADER))
        .hasMessageContaining("may still take effect");
  }

  @Test
  void givenAnAnswerGiven_whenItsVerticleIsUndeployed_thenTheAnswerStands() {
    String deployment = serveWritesByProposing();
    Future<Taken> write = bus.request(Endpoints.WRITES, WRITE);
    await().until(() -> proposals.size() == 1);
    proposals.get(0).complete(TAKEN);
    assertThat(get(write)).isEqualTo(TAKEN);
    get(vertx.undeploy(deployment));
    assertThat(write.succeeded()).isTrue();
  }
}
