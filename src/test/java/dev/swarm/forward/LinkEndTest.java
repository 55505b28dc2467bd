package dev.swarm.forward;

import static dev.swarm.forward.LinkFixture.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.swarm.bus.Messages.Role;
import dev.swarm.bus.Messages.RoleChanged;
import dev.swarm.bus.Topics;
import dev.swarm.v1.LinkDown;
import dev.swarm.v1.LinkHello;
import dev.swarm.v1.LinkUp;
import dev.swarm.v1.OperatorWrite;
import dev.swarm.v1.SessionBeats;
import dev.swarm.wire.GrpcMethods;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.GrpcClientRequest;
import io.vertx.grpc.common.GrpcStatus;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the leader's end makes of callers that are not our forwarder. */
class LinkEndTest {
  private final LinkFixture fixture = new LinkFixture();
  private final GrpcClient client = GrpcClient.client(fixture.vertx);
  private final Queue<LinkDown> answers = new ConcurrentLinkedQueue<>();
  private final GrpcClientRequest<LinkUp, LinkDown> stranger =
      Answer.of(
          client.request(
              SocketAddress.inetSocketAddress(fixture.server.port(), "127.0.0.1"),
              GrpcMethods.LINK_CLIENT));
  private volatile GrpcStatus status;
  private volatile String text;

  LinkEndTest() {
    stranger
        .response()
        .onSuccess(
            response -> {
              response.handler(answers::add);
              response.endHandler(
                  ended -> {
                    text = LinkStream.text(response);
                    status = response.status();
                  });
            });
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private static LinkUp hello(long seq, String cluster, String manager) {
    LinkHello hello =
        LinkHello.newBuilder().setCluster(cluster).setManager(manager).setBoot(1).build();
    return LinkUp.newBuilder().setSeq(seq).setHello(hello).build();
  }

  private static LinkUp beats(long seq) {
    return LinkUp.newBuilder().setSeq(seq).setBeats(SessionBeats.getDefaultInstance()).build();
  }

  private void say(LinkUp... messages) {
    for (LinkUp message : messages) Answer.of(stranger.write(message));
  }

  private void assertEndsWith(GrpcStatus expected, String said) {
    await().atMost(SOON).until(() -> status != null);
    assertThat(status).isEqualTo(expected);
    assertThat(text).contains(said);
  }

  private LinkDown answer(long seq) {
    await().atMost(SOON).until(() -> answers.stream().anyMatch(down -> down.getSeq() == seq));
    return answers.stream().filter(down -> down.getSeq() == seq).findFirst().orElseThrow();
  }

  @Test
  void givenACallerOfAnotherCluster_whenItSaysHello_thenItIsRefusedWithBothNames() {
    say(hello(1, "other", "m2"));

    assertEndsWith(GrpcStatus.PERMISSION_DENIED, "m2 belongs to cluster 'other', this is 'demo'");
  }

  @Test
  void givenTheManagerItself_whenItSaysHello_thenItIsRefused() {
    say(hello(1, "demo", "m1"));

    assertEndsWith(GrpcStatus.PERMISSION_DENIED, "this is m1");
  }

  @Test
  void givenACallerWithoutAName_whenItSaysHello_thenItIsRefused() {
    say(hello(1, "demo", "No Name"));

    assertEndsWith(GrpcStatus.INVALID_ARGUMENT, "manager id 'No Name'");
  }

  @Test
  void givenACallerThatCompresses_whenItSaysHello_thenItIsRefused() {
    stranger.encoding("gzip");

    say(hello(1, "demo", "m2"));

    assertEndsWith(GrpcStatus.UNIMPLEMENTED, "takes no gzip");
  }

  @Test
  void givenACallerThatDoesNotSayHello_whenItAsks_thenItIsRefused() {
    say(beats(1));

    assertEndsWith(GrpcStatus.INVALID_ARGUMENT, "first message must be hello");
  }

  @Test
  void givenACallerThatRepeatsANumber_whenItAsks_thenItsStreamEnds() {
    say(hello(1, "demo", "m2"), beats(5));
    answer(5);

    say(beats(5));

    assertEndsWith(GrpcStatus.INVALID_ARGUMENT, "seq 5 does not follow 5");
  }

  @Test
  void givenARequestThisManagerDoesNotKnow_whenAsked_thenOnlyThatRequestFails() {
    say(hello(1, "demo", "m2"), LinkUp.newBuilder().setSeq(2).build(), beats(3));

    assertThat(answer(2).getFailure().getKind()).isEqualTo("BAD_REQUEST");
    assertThat(answer(3).getFailure().getKind()).isEqualTo("NO_LEADER");
  }

  @Test
  void givenAWriteThatNobodyCanRead_whenAsked_thenItIsABadRequest() {
    OperatorWrite write =
        OperatorWrite.newBuilder()
            .setCommand(com.google.protobuf.ByteString.copyFromUtf8("\u0007nonsense"))
            .build();
    say(hello(1, "demo", "m2"), LinkUp.newBuilder().setSeq(2).setWrite(write).build());

    assertThat(answer(2).getFailure().getKind()).isEqualTo("BAD_REQUEST");
  }

  @Test
  void givenTheManagerWasElected_whenACallerSaysHello_thenItHearsTheTerm() {
    fixture.leader.publish(Topics.ROLE, new RoleChanged(Role.LEADER, "m1", 9));
    await().atMost(SOON).until(() -> fixture.leader.backlog(Topics.ROLE) == 0);

    say(hello(1, "demo", "m2"));

    assertThat(answer(1).getTerm()).isEqualTo(9);
  }

  @Test
  void givenACallerThatLeaves_whenItHalfCloses_thenItsStreamEndsInOrder() {
    say(hello(1, "demo", "m2"));
    answer(1);

    Answer.of(stranger.end());

    await().atMost(SOON).until(() -> status != null);
    assertThat(status).isEqualTo(GrpcStatus.OK);
  }
}
