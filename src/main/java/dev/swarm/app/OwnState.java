package dev.swarm.app;

import dev.swarm.bus.Endpoints;
import dev.swarm.bus.Messages.GuardChanged;
import dev.swarm.bus.Messages.GuardState;
import dev.swarm.bus.Messages.HandOver;
import dev.swarm.bus.Messages.LinksQuery;
import dev.swarm.bus.Messages.Role;
import dev.swarm.bus.Messages.RoleChanged;
import dev.swarm.bus.Messages.StateNews;
import dev.swarm.bus.Messages.Taken;
import dev.swarm.bus.Messages.Write;
import dev.swarm.bus.SwarmBus;
import dev.swarm.bus.Topics;
import dev.swarm.model.ClusterState;
import dev.swarm.model.Command;
import dev.swarm.model.ManagerInfo;
import dev.swarm.model.ManagerState;
import dev.swarm.model.ManagerStep;
import dev.swarm.model.TimeSource;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the cluster when this manager's process is about to end, so that its workers go elsewhere
 * first, and when it is back.
 */
final class OwnState {
  private static final Logger log = LoggerFactory.getLogger(OwnState.class);
  private static final long LOOK_MILLIS = 100;
  private static final long RETRY_MILLIS = 200;
  private static final long RETURN_RETRY_MILLIS = 500;

  /**
   * So long an election may take, from the moment we are told to end or lose the leader: without
   * one nobody sends workers away.
   */
  private static final long LEADERLESS_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** The last workers to go have a new session; so long they may take to close the old stream. */
  private static final long LAST_STREAMS_MILLIS = 1_000;

  /**
   * So much of the time, or a quarter of it where that is less, is kept for handing the lead over.
   */
  private static final long HAND_OVER_MILLIS = 2_000;

  /** Who has just ceased to lead has verticles to take down and others to bring up. */
  private static final long FOLLOWING_MILLIS = 500;

  private final String manager;
  private final Vertx vertx;
  private final SwarmBus bus;
  private final TimeSource time;
  private final RandomGenerator random;
  private final LongSupplier sessions;

  private ClusterState state = ClusterState.EMPTY;
  private RoleChanged role = new RoleChanged(Role.FOLLOWER, "", 0);
  private boolean shutOut;
  private boolean ending;
  private boolean returning;

  /** From when we are told to end until we do: the others are to know that we are about to. */
  private boolean telling;

  /** Whether they are being told just now. */
  private boolean announcing;

  private long leaderlessSinceNanos;

  /** Of this manager; {@code sessions} says how many it serves. */
  OwnState(
      String manager,
      Vertx vertx,
      SwarmBus bus,
      TimeSource time,
      RandomGenerator random,
      LongSupplier sessions) {
    this.manager = manager;
    this.vertx = vertx;
    this.bus = bus;
    this.time = time;
    this.random = random;
    this.sessions = sessions;
  }

  Future<Void> listen() {
    return bus.subscribe(Topics.STATE, this::onNews)
        .compose(listening -> bus.subscribe(Topics.ROLE, this::onRole))
        .compose(listening -> bus.subscribe(Topics.GUARD, this::onGuard));
  }

  private void onRole(RoleChanged news) {
    boolean lost = news.leader().isEmpty() && !role.leader().isEmpty();
    if (lost) leaderlessSinceNanos = time.nanos();
    role = news;
  }

  private void onGuard(GuardChanged news) {
    shutOut = news.state() == GuardState.DOWN;
  }

  private void onNews(StateNews news) {
    state = news.state();
    if (ending) announceAgain();
    else comeBack();
  }

  private boolean isActive() {
    ManagerInfo own = state.managers().get(manager);
    return own != null && own.state() == ManagerState.ACTIVE;
  }

  /** An operator has activated it meanwhile, for whom it was drained: it ends all the same. */
  private void announceAgain() {
    if (!telling || announcing || !isActive()) return;
    announce().onFailure(failure -> log.warn("manager {} ends unannounced: {}", manager, failure));
  }

  /** A former process of this manager has said that it ends. */
  private void comeBack() {
    ManagerInfo own = state.managers().get(manager);
    boolean away = own != null && own.state() == ManagerState.STOPPING;
    if (!away || returning || ending) return;
    returning = true;
    write(once(ManagerStep.RETURN))
        .onSuccess(returned -> log.info("manager {} is back", manager))
        .onComplete(
            answered ->
                vertx.setTimer(
                    RETURN_RETRY_MILLIS,
                    later -> {
                      returning = false;
                      comeBack();
                    }));
  }

  private Command once(ManagerStep step) {
    return new Command.Once(random.nextLong(), new Command.StepManager(manager, step));
  }

  private Future<Taken> write(Command command) {
    return bus.request(Endpoints.WRITES, new Write(command, false));
  }

