package dev.swarm.consensus;

import dev.swarm.consensus.raft.RatisLog;
import dev.swarm.model.TimeSource;
import io.vertx.core.Context;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Dials the other members anew while nobody leads. The connections of the log wait ever longer
 * after each failed dial, up to two minutes: a member that comes back would not hear for so long
 * that it is asked for its vote.
 */
final class Redial {
  private static final Logger log = LoggerFactory.getLogger(Redial.class);

  private final Context context;
  private final TimeSource time;
  private final long patienceNanos;
  private long sinceNanos;

  /**
   * Dials nobody yet.
   *
   * @param patienceMillis without a leader, before the first time and between two
   */
  Redial(Context context, TimeSource time, int patienceMillis) {
    this.context = context;
    this.time = time;
    patienceNanos = TimeUnit.MILLISECONDS.toNanos(patienceMillis);
    sinceNanos = time.nanos();
  }

  /** To be called a few times a second, with the log that is open. */
  void look(RatisLog open) {
    long now = time.nanos();
    if (open.leaderKnown()) sinceNanos = now;
    if (now - sinceNanos < patienceNanos) return;
    sinceNanos = now;
    context
        .executeBlocking(open::redial, false)
        .onFailure(failure -> log.warn("cannot dial the others anew: {}", failure.toString()));
  }
}
