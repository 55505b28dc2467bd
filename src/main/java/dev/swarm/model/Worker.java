package dev.swarm.model;

import java.util.Map;

/**
 * A worker as committed. Whether it is UP or UNKNOWN depends on the epoch, so that a change of
 * leader touches no worker record: see {@link #statusIn}.
 *
 * @param labels sorted by key
 * @param slots how many tasks it runs at once
 * @param session the newest one; over when {@code down}
 * @param down true when the session has ended: judged so, or left
 * @param confirmedEpoch number of the epoch whose leader last confirmed the session
 * @param sinceMillis wall clock of the last change between up and down
 * @param reason why it is as it is, for people
 */
public record Worker(
    WorkerId id,
    String description,
    Map<String, String> labels,
    int slots,
    Availability availability,
    Session session,
    boolean down,
    long confirmedEpoch,
    long sinceMillis,
    String reason) {

  /** The status in the given epoch: UP only when that epoch's leader confirmed the session. */
  public WorkerStatus statusIn(Epoch epoch) {
    if (down) return WorkerStatus.DOWN;
    return confirmedEpoch == epoch.number() ? WorkerStatus.UP : WorkerStatus.UNKNOWN;
  }

  /** Names the newest session. */
  public SessionRef ref() {
    return new SessionRef(id, session.number());
  }

  /** Whether this session is the newest one and has not ended. */
  public boolean holds(SessionRef ref) {
    return !down && session.number() == ref.number() && id.equals(ref.worker());
  }

  /** Whether it may be given tasks that name no worker. */
  public boolean takesTasksIn(Epoch epoch) {
    return statusIn(epoch) == WorkerStatus.UP && availability == Availability.ACTIVE;
  }

  Worker confirmed(long epoch) {
    return new Worker(
        id,
        description,
        labels,
        slots,
        availability,
        session,
        false,
        epoch,
        sinceMillis,
        "heartbeat");
  }

  Worker ended(long atMillis, String why) {
    return new Worker(
        id, description, labels, slots, availability, session, true, confirmedEpoch, atMillis, why);
  }

  Worker with(Availability wanted) {
    return new Worker(
        id, description, labels, slots, wanted, session, down, confirmedEpoch, sinceMillis, reason);
  }

  long digest() {
    return Digest.of("worker")
        .add(id.value())
        .add(description)
        .add(labels)
        .add(slots)
        .add(availability)
        .add(session.number())
        .add(session.manager())
        .add(session.managerBoot())
        .add(session.agentBoot())
        .add(session.dial())
        .add(down)
        .add(confirmedEpoch)
        .add(sinceMillis)
        .add(reason)
        .value();
  }
}
