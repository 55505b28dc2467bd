package dev.swarm.forward;

import dev.swarm.edge.Caller;
import dev.swarm.edge.Refused;
import dev.swarm.model.Limits;
import dev.swarm.model.Names;
import dev.swarm.model.SwarmException;
import dev.swarm.v1.LinkDown;
import dev.swarm.v1.LinkHello;
import dev.swarm.v1.LinkUp;
import dev.swarm.wire.GrpcFailures;
import dev.swarm.wire.GrpcMethods;
import dev.swarm.wire.HalfClosed;
import dev.swarm.wire.LinkMessages;
import io.vertx.core.Vertx;
import io.vertx.grpc.common.CodecException;
import io.vertx.grpc.common.GrpcMessage;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.server.GrpcServerRequest;
import io.vertx.grpc.server.GrpcServerResponse;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The leader's end of one stream of one follower. Stops reading while it has too much to do. */
final class LinkEnd {
  /** Requests being answered; above it nothing more is read, below half of it reading goes on. */
  static final int MAX_IN_FLIGHT = 64;

  /** Bytes of requests being answered; the same. */
  static final long MAX_IN_FLIGHT_BYTES = 8L << 20;

  private static final Logger log = LoggerFactory.getLogger(LinkEnd.class);

  private final Vertx vertx;
  private final String cluster;
  private final String manager;
  private final GrpcServerRequest<LinkUp, LinkDown> request;
  private final GrpcServerResponse<LinkUp, LinkDown> response;
  private final Caller connection;
  private final LinkRequests requests;
  private final LinkMeters meters;
  private final LinkEnds ends;
  private final Consumer<LinkDown.Builder> news = this::tell;
  private LinkHello caller;
  private Keepalive keepalive;
  private long helloTimer;
  private long lastSeq;
  private int inFlight;
  private long inFlightBytes;
  private boolean paused;
  private boolean over;
  private int unsent;

  /** The end of a stream that still has answers to send; null when none is owed. */
  private Runnable owedEnd;

  LinkEnd(
      Vertx vertx,
      String cluster,
      String manager,
      GrpcServerRequest<LinkUp, LinkDown> request,
      LinkRequests requests,
      LinkMeters meters,
      LinkEnds ends) {
    this.vertx = vertx;
    this.cluster = cluster;
    this.manager = manager;
    this.request = request;
    this.response = request.response();
    this.connection = Caller.of(request.connection());
    this.requests = requests;
    this.meters = meters;
    this.ends = ends;
  }

  void begin() {
    helloTimer = vertx.setTimer(connection.helloMillis(), late -> silent());
    request.exceptionHandler(failure -> finish());
    request.errorHandler(error -> finish());
    request.endHandler(ended -> end(GrpcStatus.OK, null));
    response.exceptionHandler(failure -> finish());
    response.drainHandler(drained -> resumeIfIdle());
    request.invalidMessageHandler(
        invalid -> refuse(Refused.MESSAGE_BYTES, "message is over the limit"));
    request.messageHandler(this::decode);
    String encoding = request.encoding();
    if (encoding != null
        && !encoding.equals("identity")
        && !encoding.equals(GrpcMethods.UNCOMPRESSED)) {
      end(
          GrpcStatus.UNIMPLEMENTED,
          "the link takes no " + encoding + ": a few bytes could fill us");
    }
  }

  private void silent() {
    end(GrpcStatus.DEADLINE_EXCEEDED, "no hello in time");
    connection.saidNoHello();
  }

  private void decode(GrpcMessage message) {
    if (over) return;
    if (!"identity".equals(message.encoding())) {
      refuse(Refused.COMPRESSION, "messages must not be compressed");
      return;
    }
    LinkUp up;
    try {
      up = GrpcMethods.LINK_SERVER.decoder().decode(message);
    } catch (CodecException unreadable) {
      refuse(Refused.MALFORMED, "not a LinkUp");
      return;
    }
    onMessage(up);
  }

  private void refuse(Refused reason, String text) {
    connection.offend(reason);
    end(GrpcStatus.INVALID_ARGUMENT, text);
  }

  private void onMessage(LinkUp up) {
    if (up.getSeq() <= lastSeq) {
      String text = "seq " + up.getSeq() + " does not follow " + lastSeq;
      end(GrpcStatus.INVALID_ARGUMENT, text);
      return;
    }
    lastSeq = up.getSeq();
    if (caller == null) onHello(up);
    else answer(up);
  }

