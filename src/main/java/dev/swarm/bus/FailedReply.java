package dev.swarm.bus;

import dev.swarm.model.SwarmException;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;

/** Carries a failure over the bus with its kind. */
final class FailedReply extends ReplyException {
  private final transient SwarmException reason;

  FailedReply(SwarmException reason) {
    super(ReplyFailure.RECIPIENT_FAILURE, reason.getMessage());
    this.reason = reason;
  }

  SwarmException reason() {
    return reason;
  }
}
