package dev.swarm.dispatch;

import dev.swarm.edge.Allowance;
import dev.swarm.model.HeartbeatSettings;
import dev.swarm.model.SessionRef;
import dev.swarm.v1.Managers;

/** A session that this dispatcher serves, and everything it knows of it. */
final class LiveSession {
  private final SessionRef ref;
  private final long agentBoot;
  private final WorkerStream stream;
  private final BeatLedger beats;
  private final ReportQueue reports;
  private final Allowance messages;
  private final PendingChanges pending = new PendingChanges();
  private AssignmentBatches batches;
  private Managers managers;
  private long startVersion;
  private long heardNanos;
  private long unwritableNanos;
  private boolean unwritable;
  private boolean leaving;

  LiveSession(
      SessionRef ref,
      long agentBoot,
      WorkerStream stream,
      BeatLedger beats,
      ReportQueue reports,
      int messagesPerSecond) {
    this.ref = ref;
    this.agentBoot = agentBoot;
    this.stream = stream;
    this.beats = beats;
    this.reports = reports;
    heardNanos = beats.beatNanos();
    messages = new Allowance(messagesPerSecond, heardNanos);
  }

  SessionRef ref() {
    return ref;
  }

  long agentBoot() {
    return agentBoot;
  }

  WorkerStream stream() {
    return stream;
  }

  BeatLedger beats() {
    return beats;
  }

  ReportQueue reports() {
    return reports;
  }

  PendingChanges pending() {
    return pending;
  }

  AssignmentBatches batches() {
    return batches;
  }

  /** Where changes are gathered, and the version up to which the worker is told without them. */
  void gather(AssignmentBatches gathered, long version) {
    batches = gathered;
    startVersion = version;
  }

  /** Changes up to here are part of what the worker was told first. */
  long startVersion() {
    return startVersion;
  }

  /** The worker is told this list of managers; false when it has it already. */
  boolean told(Managers list) {
    if (list.equals(managers)) return false;
    managers = list;
    return true;
  }

  /** The worker said goodbye: an end of its session is what it wanted. */
  void leave() {
    leaving = true;
  }

  boolean leaving() {
    return leaving;
  }

  /** The worker said something, that costs so much; false when it says too much. */
  boolean heard(int cost, long nowNanos) {
    heardNanos = nowNanos;
    return messages.spend(cost, nowNanos);
  }

  /** Notes whether the worker reads. */
  void writable(boolean writable, long nowNanos) {
    if (!writable && !unwritable) unwritableNanos = nowNanos;
    unwritable = !writable;
  }

  /** Whether the worker was silent, or did not read, for a whole TTL. */
  boolean lost(HeartbeatSettings agreed, long nowNanos) {
    long ttlNanos = agreed.ttlMillis(beats.promisedMillis()) * 1_000_000L;
    return nowNanos - heardNanos > ttlNanos || unwritable && nowNanos - unwritableNanos > ttlNanos;
  }

  /** We were away ourselves for so long, up to now; what was noted since is not in the future. */
  void forgive(long nanos, long nowNanos) {
    heardNanos = Math.min(nowNanos, heardNanos + nanos);
    unwritableNanos = Math.min(nowNanos, unwritableNanos + nanos);
    beats.forgive(nanos, nowNanos);
  }
}
