package dev.swarm.wire;

import com.google.protobuf.UnsafeByteOperations;
import dev.swarm.bus.Messages;
import dev.swarm.model.Outcome;
import dev.swarm.model.Refusal;
import dev.swarm.model.SessionOpen;
import dev.swarm.model.SwarmException;
import dev.swarm.model.WorkerId;
import dev.swarm.v1.DigestsJudged;
import dev.swarm.v1.LinkDown;
import dev.swarm.v1.LinkFailure;
import dev.swarm.v1.LinkRefusal;
import dev.swarm.v1.SessionBeat;
import dev.swarm.v1.SessionGoodbye;
import dev.swarm.v1.SessionReport;
import dev.swarm.v1.StateDiffers;
import dev.swarm.v1.StateDigest;
import dev.swarm.v1.StateDigests;
import dev.swarm.v1.StatePiece;
import dev.swarm.v1.WorkerMove;
import dev.swarm.v1.WorkerMoves;
import java.util.ArrayList;
import java.util.List;

/** The messages of the link, from and to what the bus carries. */
public final class LinkMessages {
  private LinkMessages() {}

  /** A worker's wish for a session. */
  public static dev.swarm.v1.SessionOpen toProto(SessionOpen open) {
    return dev.swarm.v1.SessionOpen.newBuilder()
        .setWorker(open.worker().value())
        .setAgentBoot(open.agentBoot())
        .setDial(open.dial())
        .setManager(open.manager())
        .setManagerBoot(open.managerBoot())
        .setDescription(open.description())
        .putAllLabels(open.labels())
        .setSlots(open.slots())
        .build();
  }

  /** A worker's wish for a session; throws BAD_REQUEST. */
  public static SessionOpen fromProto(dev.swarm.v1.SessionOpen open) {
    return new SessionOpen(
        new WorkerId(open.getWorker()),
        open.getAgentBoot(),
        open.getDial(),
        open.getManager(),
        open.getManagerBoot(),
        open.getDescription(),
        open.getLabelsMap(),
        open.getSlots());
  }

  /** A sign of life; an age beyond what the wire carries is that limit: 49 days. */
  public static SessionBeat toProto(Messages.SessionBeat beat) {
    return SessionBeat.newBuilder()
        .setSession(ToProto.session(beat.session()))
        .setSeq(beat.seq())
        .setAgeMillis((int) Math.min(Math.max(0, beat.ageMillis()), 0xFFFF_FFFFL))
        .setPromisedMillis(beat.promisedMillis())
        .setSettingsVersion(beat.settingsVersion())
        .build();
  }

  /** A sign of life; throws BAD_REQUEST. */
  public static Messages.SessionBeat fromProto(SessionBeat beat) {
    if (beat.getPromisedMillis() < 0) {
      throw SwarmException.badRequest("promised_millis is more than 24 days");
    }
    return new Messages.SessionBeat(
        FromProto.session(beat.getSession()),
        beat.getSeq(),
        Integer.toUnsignedLong(beat.getAgeMillis()),
        beat.getPromisedMillis(),
        beat.getSettingsVersion());
  }

  /** What became of a task; the worker's number of the report stays with its dispatcher. */
  public static SessionReport toProto(dev.swarm.model.Report report) {
    return SessionReport.newBuilder()
        .setSession(ToProto.session(report.session()))
        .setReport(ToProto.report(0, report))
        .build();
  }

  /** What became of a task; throws BAD_REQUEST. */
  public static dev.swarm.model.Report fromProto(SessionReport report) {
    return FromProto.report(FromProto.session(report.getSession()), report.getReport());
  }

  /** A worker leaves. */
  public static SessionGoodbye toProto(Messages.Goodbye goodbye) {
    return SessionGoodbye.newBuilder()
        .setSession(ToProto.session(goodbye.session()))
        .setReason(goodbye.reason())
        .build();
  }

  /** A worker leaves; throws BAD_REQUEST. */
  public static Messages.Goodbye fromProto(SessionGoodbye goodbye) {
    return new Messages.Goodbye(FromProto.session(goodbye.getSession()), goodbye.getReason());
  }

  /** What the state was at some entries. */
  public static StateDigests toProto(Messages.Digests told) {
    StateDigests.Builder digests =
        StateDigests.newBuilder().setShortage(told.shortage()).setVersion(told.version());
    for (Messages.DigestPoint point : told.points()) {
      digests.addDigests(
          StateDigest.newBuilder().setIndex(point.index()).setDigest(point.digest()));
    }
    return digests.build();
  }

