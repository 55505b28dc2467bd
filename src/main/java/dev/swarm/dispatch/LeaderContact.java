package dev.swarm.dispatch;

import dev.swarm.model.HeartbeatSettings;

/**
 * Whether this manager hears from a leader, and whether its replica keeps up. One that is alone for
 * a third of a TTL opens no sessions and advises its workers to go elsewhere. That is the TTL of
 * the agreed period: a fleet that beats more slowly does not make a leader harder to miss.
 */
final class LeaderContact {
  private static final long MILLI = 1_000_000L;

  private static final int PATIENCE_SHARE = 3;

  /** An election on a busy machine must fit in: who moves a worker for it disturbs for nothing. */
  private static final long ELECTION_MILLIS = 4_000;

  private static final int SPREAD_SHARE = 5;
  private static final int PROBE_SHARE = 30;
  private static final long MAX_PROBE_MILLIS = 1_000;
  private static final long MIN_PROBE_MILLIS = 100;

  private long term;
  private long heardNanos;
  private long applied;
  private long owedIndex;
  private long owedNanos;
  private boolean advised;
  private boolean shutOut;

  /** Begins as if it had just heard from a leader. */
  LeaderContact(long nowNanos) {
    heardNanos = nowNanos;
  }

  /** A leader answered; false when a newer one has been heard already: then it says nothing. */
  boolean heard(long answerTerm, long commitIndex, long nowNanos) {
    if (answerTerm < term) return false;
    term = answerTerm;
    heardNanos = nowNanos;
    if (applied >= owedIndex && commitIndex > applied) {
      owedIndex = commitIndex;
      owedNanos = nowNanos;
    }
    return true;
  }

  /** Whether this manager takes no part in the cluster: then there is nothing to wait for. */
  void shutOut(boolean now) {
    shutOut = now;
  }

  /** The own replica is at this index. */
  void applied(long index) {
    applied = index;
  }

  /** The replica has owed an entry that a leader had committed for too long. */
  boolean stale(HeartbeatSettings agreed, long nowNanos) {
    return applied < owedIndex && nowNanos - owedNanos > patienceMillis(agreed) * MILLI;
  }

  /** No leader, or no news from it, for too long; or none to be expected. */
  boolean alone(HeartbeatSettings agreed, long nowNanos) {
    return shutOut
        || nowNanos - heardNanos > patienceMillis(agreed) * MILLI
        || stale(agreed, nowNanos);
  }

  /** True once in each time of being alone: now is the moment to advise the workers. */
  boolean adviseNow(HeartbeatSettings agreed, long nowNanos) {
    boolean first = alone(agreed, nowNanos) && !advised;
    advised = alone(agreed, nowNanos);
    return first;
  }

  /** How long to be alone before it counts: a third of a TTL, up to a half if that is short. */
  static long patienceMillis(HeartbeatSettings agreed) {
    long ttl = agreed.leastTtlMillis();
    return Math.max(ttl / PATIENCE_SHARE, Math.min(ttl / 2, ELECTION_MILLIS));
  }

  /** Over how long to spread the advice, so that it is over well before the first TTL ends. */
  static long spreadMillis(HeartbeatSettings agreed) {
    return agreed.leastTtlMillis() / SPREAD_SHARE;
  }

  /** How often to say something to the leader, so as to hear from it. */
  static long probeMillis(HeartbeatSettings agreed) {
    long share = agreed.leastTtlMillis() / PROBE_SHARE;
    return Math.max(MIN_PROBE_MILLIS, Math.min(MAX_PROBE_MILLIS, share));
  }

  /** We were away ourselves for so long, up to now: that is not the leader's silence. */
  void forgive(long nanos, long nowNanos) {
    heardNanos = Math.min(nowNanos, heardNanos + nanos);
    owedNanos = Math.min(nowNanos, owedNanos + nanos);
  }
}
