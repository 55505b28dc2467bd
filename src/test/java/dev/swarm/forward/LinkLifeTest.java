package dev.swarm.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swarm.model.SwarmException;
import dev.swarm.model.SwarmException.Kind;
import dev.swarm.v1.LinkHello;
import dev.swarm.v1.LinkUp;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A life of the link leaves nothing behind, whoever ends it and when. */
class LinkLifeTest {
  private final LinkFixture fixture = new LinkFixture();
  private final Vertx vertx = fixture.vertx;
  private final Context context = vertx.getOrCreateContext();
  private final LinkMeters meters = new LinkMeters(new SimpleMeterRegistry());
  private final List<String> losses = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void givenALifeThatIsLost_whenItIsEnded_thenTheEndIsThatOfItsConnection() {
    String leader = fixture.server.address();
    ForwardOptions options = new ForwardOptions("demo", "m2", 7, "m1", leader, 3);
    LinkLife life =
        new LinkLife(
            vertx, options, fixture.time, new NewestTerm(3), meters, news -> {}, losses::add);
    Promise<Void> welcomed = Promise.promise();
    context.runOnContext(now -> life.begin().onComplete(welcomed));
    Answer.of(welcomed.future());

    Promise<Void> ended = Promise.promise();
    Promise<Boolean> atOnce = Promise.promise();
    context.runOnContext(
        now -> {
          life.lose("somebody said so");
          Future<Void> end = life.end("stopped");
          atOnce.complete(end.isComplete());
          end.onComplete(ended);
        });

    assertThat(Answer.of(atOnce.future())).isFalse();
    Answer.of(ended.future());
    assertThat(losses).containsExactly("somebody said so");
  }

  @Test
  void givenAStreamThatIsLost_whenItsCallComesLater_thenNothingIsSentOnIt() {
    GrpcClient client = GrpcClient.client(vertx);
    LinkStream stream =
        new LinkStream(fixture.time, new NewestTerm(3), meters, news -> {}, losses::add);
    SocketAddress leader = SocketAddress.inetSocketAddress(fixture.server.port(), "127.0.0.1");
    LinkUp.Builder hello =
        LinkUp.newBuilder().setHello(LinkHello.newBuilder().setCluster("demo").setManager("m2"));

    Promise<Object> opened = Promise.promise();
    context.runOnContext(
        now -> {
          stream.open(client, leader, hello).<Object>mapEmpty().onComplete(opened);
          stream.lose(new SwarmException(Kind.NO_LEADER, "lost while dialling"));
        });

    assertThat(Answer.failureOf(opened.future())).hasMessage("lost while dialling");
  }
}
