package dev.swarm.membership;

import dev.swarm.bus.Endpoints;
import dev.swarm.bus.Messages.RoleChanged;
import dev.swarm.bus.Messages.StateQuery;
import dev.swarm.bus.Messages.StateView;
import dev.swarm.bus.Messages.Withdraw;
import dev.swarm.bus.Messages.Write;
import dev.swarm.bus.SwarmBus;
import dev.swarm.bus.Topics;
import dev.swarm.model.ClusterState;
import dev.swarm.model.Command;
import dev.swarm.model.ManagerInfo;
import dev.swarm.model.ManagerState;
import dev.swarm.model.TimeSource;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * On every manager: whether it still is a member, and found where its record says. One that was
 * removed hears of it from nobody, for the leader stops speaking to it; so when its record says
 * that it leaves, or when it hears from no leader, it asks the others.
 */
public final class MemberVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(MemberVerticle.class);
  private static final long LOOK_MILLIS = 500;
  private static final long LEADERLESS_NANOS = TimeUnit.SECONDS.toNanos(3);
  private static final long TELL_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final MemberOptions options;
  private final SwarmBus bus;
  private final RandomGenerator random;
  private final TimeSource time;
  private final Promise<String> removed = Promise.promise();

  private Recall recall;
  private String leader = "";
  private long leaderlessSinceNanos;
  private long toldNanos;
  private boolean told;
  private boolean stopped;

  /** For this member, whose log is open. */
  public MemberVerticle(
      MemberOptions options, SwarmBus bus, RandomGenerator random, TimeSource time) {
    this.options = options;
    this.bus = bus;
    this.random = random;
    this.time = time;
  }

  /** Completes with the reason when this manager is no member any more and takes no part. */
  public Future<String> removed() {
    return removed.future();
  }

  /**
   * Asks the others at once, because the replica of this manager has ended: Raft ends that of a
   * member that was removed, too, and does not say why. Completes within a few seconds, with
   * whether it is a member no more, as {@link #removed()} then says; never fails.
   */
  public Future<Boolean> askNow() {
    Promise<Boolean> answered = Promise.promise();
    context.runOnContext(
        turn ->
            state()
                .compose(this::ask)
                .onComplete(asked -> answered.complete(removed.future().isComplete())));
    return answered.future();
  }

  @Override
  public Future<?> start() {
    recall =
        new Recall(
            vertx, options.cluster(), options.group(), options.wish().id(), options.member());
    leaderlessSinceNanos = time.nanos();
    return bus.subscribe(Topics.ROLE, this::onRole).onSuccess(listening -> lookNowAndThen());
  }

  @Override
  public Future<?> stop() {
    stopped = true;
    return recall.close();
  }

  private void onRole(RoleChanged news) {
    if (!leader.isEmpty() && news.leader().isEmpty()) leaderlessSinceNanos = time.nanos();
    leader = news.leader();
  }

  private void lookNowAndThen() {
    if (stopped || removed.future().isComplete()) return;
    state()
        .compose(this::look)
        .onFailure(failure -> log.debug("membership: {}", failure.getMessage()))
        .onComplete(looked -> vertx.setTimer(LOOK_MILLIS, timer -> lookNowAndThen()));
  }

  private Future<ClusterState> state() {
    return bus.request(Endpoints.STATE, new StateQuery())
        .map(StateView::state)
        .otherwise(ClusterState.EMPTY);
  }

  private Future<?> look(ClusterState state) {
    ManagerInfo record = state.managers().get(options.wish().id());
    boolean ours = record != null && record.member() == options.member();
    if (doubtful(state, record, ours)) return ask(state);
    return ours && !leader.isEmpty() ? tellWhereWeAre(record) : Future.succeededFuture();
  }

  private boolean doubtful(ClusterState state, ManagerInfo record, boolean ours) {
    boolean leaderless = leader.isEmpty() && time.nanos() - leaderlessSinceNanos > LEADERLESS_NANOS;
    boolean leaving = ours && record.state() == ManagerState.LEAVING;
    boolean gone = !ours && state.index() > options.member() && !state.managers().isEmpty();
    return leaderless || leaving || gone;
  }

  private Future<?> ask(ClusterState state) {
    Set<String> others = new TreeSet<>(options.others());
    state.managers().values().forEach(manager -> others.add(manager.api()));
    others.remove(options.wish().api());
    return recall
        .whyNot(others)
        .compose(reason -> reason.isEmpty() ? Future.<Void>succeededFuture() : leave(reason));
  }

  private Future<Void> leave(String reason) {
    if (stopped) return Future.succeededFuture();
    return bus.request(Endpoints.WITHDRAW, new Withdraw(reason))
        .onComplete(withdrawn -> removed.tryComplete(reason))
        .mapEmpty();
  }

  /** A member may come back at other ports; its record then follows. */
  private Future<?> tellWhereWeAre(ManagerInfo record) {
    ManagerInfo wish = options.wish();
    boolean right = record.api().equals(wish.api()) && record.http().equals(wish.http());
    if (right || !record.sameMember(wish)) return Future.succeededFuture();
    if (told && time.nanos() - toldNanos < TELL_AGAIN_NANOS) return Future.succeededFuture();
    told = true;
    toldNanos = time.nanos();
    log.info("manager {} is at api {}, http {} now", wish.id(), wish.api(), wish.http());
    Command command = new Command.Once(random.nextLong(), new Command.AdmitManager(wish));
    return bus.request(Endpoints.WRITES, new Write(command, false))
        .onSuccess(
            taken ->
                taken
                    .outcome()
                    .refused()
                    .forEach(refusal -> log.warn("not taken over: {}", refusal.message())))
        .onFailure(failure -> log.warn("not taken over: {}", failure.getMessage()));
  }
}
