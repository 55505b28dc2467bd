package dev.swarm.model;

import java.util.ArrayList;
import java.util.List;
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
 * @param formerAgents processes whose sessions another process of this worker took over, the newest
 *     last, at most {@link #MAX_FORMER_AGENTS}; while it is not down, they get none
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
    String reason,
    List<FormerAgent> formerAgents) {

  /** Most processes of one worker that are remembered. */
  public static final int MAX_FORMER_AGENTS = 8;

  /** What the reason of one that said goodbye begins with, and of no other. */
  public static final String LEFT = "left";

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

  /** Whether its session ended because it said goodbye. */
  public boolean leftInOrder() {
    return down && reason.startsWith(LEFT);
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
        "heartbeat",
        formerAgents);
  }

  Worker ended(long atMillis, String why) {
    return new Worker(
        id,
        description,
        labels,
        slots,
        availability,
        session,
        true,
        confirmedEpoch,
        atMillis,
        why,
        formerAgents);
  }

  Worker with(Availability wanted) {
    return new Worker(
        id,
        description,
        labels,
        slots,
        wanted,
        session,
        down,
        confirmedEpoch,
        sinceMillis,
        reason,
        formerAgents);
  }

  /**
   * Why this process of the worker cannot have the session it asks for, or null. A process that has
   * newly started takes the session over; one that was taken over from gets it back only when the
   * worker is down. So a machine and its clone do not throw each other out for ever, and a request
   * that comes late changes nothing.
   */
  Refusal refusal(int position, SessionOpen open) {
    if (session.agentBoot() == open.agentBoot()) {
      return open.dial() > session.dial() ? null : stale(position);
    }
    for (FormerAgent former : formerAgents) {
      if (former.boot() != open.agentBoot()) continue;
      if (open.dial() <= former.dial()) return stale(position);
      if (!down) return held(position);
    }
    return null;
  }

  private Refusal stale(int position) {
    return new Refusal(
        position, SwarmException.Kind.STALE_SESSION, "worker " + id + " has dialled since");
  }

  private Refusal held(int position) {
    return new Refusal(
        position,
        SwarmException.Kind.CONFLICT,
        "another process runs as worker "
            + id
            + " on manager "
            + session.manager()
            + ", in session "
            + session.number()
            + ": one of the two needs another id");
  }

  /** Who is to be remembered once the given process has a session. */
  List<FormerAgent> formerAgentsAfter(long boot) {
    if (session.number() == 0 || session.agentBoot() == boot) return formerAgents;
    List<FormerAgent> former = new ArrayList<>(formerAgents);
    former.removeIf(agent -> agent.boot() == boot);
    former.add(new FormerAgent(session.agentBoot(), session.dial()));
    return List.copyOf(
        former.subList(Math.max(0, former.size() - MAX_FORMER_AGENTS), former.size()));
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
        .add(formers())
        .value();
  }

  private String formers() {
    StringBuilder text = new StringBuilder();
    for (FormerAgent former : formerAgents) {
      text.append(former.boot()).append('/').append(former.dial()).append(' ');
    }
    return text.toString();
  }
}
