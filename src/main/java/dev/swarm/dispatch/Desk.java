package dev.swarm.dispatch;

import dev.swarm.bus.SwarmBus;
import dev.swarm.model.ClusterState;
import dev.swarm.model.HeartbeatSettings;
import dev.swarm.model.TimeSource;
import dev.swarm.v1.Managers;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.random.RandomGenerator;

/** What all parts of one dispatcher share. Lives on one event loop. */
final class Desk {
  private final DispatchOptions options;
  private final Context context;
  private final SwarmBus bus;
  private final TimeSource time;
  private final RandomGenerator random;
  private final DispatchMeters meters;
  private final SessionTable sessions = new SessionTable();
  private final LeaderContact contact;
  private final ManagerList managers = new ManagerList();
  private ClusterState state = ClusterState.EMPTY;

  Desk(
      DispatchOptions options,
      Context context,
      SwarmBus bus,
      TimeSource time,
      RandomGenerator random,
      DispatchMeters meters) {
    this.options = options;
    this.context = context;
    this.bus = bus;
    this.time = time;
    this.random = random;
    this.meters = meters;
    contact = new LeaderContact(time.nanos());
  }

  DispatchOptions options() {
    return options;
  }

  Vertx vertx() {
    return context.owner();
  }

  Context context() {
    return context;
  }

  SwarmBus bus() {
    return bus;
  }

  long now() {
    return time.nanos();
  }

  RandomGenerator random() {
    return random;
  }

  DispatchMeters meters() {
    return meters;
  }

  SessionTable sessions() {
    return sessions;
  }

  LeaderContact contact() {
    return contact;
  }

  /** The newest state of the manager's own replica. */
  ClusterState state() {
    return state;
  }

  /** The replica has a newer one. */
  void adopt(ClusterState next) {
    state = next;
    contact.applied(next.index());
  }

  /** What workers are told of the managers. */
  Managers managers() {
    return managers.of(state);
  }

  HeartbeatSettings heartbeat() {
    return state.settings().heartbeat();
  }

  /** No leader, or no news from it, for too long. */
  boolean alone() {
    return contact.alone(heartbeat(), now());
  }
}
