package dev.swarm.dispatch;

import dev.swarm.v1.ManagerMessage;
import dev.swarm.v1.Move;

/** Says to every worker what concerns all of them, spread over a time. */
final class Announcer {
  private static final long STEP_MILLIS = 20;

  /** Less than half of the second there is: a cold or busy process needs as much for the rest. */
  private static final long LIST_NANOS = 400_000_000L;

  private final Desk desk;
  private final Spread<LiveSession> lists;
  private final Spread<LiveSession> moves;
  private final Gathering step;

  Announcer(Desk desk) {
    this.desk = desk;
    lists = new Spread<>(desk.random());
    moves = new Spread<>(desk.random());
    step = new Gathering(desk.vertx(), this::step);
  }

  /**
   * The list of managers is new: every worker that has it not hears of it within a second. Who
   * waits to hear of an earlier change hears of both together, when its turn is.
   */
  void managersChanged() {
    lists.also(desk.sessions().all(), desk.now(), LIST_NANOS);
    step.in(STEP_MILLIS);
  }

  /** This manager hears from no leader: every worker is advised to look elsewhere. */
  void adviseToMove() {
    long overMillis = LeaderContact.spreadMillis(desk.heartbeat());
    moves.over(desk.sessions().all(), desk.now(), overMillis * 1_000_000L);
    step.in(STEP_MILLIS);
  }

  /** It hears from one again: who was not advised yet can stay. */
  void stopAdvising() {
    moves.clear();
  }

  private void step() {
    if (!lists.isEmpty()) {
      ManagerMessage list = ManagerMessage.newBuilder().setManagers(desk.managers()).build();
      for (LiveSession session : lists.due(desk.now())) {
        if (session.told(desk.managers())) tell(session, list);
      }
    }
    for (LiveSession session : moves.due(desk.now())) tell(session, advice());
    if (!lists.isEmpty() || !moves.isEmpty()) step.in(STEP_MILLIS);
  }

  private void tell(LiveSession session, ManagerMessage message) {
    if (desk.sessions().holds(session)) session.stream().send(message);
  }

  private ManagerMessage advice() {
    Move move =
        Move.newBuilder()
            .setWithinMillis((int) desk.heartbeat().ttlMillis())
            .setReason("manager " + desk.options().manager() + " hears from no leader")
            .build();
    return ManagerMessage.newBuilder().setMove(move).build();
  }

  void stop() {
    step.stop();
  }
}
