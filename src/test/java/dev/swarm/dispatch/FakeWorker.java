package dev.swarm.dispatch;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import dev.swarm.v1.Assignments;
import dev.swarm.v1.Goodbye;
import dev.swarm.v1.Heartbeat;
import dev.swarm.v1.Hello;
import dev.swarm.v1.ManagerMessage;
import dev.swarm.v1.Resync;
import dev.swarm.v1.TaskReport;
import dev.swarm.v1.TaskReports;
import dev.swarm.v1.TaskStatus;
import dev.swarm.v1.WorkerMessage;
import dev.swarm.wire.GrpcMethods;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.GrpcClientRequest;
import io.vertx.grpc.client.GrpcClientResponse;
import io.vertx.grpc.common.GrpcMessage;
import io.vertx.grpc.common.GrpcStatus;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The other end of a real gRPC stream, in the hands of a test. */
final class FakeWorker {
  /** What came, and when. */
  record Received(ManagerMessage message, long nanos) {}

  final List<Received> received = new CopyOnWriteArrayList<>();
  volatile GrpcStatus status;
  volatile String statusText;

  /** When to come again, as the trailers say it; null when they do not. */
  volatile String pushback;

  volatile boolean lost;

  private final String id;
  private volatile GrpcClientRequest<WorkerMessage, ManagerMessage> request;
  private volatile GrpcClientResponse<WorkerMessage, ManagerMessage> response;

  FakeWorker(String id) {
    this.id = id;
  }

  /** Opens the stream and says Hello. */
  FakeWorker dial(GrpcClient client, int port, Hello hello) {
    client
        .request(SocketAddress.inetSocketAddress(port, "127.0.0.1"), GrpcMethods.SESSION_CLIENT)
        .onSuccess(
            opened -> {
              request = opened;
              opened.exceptionHandler(failure -> lost = true);
              opened.response().onSuccess(this::listen).onFailure(failure -> lost = true);
              if (hello != null) say(WorkerMessage.newBuilder().setHello(hello));
              else say(WorkerMessage.newBuilder().setHeartbeat(Heartbeat.newBuilder().setSeq(1)));
            })
        .onFailure(failure -> lost = true);
    return this;
  }

  FakeWorker dial(GrpcClient client, int port) {
    return dial(client, port, hello(5, 1).build());
  }

  Hello.Builder hello(long boot, long dial) {
    return Hello.newBuilder()
        .setCluster("demo")
        .setWorker(id)
        .setBoot(boot)
        .setDial(dial)
        .setSlots(1);
  }

  private void listen(GrpcClientResponse<WorkerMessage, ManagerMessage> answer) {
    response = answer;
    answer.handler(message -> received.add(new Received(message, System.nanoTime())));
    answer.endHandler(
        ended -> {
          String text = answer.trailers().get("grpc-message");
          statusText = text == null ? null : QueryStringDecoder.decodeComponent(text);
          pushback = answer.trailers().get("grpc-retry-pushback-ms");
          status = answer.status();
        });
    answer.exceptionHandler(failure -> lost = true);
    answer.errorHandler(failure -> lost = true);
  }

  private void say(WorkerMessage.Builder message) {
    request.write(message.build());
  }

  void beat(long seq) {
    say(WorkerMessage.newBuilder().setHeartbeat(Heartbeat.newBuilder().setSeq(seq)));
  }

  void resync() {
    say(WorkerMessage.newBuilder().setResync(Resync.getDefaultInstance()));
  }

  /** Something that only a newer manager knows. */
  void sayUnknown(int bytes) {
    UnknownFieldSet.Field unknown =
        UnknownFieldSet.Field.newBuilder()
            .addLengthDelimited(ByteString.copyFrom(new byte[bytes]))
            .build();
    say(
        WorkerMessage.newBuilder()
            .setUnknownFields(UnknownFieldSet.newBuilder().addField(1_000, unknown).build()));
  }

  void goodbye() {
    say(WorkerMessage.newBuilder().setGoodbye(Goodbye.newBuilder().setReason("maintenance")));
  }

  void report(long number, String task, int resultBytes) {
    TaskReport report =
        TaskReport.newBuilder()
            .setNumber(number)
            .setTask(task)
            .setAttempt(1)
            .setStatus(TaskStatus.TASK_STATUS_COMPLETE)
            .setResult(ByteString.copyFrom(new byte[resultBytes]))
            .build();
    say(WorkerMessage.newBuilder().setReports(TaskReports.newBuilder().addReports(report)));
  }

  /** Sends bytes that are no message. */
  void garble() {
    request.writeMessage(GrpcMessage.message("identity", Buffer.buffer("\u0007\u0007\u0007")));
  }

  void pause() {
    response.pause();
  }

  void resume() {
    response.resume();
  }

  /** Closes our side, as an agent does that waits for nobody. */
  void hangUpWhenSent() {
    request.end();
  }

  void hangUp() {
    request.cancel();
  }

  boolean welcomed() {
    return received.stream().anyMatch(one -> one.message().hasWelcome());
  }

  long session() {
    return all(ManagerMessage.BodyCase.WELCOME).get(0).getWelcome().getSession();
  }

  List<ManagerMessage> all(ManagerMessage.BodyCase kind) {
    return received.stream()
        .map(Received::message)
        .filter(message -> message.getBodyCase() == kind)
        .toList();
  }

  List<Assignments> assignments() {
    return all(ManagerMessage.BodyCase.ASSIGNMENTS).stream()
        .map(ManagerMessage::getAssignments)
        .toList();
  }

  boolean disconnected() {
    return !all(ManagerMessage.BodyCase.DISCONNECT).isEmpty();
  }

  /** Sizes of the batches after the one that began the session. */
  List<Integer> batchSizes() {
    return assignments().stream()
        .skip(1)
        .map(batch -> batch.getTasksCount() + batch.getRemovedCount())
        .toList();
  }
}
