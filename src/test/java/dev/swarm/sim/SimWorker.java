package dev.swarm.sim;

import dev.swarm.model.SessionRef;
import dev.swarm.model.WorkerId;

/** A worker: dials a manager, beats, dials another when its session is over. */
final class SimWorker {
  private static final double BEAT_ANSWER_MILLIS = 2_000;

  private final Fleet fleet;
  private final VirtualTime time;
  final WorkerId id;
  final long boot;
  long dial;

  private SimManager manager;
  private SessionRef session;
  private boolean dead;
  private long stoppedUntil;
  int dials;
  int losses;

  SimWorker(Fleet fleet, VirtualTime time, WorkerId id, long boot) {
    this.fleet = fleet;
    this.time = time;
    this.id = id;
    this.boot = boot;
  }

  boolean alive() {
    return !dead;
  }

  SessionRef session() {
    return session;
  }

  SimManager manager() {
    return manager;
  }

  void dial() {
    if (dead) return;
    session = null;
    long mine = ++dial;
    dials++;
    fleet.anyManager().hello(this);
    time.in(
        1_500 + fleet.random.nextInt(1_500),
        () -> {
          if (session == null && dial == mine) dial();
        });
  }

  void welcome(SimManager by, SessionRef granted) {
    if (dead) return;
    manager = by;
    session = granted;
    time.in(fleet.periodMillis() * fleet.random.nextDouble(), () -> beat(granted));
  }

  private void beat(SessionRef current) {
    if (dead || !current.equals(session)) return;
    if (time.now() < stoppedUntil) {
      time.in((stoppedUntil - time.now()) / 1e6, () -> beat(current));
      return;
    }
    if (!manager.beat(this, current)) {
      time.in(BEAT_ANSWER_MILLIS, () -> disconnected(current));
      return;
    }
    double jitter = 0.9 + 0.2 * fleet.random.nextDouble();
    time.in(fleet.periodMillis() * jitter, () -> beat(current));
  }

  void connectionLost() {
    losses++;
    SessionRef lost = session;
    time.in(fleet.random.nextInt(200), () -> disconnected(lost));
  }

  void disconnected(SessionRef ended) {
    if (ended != null && ended.equals(session)) {
      session = null;
      time.in(fleet.random.nextInt(500), this::dial);
    }
  }

  void kill() {
    dead = true;
  }

  /** Stands still: no beats for so long. */
  void stop(double millis) {
    stoppedUntil = time.now() + (long) (millis * 1e6);
  }

  boolean stopped() {
    return time.now() < stoppedUntil;
  }
}
