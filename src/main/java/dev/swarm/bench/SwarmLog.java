package dev.swarm.bench;

import dev.swarm.bus.Endpoints;
import dev.swarm.bus.Messages.Propose;
import dev.swarm.bus.Messages.Role;
import dev.swarm.bus.Messages.Taken;
import dev.swarm.bus.SwarmBus;
import dev.swarm.bus.Topics;
import dev.swarm.consensus.ConsensusVerticle;
import dev.swarm.consensus.formation.FormationOptions;
import dev.swarm.consensus.formation.FormationVerticle;
import dev.swarm.consensus.raft.RaftOptions;
import dev.swarm.model.Availability;
import dev.swarm.model.Command;
import dev.swarm.model.SessionOpen;
import dev.swarm.model.TimeSource;
import dev.swarm.model.WorkerId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.grpc.server.GrpcServer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Three managers' consensus, asked as their verticles ask it: over the bus, one command each. */
final class SwarmLog implements Group {
  private static final TimeSource TIME =
      new TimeSource(System::nanoTime, System::currentTimeMillis);
  private static final WorkerId WORKER = new WorkerId("w1");

  private final Vertx vertx = Vertx.vertx();
  private final SwarmBus leader;
  private final Context context;

  /** Starts three managers and waits until one of them leads. */
  SwarmLog(Path folder, List<Integer> ports) throws Exception {
    form(folder, ports.size());
    List<RaftOptions.Member> members = new ArrayList<>();
    for (int i = 0; i < ports.size(); i++) {
      members.add(new RaftOptions.Member("m" + i, "127.0.0.1:" + ports.get(i)));
    }
    CompletableFuture<SwarmBus> leads = new CompletableFuture<>();
    for (int i = 0; i < members.size(); i++) {
      String id = members.get(i).id();
      SwarmBus bus = new SwarmBus(vertx, id);
      bus.subscribe(
          Topics.ROLE,
          news -> {
            if (news.role() == Role.LEADER) leads.complete(bus);
          });
      RaftOptions options =
          new RaftOptions(
              id,
              "bench",
              folder.resolve(id),
              "127.0.0.1",
              ports.get(i),
              members,
              RaftOptions.DEFAULT_ELECTION_MIN_MILLIS,
              RaftOptions.DEFAULT_ELECTION_MAX_MILLIS,
              RaftOptions.DEFAULT_SNAPSHOT_EVERY_ENTRIES);
      vertx.deployVerticle(new ConsensusVerticle(options, bus, TIME, new SimpleMeterRegistry()));
    }
    leader = leads.get(30, TimeUnit.SECONDS);
    context = vertx.getOrCreateContext();
    SessionOpen open = new SessionOpen(WORKER, 1, 1, "m0", 1, "", Map.of(), 1);
    ask(new Command.OpenSessions(0, List.of(open), 1)).get(30, TimeUnit.SECONDS);
  }

  /** The managers agree on who they are, as at a first start. */
  private void form(Path folder, int managers) throws Exception {
    List<GrpcServer> services = new ArrayList<>();
    List<FormationOptions.Listed> listed = new ArrayList<>();
    for (int i = 0; i < managers; i++) {
      GrpcServer service = GrpcServer.server(vertx);
      services.add(service);
      int port = get(vertx.createHttpServer().requestHandler(service).listen(0)).actualPort();
      listed.add(new FormationOptions.Listed("m" + i, "127.0.0.1", port));
    }
    List<Future<Void>> formed = new ArrayList<>();
    for (int i = 0; i < managers; i++) {
      String id = listed.get(i).id();
      FormationOptions options = new FormationOptions(id, "bench", folder.resolve(id), listed);
      FormationVerticle formation =
          new FormationVerticle(options, new SwarmBus(vertx, id), new SecureRandom(), TIME);
      formation.mount(services.get(i));
      get(vertx.deployVerticle(formation));
      formed.add(formation.formed());
    }
    get(Future.all(formed));
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  @Override
  public String title() {
    return "Swarm";
  }

  /** One that changes a record each time, and the state does not grow. */
  @Override
  public CompletableFuture<?> propose(long number) {
    Availability wish = number % 2 == 0 ? Availability.ACTIVE : Availability.PAUSED;
    return ask(new Command.SetAvailability(WORKER, wish, number));
  }

  private CompletableFuture<Taken> ask(Command command) {
    CompletableFuture<Taken> answer = new CompletableFuture<>();
    context.runOnContext(
        turn ->
            leader
                .request(Endpoints.PROPOSE, new Propose(command))
                .onComplete(answer::complete, answer::completeExceptionally));
    return answer;
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