  private void onHello(LinkUp up) {
    try {
      check(up);
    } catch (SwarmException refused) {
      log.warn("link refused: {}", refused.getMessage());
      connection.offend(Refused.HELLO);
      end(GrpcFailures.status(refused), refused.getMessage());
      return;
    }
    vertx.cancelTimer(helloTimer);
    caller = up.getHello();
    connection.welcomedAsManager();
    keepalive = new Keepalive(vertx, request.connection());
    log.debug("link from {} boot {}", caller.getManager(), Long.toHexString(caller.getBoot()));
    ends.opened(caller.getManager(), caller.getBulky(), news);
    meters.received(LinkKind.HELLO, up.getSerializedSize());
    send(LinkKind.HELLO, requests.welcome().setSeq(up.getSeq()).build());
  }

  /** Says what was not asked for; nothing while the follower does not read. */
  private void tell(LinkDown.Builder unasked) {
    if (over || response.writeQueueFull()) return;
    send(LinkKind.MOVES, requests.stamped(unasked).build());
  }

  private void check(LinkUp up) {
    if (!up.hasHello()) throw SwarmException.badRequest("the first message must be hello");
    LinkHello hello = up.getHello();
    Names.check("manager", hello.getManager());
    if (!hello.getCluster().equals(cluster)) {
      String theirs = hello.getManager() + " belongs to cluster '" + hello.getCluster();
      throw denied(theirs + "', this is '" + cluster + "'");
    }
    if (hello.getManager().equals(manager)) {
      throw denied("this is " + manager + ": a manager has no link to itself");
    }
  }

  private static SwarmException denied(String text) {
    return new SwarmException(SwarmException.Kind.DENIED, text);
  }

  private void answer(LinkUp up) {
    int size = up.getSerializedSize();
    inFlight++;
    inFlightBytes += size;
    pauseIfBusy();
    LinkKind kind = LinkRequests.kind(up);
    meters.received(kind, size);
    requests
        .ask(caller, up)
        .onSuccess(
            answer -> {
              inFlight--;
              inFlightBytes -= size;
              send(kind, answer.setSeq(up.getSeq()).build());
              resumeIfIdle();
            });
  }

  private void pauseIfBusy() {
    if (paused) return;
    paused =
        inFlight >= MAX_IN_FLIGHT
            || inFlightBytes >= MAX_IN_FLIGHT_BYTES
            || response.writeQueueFull();
    if (paused) request.pause();
  }

  private void resumeIfIdle() {
    if (over || !paused || response.writeQueueFull()) return;
    if (inFlight > MAX_IN_FLIGHT / 2 || inFlightBytes > MAX_IN_FLIGHT_BYTES / 2) return;
    paused = false;
    request.resume();
  }

  private void send(LinkKind kind, LinkDown answer) {
    if (over) return;
    LinkDown told = answer.getSerializedSize() <= Limits.MAX_MESSAGE_BYTES ? answer : cut(answer);
    try {
      unsent++;
      response.write(told).onComplete(done -> sent());
      meters.sent(kind, told.getSerializedSize());
    } catch (IllegalStateException gone) {
      finish();
      sent();
    }
  }

  private void sent() {
    unsent--;
    if (unsent > 0 || owedEnd == null) return;
    Runnable end = owedEnd;
    owedEnd = null;
    end.run();
  }

  /** An answer larger than the stream carries would end it: the caller hears of success no more. */
  private static LinkDown cut(LinkDown answer) {
    var failure =
        new SwarmException(
            SwarmException.Kind.TIMEOUT, "done, but the answer is too large for the link");
    return LinkDown.newBuilder()
        .setSeq(answer.getSeq())
        .setTerm(answer.getTerm())
        .setCommitIndex(answer.getCommitIndex())
        .setFailure(LinkMessages.failure(failure))
        .build();
  }

  private void end(GrpcStatus status, String text) {
    if (over) return;
    finish();
    // Of a follower that does not read, Vert.x could not take back a status when it goes.
    if (unsent == 0) close(status, text);
    else owedEnd = () -> close(status, text);
  }

  private void close(GrpcStatus status, String text) {
    try {
      response.status(status).statusMessage(text).end();
      HalfClosed.resetLater(vertx, request);
    } catch (IllegalStateException gone) {
      log.trace("stream ended before its status", gone);
    }
  }

  private void finish() {
    over = true;
    if (caller != null) ends.closed(caller.getManager(), news);
    vertx.cancelTimer(helloTimer);
    if (keepalive != null) keepalive.stop();
  }
}
