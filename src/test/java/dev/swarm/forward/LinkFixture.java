package dev.swarm.forward;

import static org.awaitility.Awaitility.await;

import dev.swarm.bus.BusMessage;
import dev.swarm.bus.Endpoint;
import dev.swarm.bus.Endpoints;
import dev.swarm.bus.Messages.Beats;
import dev.swarm.bus.Messages.BeatsTaken;
import dev.swarm.bus.Messages.Goodbyes;
import dev.swarm.bus.Messages.Opens;
import dev.swarm.bus.Messages.Reports;
import dev.swarm.bus.Messages.Roster;
import dev.swarm.bus.Messages.SessionBeat;
import dev.swarm.bus.Messages.Taken;
import dev.swarm.bus.Messages.Write;
import dev.swarm.bus.SwarmBus;
import dev.swarm.model.Outcome;
import dev.swarm.model.SessionOpen;
import dev.swarm.model.SessionRef;
import dev.swarm.model.TimeSource;
import dev.swarm.model.WorkerId;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/** A leader m1 with fakes behind its link, and the forwarder of its follower m2, in one JVM. */
final class LinkFixture implements AutoCloseable {
  static final long BOOT = 77;
  static final Duration SOON = Duration.ofSeconds(5);

  final Vertx vertx = Vertx.vertx();
  final AtomicLong skewNanos = new AtomicLong();
  final TimeSource time =
      new TimeSource(() -> System.nanoTime() + skewNanos.get(), System::currentTimeMillis);
  final SwarmBus leader = new SwarmBus(vertx, "m1");
  final SwarmBus follower = new SwarmBus(vertx, "m2");
  final MeterRegistry meters = new SimpleMeterRegistry();
  final MeterRegistry leaderMeters = new SimpleMeterRegistry();
  final LeaderServer server =
      new LeaderServer(vertx, new LinkService("demo", "m1", leader, time, leaderMeters));

  /** All that reached the fakes. */
  final Queue<BusMessage> heard = new ConcurrentLinkedQueue<>();

  private String deployment;

  LinkFixture() {
    server.start();
  }

  static SessionRef session(String worker) {
    return new SessionRef(new WorkerId(worker), 7);
  }

  static SessionBeat beat(String worker) {
    return new SessionBeat(session(worker), 1, 0, 5_000, 4);
  }

  static SessionOpen open(String worker) {
    return new SessionOpen(new WorkerId(worker), 1, 1, "m2", BOOT, "", Map.of("zone", "a"), 4);
  }

  /** Lets a fake serve one endpoint of the leader. */
  <Q extends BusMessage, R extends BusMessage> void serve(
      Endpoint<Q, R> endpoint, Function<Q, Future<R>> fake) {
    Answer.of(
        leader.serve(
            endpoint,
            question -> {
              heard.add(question);
              return fake.apply(question);
            }));
  }

  /** Fakes that take everything, at term 3. */
  void serveAll() {
    Future<Taken> taken = Future.succeededFuture(new Taken(new Outcome(12, List.of())));
    Future<BeatsTaken> confirmed = Future.succeededFuture(new BeatsTaken(3, 11, List.of()));
    serve(Endpoints.OPEN, (Opens asked) -> taken);
    serve(Endpoints.REPORTS, (Reports asked) -> taken);
    serve(Endpoints.GOODBYE, (Goodbyes asked) -> taken);
    serve(Endpoints.WRITES, (Write asked) -> taken);
    serve(Endpoints.BEATS, (Beats asked) -> confirmed);
    serve(Endpoints.ROSTER, (Roster asked) -> confirmed);
  }

  /** Deploys the forwarder towards this address without waiting for its link. */
  void dial(String address) {
    ForwardOptions options = new ForwardOptions("demo", "m2", BOOT, "m1", address, 3);
    deployment =
        Answer.of(vertx.deployVerticle(new ForwarderVerticle(options, follower, time, meters)));
  }

  /** Deploys the forwarder and waits for its link. */
  void link() {
    dial(server.address());
    awaitLinks(1);
  }

  void undeploy() {
    Answer.of(vertx.undeploy(deployment));
  }

  void awaitLinks(int count) {
    await().atMost(SOON).until(() -> links() == count);
  }

  int links() {
    return (int) meters.get("swarm.forward.links").gauge().value();
  }

  double sent(LinkKind kind) {
    return meters
        .get("swarm.forward.messages")
        .tags("kind", kind.tag(), "direction", "sent")
        .counter()
        .count();
  }

  /** The follower first: it would dial again while the leader closes. */
  @Override
  public void close() {
    if (deployment != null && vertx.deploymentIDs().contains(deployment)) undeploy();
    Answer.of(vertx.close());
  }
}
