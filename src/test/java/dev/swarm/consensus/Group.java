package dev.swarm.consensus;

import static org.awaitility.Awaitility.await;

import dev.swarm.bus.BusMessage;
import dev.swarm.bus.Endpoint;
import dev.swarm.bus.Endpoints;
import dev.swarm.bus.Messages;
import dev.swarm.bus.SwarmBus;
import dev.swarm.bus.Topics;
import dev.swarm.config.FreePorts;
import dev.swarm.consensus.formation.Formed;
import dev.swarm.consensus.raft.RaftOptions;
import dev.swarm.model.ClusterState;
import dev.swarm.model.Command;
import dev.swarm.model.Outcome;
import dev.swarm.model.SwarmException;
import dev.swarm.model.TimeSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;

/** Managers' consensus verticles in one process, each with its bus, folder and meters. */
public final class Group implements AutoCloseable {
  public static final TimeSource TIME = new TimeSource(System::nanoTime, System::currentTimeMillis);

  /** Small, so that a few small commands fill a file and the log is purged. */
  public static final int SEGMENT_BYTES = 4 << 10;

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  static {
    // A log that closes while entries are committed leaves a thread of Ratis with an exception that
    // nobody needs; by default whoever waits for anything at that moment would fail with it.
    Awaitility.doNotCatchUncaughtExceptionsByDefault();
  }

  private record Hurry(AtomicLong nanos, long strideNanos) {}

  /** Managers whose clock hurries; Ratis goes by its own. */
  private final Map<String, Hurry> hurries = new ConcurrentHashMap<>();

  final Vertx vertx;
  private final Path root;
  private final long snapshotEvery;
  private final List<RaftOptions.Member> members = new ArrayList<>();
  private final Map<String, String> deployed = new ConcurrentHashMap<>();
  final Map<String, SwarmBus> buses = new TreeMap<>();
  final Map<String, ConsensusVerticle> verticles = new ConcurrentHashMap<>();
  final Map<String, SimpleMeterRegistry> meters = new TreeMap<>();
  final Map<String, List<Messages.RoleChanged>> roles = new TreeMap<>();
  final Map<String, List<Messages.StateNews>> news = new TreeMap<>();
  final Map<String, List<Messages.Happened>> events = new TreeMap<>();

  Group(Vertx vertx, Path root, int managers, long snapshotEvery) throws IOException {
    this.vertx = vertx;
    this.root = root;
    this.snapshotEvery = snapshotEvery;
    try (FreePorts free = new FreePorts(ThreadLocalRandom.current())) {
      for (int i = 1; i <= managers; i++) {
        String address = "127.0.0.1:" + free.applyAsInt("127.0.0.1");
        members.add(new RaftOptions.Member("m" + i, address));
      }
    }
    for (RaftOptions.Member member : members) prepare(member.id());
    Formed.group(members.stream().map(RaftOptions.Member::id).toList(), "test", this::folder);
  }

  private void prepare(String id) {
    SwarmBus bus = new SwarmBus(vertx, id);
    buses.put(id, bus);
    meters.put(id, new SimpleMeterRegistry());
    // The link from a follower to the leader, without its wire.
    bus.serve(Endpoints.DIGESTS, told -> toLeader(id, Endpoints.JUDGE_DIGESTS, told));
    bus.serve(Endpoints.COPY, asked -> toLeader(id, Endpoints.COPY_STATE, asked));
    List<Messages.RoleChanged> seenRoles = new CopyOnWriteArrayList<>();
    roles.put(id, seenRoles);
    bus.subscribe(Topics.ROLE, seenRoles::add);
    List<Messages.StateNews> seenNews = new CopyOnWriteArrayList<>();
    news.put(id, seenNews);
    bus.subscribe(Topics.STATE, seenNews::add);
    List<Messages.Happened> seenEvents = new CopyOnWriteArrayList<>();
    events.put(id, seenEvents);
    bus.subscribe(Topics.EVENTS, seenEvents::add);
  }

  private <Q extends BusMessage, R extends BusMessage> Future<R> toLeader(
      String id, Endpoint<Q, R> endpoint, Q question) {
    List<Messages.RoleChanged> seen = roles.get(id);
    return buses.get(seen.get(seen.size() - 1).leader()).request(endpoint, question);
  }

  RaftOptions options(String id) {
    RaftOptions.Member self =
        members.stream().filter(member -> member.id().equals(id)).findAny().orElseThrow();
    int port = Integer.parseInt(self.address().substring(self.address().indexOf(':') + 1));
    return new RaftOptions(
        id, "test", folder(id), "127.0.0.1", port, members, 500, 1_000, snapshotEvery);
  }

  Path folder(String id) {
    return root.resolve(id);
  }

  void startAll() {
    startMissing();
  }

  void start(String id) {
    get(deploy(id));
  }

