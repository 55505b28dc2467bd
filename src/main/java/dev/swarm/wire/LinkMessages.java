package dev.swarm.wire;

import dev.swarm.bus.Messages;
import dev.swarm.model.Outcome;
import dev.swarm.model.Refusal;
import dev.swarm.model.SessionOpen;
import dev.swarm.model.SwarmException;
import dev.swarm.model.WorkerId;
import dev.swarm.v1.LinkDown;
import dev.swarm.v1.LinkFailure;
import dev.swarm.v1.LinkRefusal;
import dev.swarm.v1.SessionBeat;
import dev.swarm.v1.SessionGoodbye;
import dev.swarm.v1.SessionReport;
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
        beat.getPromisedMillis());
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
              .setMessage(refusal.message()));
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
      refused.add(new Refusal(position, kind(refusal.getKind()), refusal.getMessage()));
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
}
