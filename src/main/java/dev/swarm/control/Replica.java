package dev.swarm.control;

import dev.swarm.bus.Endpoints;
import dev.swarm.bus.Messages.GuardChanged;
import dev.swarm.bus.Messages.GuardState;
import dev.swarm.bus.Messages.LeaderHeard;
import dev.swarm.bus.Messages.MembershipChanged;
import dev.swarm.bus.Messages.Role;
import dev.swarm.bus.Messages.RoleChanged;
import dev.swarm.bus.Messages.StateNews;
import dev.swarm.bus.Messages.StateQuery;
import dev.swarm.bus.Messages.StateView;
import dev.swarm.bus.SwarmBus;
import dev.swarm.bus.Topics;
import dev.swarm.model.ClusterState;
import dev.swarm.model.SwarmException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** The newest state that this manager has applied, and who leads, as the news of both arrive. */
final class Replica {
  private static final long RETRY_MILLIS = 200;

  private static final RoleChanged NOBODY = new RoleChanged(Role.FOLLOWER, "", 0);

  private final Vertx vertx;
  private final SwarmBus bus;

  /** Whoever waits for an index; each for a bounded time, each for one HTTP request. */
  private final NavigableMap<Long, List<Promise<Void>>> waiting = new TreeMap<>();

  /** Null until the first answer or news; read by metric scrapes on other threads. */
  private volatile ClusterState state;

  private volatile RoleChanged role = NOBODY;

  private MembershipChanged membership = new MembershipChanged("");
  private GuardChanged guard = new GuardChanged(GuardState.UP, "");

  /** The dispatchers of this manager that hear from no leader. */
  private final Set<String> alone = new HashSet<>();

  Replica(Vertx vertx, SwarmBus bus) {
    this.vertx = vertx;
    this.bus = bus;
  }

  /** Subscribes on the caller's context; does not wait for the first state. */
  Future<Void> start() {
    return bus.subscribe(Topics.ROLE, news -> role = news)
        .compose(subscribed -> bus.subscribe(Topics.GUARD, news -> guard = news))
        .compose(subscribed -> bus.subscribe(Topics.MEMBERSHIP, news -> membership = news))
        .compose(subscribed -> bus.subscribe(Topics.LEADER_HEARD, this::hear))
        .compose(subscribed -> bus.subscribe(Topics.STATE, this::take))
        .onSuccess(subscribed -> askFirst());
  }

  private void hear(LeaderHeard news) {
    if (news.heard()) alone.remove(news.dispatcher());
    else alone.add(news.dispatcher());
  }

  /** How many dispatchers of this manager hear from no leader, and so open no sessions. */
  int alone() {
    return alone.size();
  }

  /** Whether this manager takes part in the group. */
  GuardChanged guard() {
    return guard;
  }

  /** What this manager waits for until it is a member of a group; empty when it is. */
  String waitsFor() {
    return membership.waitsFor();
  }

  private void askFirst() {
    check()
        .onSuccess(view -> adopt(view.state(), false))
        .onFailure(
            failure -> {
              if (state == null) vertx.setTimer(RETRY_MILLIS, timer -> askFirst());
            });
  }

  /** Asks who owns the state, to know that it answers. */
  Future<StateView> check() {
    return bus.request(Endpoints.STATE, new StateQuery());
  }

  private void take(StateNews news) {
    adopt(news.state(), news.replaced());
  }

  private void adopt(ClusterState next, boolean replaced) {
    ClusterState held = state;
    if (held != null && !replaced && next.index() <= held.index()) return;
    state = next;
    NavigableMap<Long, List<Promise<Void>>> reached = waiting.headMap(next.index(), true);
    List<List<Promise<Void>>> due = new ArrayList<>(reached.values());
    reached.clear();
    due.forEach(promises -> promises.forEach(Promise::tryComplete));
  }

  /** The newest applied state; throws NO_LEADER while there is none. */
  ClusterState state() {
    ClusterState held = state;
    if (held == null) {
      throw new SwarmException(
          SwarmException.Kind.NO_LEADER, "this manager has not loaded its state yet");
    }
    return held;
  }

  /** The newest applied state, or an empty one while there is none. */
  ClusterState stateOrEmpty() {
    ClusterState held = state;
    return held == null ? ClusterState.EMPTY : held;
  }

  /** Who leads, as last heard. */
  RoleChanged role() {
    return role;
  }

  /** The leading manager's id, or null when none is known. */
  String leader() {
    String leader = role.leader();
    return leader.isEmpty() ? null : leader;
  }

  /** Succeeds when this index is applied here; fails when that takes longer than the limit. */
  Future<Void> reached(long index, long limitMillis) {
    if (stateOrEmpty().index() >= index) return Future.succeededFuture();
    Promise<Void> promise = Promise.promise();
    waiting.computeIfAbsent(index, unseen -> new ArrayList<>(1)).add(promise);
    return promise
        .future()
        .timeout(limitMillis, TimeUnit.MILLISECONDS)
        .onFailure(late -> forget(index, promise));
  }

  private void forget(long index, Promise<Void> promise) {
    List<Promise<Void>> there = waiting.get(index);
    if (there == null) return;
    there.remove(promise);
    if (there.isEmpty()) waiting.remove(index);
  }
}
