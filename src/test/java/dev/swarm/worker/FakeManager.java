package dev.swarm.worker;

import dev.swarm.v1.AssignedTask;
import dev.swarm.v1.Assignments;
import dev.swarm.v1.Disconnect;
import dev.swarm.v1.DisconnectReason;
import dev.swarm.v1.Hello;
import dev.swarm.v1.ManagerAddress;
import dev.swarm.v1.ManagerMessage;
import dev.swarm.v1.Managers;
import dev.swarm.v1.Move;
import dev.swarm.v1.Pong;
import dev.swarm.v1.ReportAck;
import dev.swarm.v1.TaskReport;
import dev.swarm.v1.Welcome;
import dev.swarm.v1.WorkerMessage;
import dev.swarm.wire.GrpcMethods;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.server.GrpcServer;
import io.vertx.grpc.server.GrpcServerRequest;
import io.vertx.grpc.server.GrpcServerResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The other end of an agent: a real gRPC server that speaks the protocol and does as it is told.
 */
final class FakeManager {
  static final long INCARNATION = 77;

  final String id;
  final String address;
  final List<Stream> streams = new CopyOnWriteArrayList<>();
  volatile Managers managers = Managers.getDefaultInstance();
  volatile boolean welcomes = true;
  volatile boolean pongs = true;
  volatile boolean commitsGoodbye = true;
  volatile long incarnation = INCARNATION;
  volatile int beatInMillis = 50;
  volatile int ttlMillis = 60_000;
  final AtomicInteger connections;
  private final AtomicLong sessions;
  private final HttpServer server;

  private FakeManager(
      String id,
      HttpServer server,
      AtomicLong sessions,
      AtomicInteger connections,
      GrpcServer grpc) {
    this.id = id;
    this.connections = connections;
    this.server = server;
    this.sessions = sessions;
    this.address = "127.0.0.1:" + server.actualPort();
    grpc.callHandler(GrpcMethods.SESSION_SERVER, request -> streams.add(new Stream(request)));
  }

  static FakeManager start(Vertx vertx, String id, AtomicLong sessions) throws Exception {
    GrpcServer grpc = GrpcServer.server(vertx);
    AtomicInteger connections = new AtomicInteger();
    HttpServer server =
        vertx
            .createHttpServer(new HttpServerOptions().setHost("127.0.0.1").setPort(0))
            .requestHandler(grpc)
            .connectionHandler(
                connection -> {
                  connections.incrementAndGet();
                  connection.closeHandler(closed -> connections.decrementAndGet());
                })
            .listen()
            .toCompletionStage()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS);
    return new FakeManager(id, server, sessions, connections, grpc);
  }

  /** Cuts all connections and listens no more. */
  void kill() throws Exception {
    server.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  Stream last() {
    return streams.get(streams.size() - 1);
  }

  static Managers list(FakeManager... managers) {
    Managers.Builder list = Managers.newBuilder();
    for (FakeManager manager : managers) {
      list.addManagers(
          ManagerAddress.newBuilder().setId(manager.id).setApi(manager.address).setWeight(100));
    }
    return list.build();
  }

  static AssignedTask.Builder task(String id, long version) {
    return AssignedTask.newBuilder()
        .setId(id)
        .setAttempt(1)
        .setName(id)
        .setKind("discard")
        .setVersion(version);
  }

  /** A stream as this manager sees it. */
  final class Stream {
    final List<WorkerMessage> heard = new CopyOnWriteArrayList<>();
    final List<Long> beatNanos = new CopyOnWriteArrayList<>();
    volatile Hello hello;
    volatile long session;
    volatile long welcomedNanos;
    volatile boolean ended;
    private final GrpcServerResponse<WorkerMessage, ManagerMessage> out;
    private final Context context = Vertx.currentContext();

    Stream(GrpcServerRequest<WorkerMessage, ManagerMessage> request) {
      out = request.response();
      request.handler(this::hear);
      request.endHandler(end -> end());
      request.exceptionHandler(failure -> ended = true);
    }

    private void end() {
      ended = true;
      try {
        out.end();
      } catch (IllegalStateException closed) {
        // it is over in any case
      }
    }

    private void hear(WorkerMessage message) {
      heard.add(message);
      switch (message.getBodyCase()) {
        case HELLO -> {
          hello = message.getHello();
          if (welcomes) welcome();
        }
        case HEARTBEAT -> {
          beatNanos.add(System.nanoTime());
          if (pongs) pong(message.getHeartbeat().getSeq());
        }
        case GOODBYE -> {
          if (commitsGoodbye) disconnect(DisconnectReason.DISCONNECT_REASON_LEFT);
        }
        case REPORTS, RESYNC, BODY_NOT_SET -> {}
      }
    }

    void welcome() {
      session = sessions.incrementAndGet();
      welcomedNanos = System.nanoTime();
      send(
          ManagerMessage.newBuilder()
              .setWelcome(
                  Welcome.newBuilder()
                      .setIncarnation(incarnation)
                      .setSession(session)
                      .setManager(id)
                      .setManagers(managers)
                      .setBeatInMillis(beatInMillis)
                      .setTtlMillis(ttlMillis)));
    }

    void pong(long seq) {
      send(
          ManagerMessage.newBuilder()
              .setPong(
                  Pong.newBuilder()
                      .setSeq(seq)
                      .setBeatInMillis(beatInMillis)
                      .setTtlMillis(ttlMillis)));
    }

    void assign(Assignments.Builder batch) {
      send(ManagerMessage.newBuilder().setAssignments(batch));
    }

    void acknowledge(long settledUpTo) {
      send(
          ManagerMessage.newBuilder()
              .setReportAck(ReportAck.newBuilder().setSettledUpTo(settledUpTo)));
    }

    void move(String target) {
      send(ManagerMessage.newBuilder().setMove(Move.newBuilder().setTarget(target)));
    }

    void disconnect(DisconnectReason reason) {
      send(ManagerMessage.newBuilder().setDisconnect(Disconnect.newBuilder().setReason(reason)));
    }

    void fail(GrpcStatus status) {
      context.runOnContext(run -> out.status(status).end());
    }

    void fail(GrpcStatus status, int retryAfterMillis) {
      context.runOnContext(
          run -> {
            out.trailers().set("grpc-retry-pushback-ms", "" + retryAfterMillis);
            out.status(status).end();
          });
    }

    void send(ManagerMessage.Builder message) {
      context.runOnContext(run -> out.write(message.build()));
    }

    List<TaskReport> reports() {
      List<TaskReport> reports = new ArrayList<>();
      heard.forEach(message -> reports.addAll(message.getReports().getReportsList()));
      return reports;
    }

    long count(WorkerMessage.BodyCase kind) {
      return heard.stream().filter(message -> message.getBodyCase() == kind).count();
    }
  }
}