  /** What the caller's state was at some entries. */
  public static Messages.Digests fromProto(String manager, StateDigests told) {
    return new Messages.Digests(
        manager,
        told.getDigestsList().stream()
            .map(digest -> new Messages.DigestPoint(digest.getIndex(), digest.getDigest()))
            .toList(),
        told.getShortage(),
        told.getVersion());
  }

  /** What the leader makes of digests. */
  public static DigestsJudged toProto(Messages.DigestsJudged judged) {
    DigestsJudged.Builder told = DigestsJudged.newBuilder().addAllWanted(judged.wanted());
    if (judged.differs() != null) {
      told.setDiffers(
          StateDiffers.newBuilder()
              .setIndex(judged.differs().index())
              .setOwn(judged.differs().own())
              .setMajority(judged.differs().majority()));
    }
    return told.build();
  }

  /** What the leader makes of digests. */
  public static Messages.DigestsJudged fromProto(DigestsJudged told) {
    StateDiffers differs = told.getDiffers();
    return new Messages.DigestsJudged(
        List.copyOf(told.getWantedList()),
        told.hasDiffers()
            ? new Messages.StateDiffers(differs.getIndex(), differs.getOwn(), differs.getMajority())
            : null);
  }

  /** A piece of a copy of the state. */
  public static StatePiece toProto(Messages.CopyPiece piece) {
    return StatePiece.newBuilder()
        .setCopy(piece.copy())
        .setSize(piece.size())
        .setBytes(UnsafeByteOperations.unsafeWrap(piece.bytes()))
        .build();
  }

  /** A piece of a copy of the state. */
  public static Messages.CopyPiece fromProto(StatePiece piece) {
    return new Messages.CopyPiece(piece.getCopy(), piece.getSize(), piece.getBytes().toByteArray());
  }

  /** A request failed as a whole; of a bug the other manager hears no details. */
  public static LinkFailure failure(Throwable failure) {
    LinkFailure.Builder told = LinkFailure.newBuilder().setMessage(GrpcFailures.text(failure));
    if (failure instanceof SwarmException expected) {
      return told.setKind(expected.kind().name())
          .setRetryAfterMillis(expected.retryAfterMillis())
          .build();
    }
    return told.setKind(SwarmException.Kind.CONFLICT.name()).build();
  }

  /** A request failed as a whole. */
  public static SwarmException failure(LinkFailure failure) {
    int retryAfterMillis = Math.max(0, failure.getRetryAfterMillis());
    return new SwarmException(kind(failure.getKind()), failure.getMessage(), retryAfterMillis);
  }

  /** What a committed request did. */
  public static LinkDown.Builder taken(Outcome outcome) {
    LinkDown.Builder down = LinkDown.newBuilder().setTakenIndex(outcome.index());
    for (Refusal refusal : outcome.refused()) {
      down.addRefused(
          LinkRefusal.newBuilder()
              .setPosition(refusal.position())
              .setKind(refusal.kind().name())
              .setMessage(refusal.message())
              .setRetryAfterMillis(refusal.retryAfterMillis()));
    }
    return down;
  }

  /**
   * The refused items of a request.
   *
   * @param offset position of the message's first item within the caller's request
   */
  public static List<Refusal> refused(LinkDown down, int offset) {
    List<Refusal> refused = new ArrayList<>(down.getRefusedCount());
    for (LinkRefusal refusal : down.getRefusedList()) {
      int position = offset + refusal.getPosition();
      refused.add(
          new Refusal(
              position,
              kind(refusal.getKind()),
              refusal.getMessage(),
              Math.max(0, refusal.getRetryAfterMillis())));
    }
    return refused;
  }

  /** A kind that a newer manager knows and we do not is a CONFLICT to us. */
  private static SwarmException.Kind kind(String name) {
    for (SwarmException.Kind kind : SwarmException.Kind.values()) {
      if (kind.name().equals(name)) return kind;
    }
    return SwarmException.Kind.CONFLICT;
  }

  /** Advice to workers, without the manager that holds them. */
  public static WorkerMoves toProto(Messages.Moves moves) {
    WorkerMoves.Builder message =
        WorkerMoves.newBuilder().setWithinMillis(moves.withinMillis()).setReason(moves.reason());
    for (Messages.AskedMove move : moves.moves()) {
      message.addMoves(
          WorkerMove.newBuilder().setWorker(move.worker().value()).setTarget(move.target()));
    }
    return message.build();
  }

  /** Advice to workers that this manager holds; throws BAD_REQUEST. */
  public static Messages.Moves fromProto(String holder, WorkerMoves moves) {
    return new Messages.Moves(
        holder,
        moves.getWithinMillis(),
        moves.getReason(),
        moves.getMovesList().stream()
            .map(move -> new Messages.AskedMove(new WorkerId(move.getWorker()), move.getTarget()))
            .toList());
  }
}
