package dev.swarm.consensus.formation;

import dev.swarm.model.SwarmException;
import dev.swarm.model.TimeSource;
import dev.swarm.v1.JoinAnswer;
import dev.swarm.v1.JoinQuestion;
import dev.swarm.wire.GrpcMethods;
import dev.swarm.wire.ManagerCalls;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.HostAndPort;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClientResponse;
import io.vertx.grpc.common.GrpcStatus;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the managers of a running cluster, one after the other and for as long as it takes, to let
 * this one in.
 */
final class Admission {
  private static final Logger log = LoggerFactory.getLogger(Admission.class);
  private static final int CONNECT_MILLIS = 2_000;
  private static final int ANSWER_MILLIS = 12_000;
  private static final long ASK_AGAIN_MILLIS = 200;
  private static final long TELL_NANOS = 10_000_000_000L;

  /** Answers that are no different in a moment. */
  private static final Set<GrpcStatus> FOR_GOOD =
      EnumSet.of(
          GrpcStatus.ABORTED,
          GrpcStatus.NOT_FOUND,
          GrpcStatus.INVALID_ARGUMENT,
          GrpcStatus.PERMISSION_DENIED);

  private final Vertx vertx;
  private final List<String> asked;
  private final JoinQuestion question;
  private final Consumer<String> waits;
  private final TimeSource time;
  private final ManagerCalls calls;
  private final Promise<JoinAnswer> admitted = Promise.promise();
  private final Map<String, String> troubles = new TreeMap<>();
  private int next;
  private boolean told;
  private long toldNanos;
  private boolean stopped;

  /**
   * Asks nobody yet.
   *
   * @param waits told what it waits for, whenever that changes
   */
  Admission(
      Vertx vertx,
      List<String> asked,
      JoinQuestion question,
      Consumer<String> waits,
      TimeSource time) {
    this.vertx = vertx;
    this.waits = waits;
    this.asked = asked;
    this.question = question;
    this.time = time;
    calls = new ManagerCalls(vertx, CONNECT_MILLIS, ANSWER_MILLIS);
  }

  /** Completes with the number of the membership; fails with CONFLICT when refused for good. */
  Future<JoinAnswer> admitted() {
    return admitted.future();
  }

  /** Begins to ask; completes when each was asked once. */
  Future<Void> begin() {
    Future<Void> round = Future.succeededFuture();
    for (int i = 0; i < asked.size(); i++) round = round.compose(before -> askNext());
    return round.onSuccess(asked -> askLater());
  }

  private void askLater() {
    if (stopped || admitted.future().isComplete()) return;
    vertx.setTimer(ASK_AGAIN_MILLIS, timer -> askNext().onSuccess(asked -> askLater()));
  }

  private Future<Void> askNext() {
    if (stopped || admitted.future().isComplete()) return Future.succeededFuture();
    String address = asked.get(next % asked.size());
    return ask(address)
        .transform(
            answer -> {
              if (answer.failed()) failed(address, answer.cause());
              else if (answer.result().getMember() != 0) admitted.tryComplete(answer.result());
              return Future.succeededFuture();
            });
  }

  private void failed(String address, Throwable failure) {
    if (failure instanceof SwarmException forGood) {
      admitted.tryFail(forGood);
      return;
    }
    next++;
    troubles.put(address, failure.getMessage());
    tell();
  }

  private void tell() {
    String text =
        "waits to join cluster "
            + question.getCluster()
            + ": "
            + troubles.entrySet().stream()
                .map(one -> one.getKey() + " says: " + one.getValue())
                .collect(Collectors.joining("; "));
    waits.accept(text);
    long now = time.nanos();
    if (told && now - toldNanos < TELL_NANOS || troubles.size() < asked.size()) return;
    told = true;
    toldNanos = now;
    log.info("manager {} {}", question.getManager(), text);
  }

  private Future<JoinAnswer> ask(String address) {
    HostAndPort at = HostAndPort.parseAuthority(address, -1);
    return calls.ask(
        SocketAddress.inetSocketAddress(at.port(), at.host()),
        GrpcMethods.JOIN_CLIENT,
        question,
        Admission::answer);
  }

  private static Future<JoinAnswer> answer(GrpcClientResponse<JoinQuestion, JoinAnswer> response) {
    GrpcStatus status = response.status();
    if (status == null || status == GrpcStatus.OK) return response.last();
    String text = response.statusMessage() == null ? status.name() : response.statusMessage();
    return Future.failedFuture(
        FOR_GOOD.contains(status)
            ? new SwarmException(SwarmException.Kind.CONFLICT, text)
            : new IllegalStateException(text));
  }

  Future<Void> stop() {
    stopped = true;
    return calls.close();
  }
}