  /**
   * Gives all workers up and the lead, if there is anybody who can take them, in at most so long;
   * never fails.
   */
  Future<Void> end(long millis) {
    ending = true;
    long begun = time.nanos();
    long deadline = begun + TimeUnit.MILLISECONDS.toNanos(millis);
    leaderlessSinceNanos = begun;
    if (millis == 0 || alone()) return Future.succeededFuture();
    long before = sessions.getAsLong();
    log.info("manager {} is told to end: {} workers go to other managers first", manager, before);
    telling = true;
    long workersMillis = millis - Math.min(HAND_OVER_MILLIS, millis / 4);
    Future<Void> workers =
        announce()
            .compose(announced -> workersGone(begun + TimeUnit.MILLISECONDS.toNanos(workersMillis)))
            .compose(gone -> before == 0 ? Future.succeededFuture() : lastStreams())
            .otherwiseEmpty();
    // A step that was begun in time may take longer than is left.
    Future<Void> steps =
        Future.any(workers, vertx.timer(workersMillis))
            .compose(gone -> handOver(deadline))
            .otherwiseEmpty();
    return Future.any(steps, vertx.timer(millis)).<Void>mapEmpty().onSuccess(done -> ended(begun));
  }

  private void ended(long begun) {
    telling = false;
    log.info(
        "manager {} ends after {} ms; {} workers are left with it",
        manager,
        TimeUnit.NANOSECONDS.toMillis(time.nanos() - begun),
        sessions.getAsLong());
  }

  /** Nobody else is there, or nobody can be told. Without a leader there may soon be one. */
  private boolean alone() {
    return shutOut || state.managers().size() < 2;
  }

  /** Says that we are about to end, until it is heard or there is nobody to hear it. */
  private Future<?> announce() {
    announcing = true;
    return announce(once(ManagerStep.STOP))
        .onComplete(answered -> vertx.setTimer(RETRY_MILLIS, later -> look()));
  }

  private Future<?> announce(Command stop) {
    return write(stop)
        .recover(
            failure ->
                leaderless()
                    ? Future.failedFuture(failure)
                    : vertx
                        .timer(RETRY_MILLIS)
                        .compose(later -> telling ? announce(stop) : Future.failedFuture(failure))
                        .mapEmpty());
  }

  /** Our own state follows an answer within a moment. */
  private void look() {
    announcing = false;
    announceAgain();
  }

  private boolean leaderless() {
    if (shutOut) return true;
    return role.leader().isEmpty() && time.nanos() - leaderlessSinceNanos > LEADERLESS_NANOS;
  }

  private Future<Void> workersGone(long deadline) {
    boolean done = sessions.getAsLong() == 0 || nobodyTakesThem() || leaderless();
    if (done || time.nanos() - deadline >= 0) return Future.succeededFuture();
    return vertx.timer(LOOK_MILLIS).compose(later -> workersGone(deadline));
  }

  private boolean nobodyTakesThem() {
    return state.managers().values().stream()
        .noneMatch(other -> other.share() > 0 && !other.id().equals(manager));
  }

  private Future<Void> lastStreams() {
    boolean left = sessions.getAsLong() > 0;
    return left ? Future.succeededFuture() : vertx.timer(LAST_STREAMS_MILLIS).mapEmpty();
  }

  /** To the first that takes it, of those that can be reached. */
  private Future<Void> handOver(long deadline) {
    if (role.role() != Role.LEADER) return Future.succeededFuture();
    return bus.request(Endpoints.LINKS, new LinksQuery())
        .map(links -> heirs(links.managers()))
        .compose(heirs -> heirs.isEmpty() ? Future.succeededFuture() : round(heirs, deadline));
  }

  /** One refusal is not the last word: the group may just be busy with a new member. */
  private Future<Void> round(Deque<String> heirs, long deadline) {
    return handOver(heirs, deadline)
        .compose(
            taken ->
                taken || time.nanos() - deadline >= 0
                    ? Future.succeededFuture()
                    : vertx.timer(RETRY_MILLIS).compose(later -> handOver(deadline)));
  }

  private Deque<String> heirs(Set<String> linked) {
    Deque<String> heirs = new ArrayDeque<>();
    for (ManagerInfo other : state.managers().values()) {
      boolean can = other.state() == ManagerState.ACTIVE && linked.contains(other.id());
      if (can && !other.id().equals(manager)) heirs.add(other.id());
    }
    return heirs;
  }

  /** Completes with whether one of them leads. */
  private Future<Boolean> handOver(Deque<String> heirs, long deadline) {
    if (heirs.isEmpty() || time.nanos() - deadline >= 0) return Future.succeededFuture(false);
    String heir = heirs.poll();
    return bus.request(Endpoints.HAND_OVER, new HandOver(heir))
        .onSuccess(done -> log.info("manager {} leads instead", heir))
        .compose(done -> vertx.timer(FOLLOWING_MILLIS))
        .map(following -> true)
        .recover(
            failure -> {
              log.warn("{}", failure.getMessage());
              return handOver(heirs, deadline);
            });
  }
}
