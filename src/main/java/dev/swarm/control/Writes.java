package dev.swarm.control;

import dev.swarm.bus.Endpoints;
import dev.swarm.bus.Messages.GuardState;
import dev.swarm.bus.Messages.Write;
import dev.swarm.bus.SwarmBus;
import dev.swarm.model.Command;
import dev.swarm.model.Outcome;
import dev.swarm.model.SwarmException;
import dev.swarm.model.TimeSource;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Has commands committed by whoever leads. While nobody does it tries again for a while, unless
 * this manager takes no part: each is numbered, so that it counts once. Tasks have their keys for
 * that.
 */
final class Writes {
  private static final long PATIENCE_MILLIS = 3_000;
  private static final long RETRY_MILLIS = 100;
  private static final long READABLE_MILLIS = 2_000;

  private final Vertx vertx;
  private final SwarmBus bus;
  private final Replica replica;
  private final TimeSource time;
  private final RandomGenerator random;

  Writes(Vertx vertx, SwarmBus bus, Replica replica, TimeSource time, RandomGenerator random) {
    this.vertx = vertx;
    this.bus = bus;
    this.replica = replica;
    this.time = time;
    this.random = random;
  }

  /** Committed, but perhaps not yet readable here. */
  Future<Outcome> commit(Command command) {
    long deadlineNanos = time.nanos() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
    boolean keyed = command instanceof Command.SubmitTasks;
    return attempt(keyed ? command : new Command.Once(random.nextLong(), command), deadlineNanos);
  }

  /** What was committed at this index can be read here, unless we lag by more than 2 s. */
  Future<Void> readable(long index) {
    return replica.reached(index, READABLE_MILLIS).otherwiseEmpty();
  }

  /** Committed and readable here; for a command of one item, whose refusal is a failure. */
  Future<Outcome> commitOne(Command command) {
    return commit(command)
        .compose(outcome -> readable(outcome.index()).map(outcome))
        .compose(
            outcome ->
                outcome.refused().isEmpty()
                    ? Future.succeededFuture(outcome)
                    : Future.failedFuture(outcome.refused().get(0).toException()));
  }

  private Future<Outcome> attempt(Command command, long deadlineNanos) {
    return bus.request(Endpoints.WRITES, new Write(command, false))
        .map(taken -> taken.outcome())
        .recover(
            failure -> {
              boolean inTime = time.nanos() - deadlineNanos < 0 && !shutOut();
              return inTime && nobodyLeads(failure)
                  ? vertx.timer(RETRY_MILLIS).compose(t -> attempt(command, deadlineNanos))
                  : Future.failedFuture(nobodyLeads(failure) ? noLeader(failure) : failure);
            });
  }

  /** In an operator's words: the bus speaks of its addresses. */
  private Throwable noLeader(Throwable failure) {
    if (shutOut()) {
      return new SwarmException(
          SwarmException.Kind.NO_LEADER,
          "this manager takes no part in the cluster right now: " + replica.guard().reason());
    }
    if (replica.leader() != null) return failure;
    return new SwarmException(
        SwarmException.Kind.NO_LEADER, "no leader is known at term " + replica.role().term());
  }

  private boolean shutOut() {
    return replica.guard().state() == GuardState.DOWN;
  }

  private static boolean nobodyLeads(Throwable failure) {
    return failure instanceof SwarmException expected
        && (expected.kind() == SwarmException.Kind.NO_LEADER
            || expected.kind() == SwarmException.Kind.NOT_LEADER);
  }
}
