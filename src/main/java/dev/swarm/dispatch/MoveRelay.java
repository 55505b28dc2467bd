package dev.swarm.dispatch;

import dev.swarm.bus.Messages.AskedMove;
import dev.swarm.bus.Messages.Moves;
import dev.swarm.v1.ManagerMessage;
import dev.swarm.v1.Move;

/** Passes on to workers where the leader wants them to be; who is gone already is not told. */
final class MoveRelay {
  private final Desk desk;

  MoveRelay(Desk desk) {
    this.desk = desk;
  }

  void asked(Moves moves) {
    if (!moves.holder().equals(desk.options().manager())) return;
    for (AskedMove move : moves.moves()) {
      LiveSession session = desk.sessions().of(move.worker());
      if (session != null) session.stream().send(message(move.target(), moves));
    }
  }

  private static ManagerMessage message(String target, Moves moves) {
    Move move =
        Move.newBuilder()
            .setTarget(target)
            .setWithinMillis(moves.withinMillis())
            .setReason(moves.reason())
            .build();
    return ManagerMessage.newBuilder().setMove(move).build();
  }
}