  Future<String> deploy(String id) {
    ConsensusVerticle verticle =
        new ConsensusVerticle(options(id), SEGMENT_BYTES, buses.get(id), time(id), meters.get(id));
    return vertx
        .deployVerticle(verticle)
        .onSuccess(
            deployment -> {
              verticles.put(id, verticle);
              deployed.put(id, deployment);
            });
  }

  private TimeSource time(String id) {
    return new TimeSource(
        () -> {
          Hurry hurry = hurries.get(id);
          return hurry == null ? System.nanoTime() : hurry.nanos.addAndGet(hurry.strideNanos);
        },
        System::currentTimeMillis);
  }

  /**
   * From now on a manager's clock goes on with each reading, and by nothing else. However slow the
   * machine, between two of its looks lies only as much: it never takes itself for halted.
   */
  void hurry(String id, Duration stride) {
    hurries.put(id, new Hurry(new AtomicLong(System.nanoTime()), stride.toNanos()));
  }

  void stop(String id) {
    get(undeploy(id));
  }

  /** All at once: Ratis takes a second to close a log. */
  void stopAll() {
    get(Future.all(running().stream().map(this::undeploy).toList()));
  }

  private Future<Void> undeploy(String id) {
    return vertx.undeploy(deployed.remove(id)).onSuccess(gone -> roles.get(id).clear());
  }

  /** Starts those that were stopped. */
  void startMissing() {
    List<String> running = running();
    get(
        Future.all(
            members.stream()
                .map(RaftOptions.Member::id)
                .filter(id -> !running.contains(id))
                .map(this::deploy)
                .toList()));
  }

  List<String> running() {
    return deployed.keySet().stream().sorted().toList();
  }

  /** Waits for a leader that says so itself and that all running others know. */
  String leader() {
    String known = knownLeader();
    return known != null
        ? known
        : await()
            .pollDelay(Duration.ZERO)
            .pollInterval(Duration.ofMillis(20))
            .atMost(PATIENCE)
            .until(this::knownLeader, Objects::nonNull);
  }

  private String knownLeader() {
    String leader = null;
    for (String id : running()) {
      List<Messages.RoleChanged> seen = roles.get(id);
      if (seen.isEmpty()) return null;
      Messages.RoleChanged last = seen.get(seen.size() - 1);
      if (last.leader().isEmpty() || !running().contains(last.leader())) return null;
      if (leader != null && !leader.equals(last.leader())) return null;
      leader = last.leader();
    }
    List<Messages.RoleChanged> own = leader == null ? List.of() : roles.get(leader);
    boolean ready = !own.isEmpty() && own.get(own.size() - 1).role() == Messages.Role.LEADER;
    return ready ? leader : null;
  }

  String follower() {
    String leader = leader();
    return running().stream().filter(id -> !id.equals(leader)).findFirst().orElseThrow();
  }

  Future<Outcome> propose(String id, Command command) {
    return buses
        .get(id)
        .request(Endpoints.PROPOSE, new Messages.Propose(command))
        .map(Messages.Taken::outcome);
  }

  /** Proposes for as long as leaders change: only for commands that may be applied twice. */
  Outcome commit(Command command) {
    return await()
        .pollInSameThread()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(20))
        .atMost(PATIENCE)
        .ignoreExceptionsMatching(Group::leaderLost)
        .until(() -> get(propose(leader(), command)), Objects::nonNull);
  }

  private static boolean leaderLost(Throwable failure) {
    return failure instanceof SwarmException refusal
        && refusal.kind() == SwarmException.Kind.NOT_LEADER;
  }

  /** How many tasks a state has whose ids begin like this. */
  static long tasks(ClusterState state, String prefix) {
    return state.tasks().keySet().stream().filter(id -> id.value().startsWith(prefix)).count();
  }

  /** The value of a manager's meter. */
  double meter(String id, String name, String... tags) {
    return meters.get(id).get(name).tags(tags).meter().measure().iterator().next().getValue();
  }

  ClusterState state(String id) {
    return get(buses.get(id).request(Endpoints.STATE, new Messages.StateQuery())).state();
  }

  /** Waits until all running managers are at the same state, and returns it. */
  ClusterState agreed() {
    await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(20))
        .atMost(PATIENCE)
        .until(() -> running().stream().map(this::state).distinct().count() == 1);
    return state(running().get(0));
  }

  static <T> T get(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(40, TimeUnit.SECONDS);
    } catch (java.util.concurrent.ExecutionException failed) {
      if (failed.getCause() instanceof RuntimeException cause) throw cause;
      throw new IllegalStateException(failed.getCause());
    } catch (InterruptedException | java.util.concurrent.TimeoutException late) {
      throw new IllegalStateException(late);
    }
  }

  @Override
  public void close() {
    stopAll();
  }
}
