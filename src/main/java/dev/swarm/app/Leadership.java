package dev.swarm.app;

import dev.swarm.bus.Endpoints;
import dev.swarm.bus.Messages.Propose;
import dev.swarm.bus.Messages.Role;
import dev.swarm.bus.Messages.RoleChanged;
import dev.swarm.bus.Messages.StateNews;
import dev.swarm.bus.Messages.StateQuery;
import dev.swarm.bus.Messages.StateView;
import dev.swarm.bus.Messages.Taken;
import dev.swarm.bus.SwarmBus;
import dev.swarm.model.ClusterState;
import dev.swarm.model.Command;
import dev.swarm.model.Epoch;
import dev.swarm.model.ManagerInfo;
import dev.swarm.model.TimeSource;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the verticles that belong to this manager's role: presence and placement while it leads, the
 * forwarder while it follows. A change of role has one door, {@link #onRole}, and one log line.
 * What ran for the old role is gone before anything of the new one starts, so a new leader starts
 * with clean memory and the leader's addresses are served by one verticle at a time; only one that
 * does not stop within five seconds is left to itself.
 */
final class Leadership {
  private static final Logger log = LoggerFactory.getLogger(Leadership.class);
  private static final long RETRY_MILLIS = 100;
  private static final int TRIES = 10;

  /** So long what ran for the old role may take to stop. */
  private static final long STOP_SECONDS = 5;

  private final Vertx vertx;
  private final SwarmBus bus;
  private final TimeSource time;
  private final Supplier<Command.BeginCluster> seed;
  private final Function<Epoch, List<Deployable>> leading;
  private final BiFunction<RoleChanged, ManagerInfo, List<Deployable>> following;

  private Future<List<String>> running = Future.succeededFuture(List.of());
  private RoleChanged newest;
  private String linkedTo = "";

  /**
   * Waits for the first news.
   *
   * @param seed proposed by the first leader of a cluster that has not begun
   * @param leading makes what runs while we lead
   * @param following makes what runs while another leads, whose record it is given
   */
  Leadership(
      Vertx vertx,
      SwarmBus bus,
      TimeSource time,
      Supplier<Command.BeginCluster> seed,
      Function<Epoch, List<Deployable>> leading,
      BiFunction<RoleChanged, ManagerInfo, List<Deployable>> following) {
    this.vertx = vertx;
    this.bus = bus;
    this.time = time;
    this.seed = seed;
    this.leading = leading;
    this.following = following;
  }

  /**
   * Undeploys what the old role ran, then deploys the new role; a later call waits for an earlier.
   */
  void onRole(RoleChanged news) {
    log.info("{} in term {}, led by '{}'", news.role(), news.term(), news.leader());
    newest = news;
    linkedTo = "";
    running = running.compose(this::undeploy).transform(stopped -> act(news, TRIES));
  }

  /** Several tries: what another verticle was asked for at its start may have come too late. */
  private Future<List<String>> act(RoleChanged news, int tries) {
    if (superseded(news)) return Future.succeededFuture(List.of());
    return become(news)
        .compose(this::deploy)
        .recover(
            failure -> {
              if (tries <= 1 || superseded(news)) return notNow(news, failure);
              log.debug("not yet {}: {}", news.role(), failure.getMessage());
              return vertx.timer(RETRY_MILLIS).compose(later -> act(news, tries - 1));
            });
  }

  /** The leader can be found at another address: the link follows. */
  void onState(StateNews news) {
    if (newest == null || newest.role() == Role.LEADER || linkedTo.isEmpty()) return;
    ManagerInfo leader = news.state().managers().get(newest.leader());
    if (leader == null || leader.api().equals(linkedTo)) return;
    onRole(new RoleChanged(newest.role(), newest.leader(), newest.term()));
  }

  private Future<List<Deployable>> become(RoleChanged news) {
    if (news.role() == Role.LEADER) return beginEpoch(news).map(leading);
    return news.leader().isEmpty() ? nothing() : follow(news);
  }

  /** The leader may have joined a moment ago: then our replica is about to know it. */
  private Future<List<Deployable>> follow(RoleChanged news) {
    return state()
        .otherwise(ClusterState.EMPTY)
        .compose(
            state -> {
              ManagerInfo leader = state.managers().get(news.leader());
              if (leader != null) {
                linkedTo = leader.api();
                return Future.succeededFuture(following.apply(news, leader));
              }
              if (superseded(news)) return nothing();
              return vertx.timer(RETRY_MILLIS).compose(later -> follow(news));
            });
  }

  private static Future<List<Deployable>> nothing() {
    return Future.succeededFuture(List.of());
  }

  /** Commits the beginning of our reign; tries again for as long as we lead. */
  private Future<Epoch> beginEpoch(RoleChanged news) {
    return state()
        .compose(state -> beginCluster(state))
        .compose(
            begun -> propose(new Command.BeginEpoch(news.term(), news.leader(), time.millis())))
        .compose(begun -> state())
        .compose(state -> ours(state.epoch(), news))
        .recover(failure -> superseded(news) ? Future.failedFuture(failure) : again(news));
  }

  private Future<Epoch> again(RoleChanged news) {
    return vertx.timer(RETRY_MILLIS).compose(later -> beginEpoch(news));
  }

  private static Future<Epoch> ours(Epoch epoch, RoleChanged news) {
    return epoch.term() == news.term()
        ? Future.succeededFuture(epoch)
        : Future.failedFuture("the epoch of term " + news.term() + " has not begun");
  }

  private Future<?> beginCluster(ClusterState state) {
    return state.cluster().incarnation() == 0 ? propose(seed.get()) : Future.succeededFuture();
  }

  private Future<Taken> propose(Command command) {
    return bus.request(Endpoints.PROPOSE, new Propose(command));
  }

  private Future<ClusterState> state() {
    return bus.request(Endpoints.STATE, new StateQuery()).map(StateView::state);
  }

  private boolean superseded(RoleChanged news) {
    return news != newest;
  }

  private Future<?> undeploy(List<String> ids) {
    return Future.join(ids.stream().map(vertx::undeploy).toList())
        .timeout(STOP_SECONDS, TimeUnit.SECONDS)
        .onFailure(
            failure ->
                log.warn("what ran for the role before did not stop: {}", failure.getMessage()));
  }

  private Future<List<String>> deploy(List<Deployable> verticles) {
    List<Future<String>> all = verticles.stream().map(vertx::deployVerticle).toList();
    return Future.join(all)
        .transform(
            done -> {
              List<String> ids =
                  all.stream().filter(Future::succeeded).map(Future::result).toList();
              if (done.succeeded()) return Future.succeededFuture(ids);
              return undeploy(ids).transform(gone -> Future.failedFuture(done.cause()));
            });
  }

  private Future<List<String>> notNow(RoleChanged news, Throwable failure) {
    if (!superseded(news)) log.error("cannot act as {}", news.role(), failure);
    return Future.succeededFuture(List.of());
  }
}
