package dev.swarm.forward;

import com.google.protobuf.UnsafeByteOperations;
import dev.swarm.bus.Endpoints;
import dev.swarm.bus.Messages;
import dev.swarm.bus.Messages.BeatsTaken;
import dev.swarm.bus.Messages.SessionBeat;
import dev.swarm.bus.Messages.Taken;
import dev.swarm.bus.SwarmBus;
import dev.swarm.codec.LogCodec;
import dev.swarm.codec.UnreadableException;
import dev.swarm.model.Command;
import dev.swarm.model.SessionOpen;
import dev.swarm.model.SessionRef;
import dev.swarm.model.SwarmException;
import dev.swarm.v1.LinkDown;
import dev.swarm.v1.LinkHello;
import dev.swarm.v1.LinkRefusal;
import dev.swarm.v1.LinkUp;
import dev.swarm.v1.OperatorWrite;
import dev.swarm.v1.SessionBeats;
import dev.swarm.v1.SessionGoodbyes;
import dev.swarm.v1.SessionOpens;
import dev.swarm.v1.SessionReports;
import dev.swarm.v1.SessionRoster;
import dev.swarm.v1.StateCopy;
import dev.swarm.v1.StateDigests;
import dev.swarm.wire.LinkMessages;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Turns a follower's requests into requests on our bus, marked as forwarded, and answers back. */
final class LinkRequests {
  private final SwarmBus bus;
  private final Standing standing;

  LinkRequests(SwarmBus bus, Standing standing) {
    this.bus = bus;
    this.standing = standing;
  }

  /** What the message asks for. */
  static LinkKind kind(LinkUp up) {
    return switch (up.getBodyCase()) {
      case HELLO -> LinkKind.HELLO;
      case OPENS -> LinkKind.OPEN;
      case BEATS -> LinkKind.BEATS;
      case ROSTER -> LinkKind.ROSTER;
      case REPORTS -> LinkKind.REPORTS;
      case GOODBYES -> LinkKind.GOODBYE;
      case WRITE -> LinkKind.WRITE;
      case DIGESTS -> LinkKind.DIGESTS;
      case COPY -> LinkKind.COPY;
      case PROMOTION -> LinkKind.PROMOTE;
      case BODY_NOT_SET -> LinkKind.UNKNOWN;
    };
  }

  /** The answer to a hello. */
  LinkDown.Builder welcome() {
    return stamped(LinkDown.newBuilder());
  }

  /** The answer, complete but for its number; a failure is an answer too. */
  Future<LinkDown.Builder> ask(LinkHello caller, LinkUp up) {
    return Future.succeededFuture(up)
        .compose(message -> dispatch(caller, message))
        .recover(failure -> Future.succeededFuture(failed(failure)))
        .map(this::stamped);
  }

  private Future<LinkDown.Builder> dispatch(LinkHello caller, LinkUp up) {
    return switch (kind(up)) {
      case OPEN -> open(caller, up.getOpens());
      case BEATS -> beats(up.getBeats());
      case ROSTER -> roster(up.getRoster());
      case REPORTS -> report(up.getReports());
      case GOODBYE -> goodbye(up.getGoodbyes());
      case WRITE -> write(up.getWrite());
      case DIGESTS -> digests(caller, up.getDigests());
      case COPY -> copy(up.getCopy());
      case PROMOTE -> promote(up.getPromotion().getManager());
      case HELLO -> throw SwarmException.badRequest("a stream begins once");
      case MOVES -> throw SwarmException.badRequest("only a leader asks for moves");
      case UNKNOWN -> throw SwarmException.badRequest("the link does not know this request");
    };
  }

  private Future<LinkDown.Builder> open(LinkHello caller, SessionOpens asked) {
    List<SessionOpen> opens = new ArrayList<>(asked.getOpensCount());
    for (var open : asked.getOpensList()) {
      if (!open.getManager().equals(caller.getManager())
          || open.getManagerBoot() != caller.getBoot()) {
        throw SwarmException.badRequest(
            caller.getManager() + " cannot open a session on " + open.getManager());
      }
      opens.add(LinkMessages.fromProto(open));
    }
    return bus.request(Endpoints.OPEN, new Messages.Opens(opens, true)).map(this::taken);
  }

  private Future<LinkDown.Builder> beats(SessionBeats told) {
    List<SessionBeat> beats = told.getBeatsList().stream().map(LinkMessages::fromProto).toList();
    return bus.request(Endpoints.BEATS, new Messages.Beats(beats, true))
        .map(taken -> heard(beats, taken));
  }

  private Future<LinkDown.Builder> roster(SessionRoster told) {
    List<SessionBeat> live = told.getSessionsList().stream().map(LinkMessages::fromProto).toList();
    return bus.request(Endpoints.ROSTER, new Messages.Roster(told.getEpoch(), live, true))
        .map(taken -> heard(live, taken));
  }

  private Future<LinkDown.Builder> report(SessionReports told) {
    var reports = told.getReportsList().stream().map(LinkMessages::fromProto).toList();
    return bus.request(Endpoints.REPORTS, new Messages.Reports(reports, true)).map(this::taken);
  }

  private Future<LinkDown.Builder> goodbye(SessionGoodbyes told) {
    var goodbyes = told.getGoodbyesList().stream().map(LinkMessages::fromProto).toList();
    return bus.request(Endpoints.GOODBYE, new Messages.Goodbyes(goodbyes, true)).map(this::taken);
  }

  private Future<LinkDown.Builder> write(OperatorWrite asked) {
    return bus.request(Endpoints.WRITES, new Messages.Write(command(asked), true))
        .map(taken -> LogCodec.encodeOutcomes(List.of(taken.outcome())))
        .map(bytes -> LinkDown.newBuilder().setOutcome(UnsafeByteOperations.unsafeWrap(bytes)));
  }

  private Future<LinkDown.Builder> promote(String manager) {
    return bus.request(Endpoints.PROMOTE, new Messages.Promote(manager, true))
        .map(done -> LinkDown.newBuilder());
  }

  private Future<LinkDown.Builder> digests(LinkHello caller, StateDigests told) {
    Messages.Digests digests = LinkMessages.fromProto(caller.getManager(), told);
    return bus.request(Endpoints.JUDGE_DIGESTS, digests)
        .map(judged -> LinkDown.newBuilder().setJudged(LinkMessages.toProto(judged)));
  }

  private Future<LinkDown.Builder> copy(StateCopy asked) {
    var question = new Messages.CopyQuestion(asked.getCopy(), asked.getOffset());
    return bus.request(Endpoints.COPY_STATE, question)
        .map(piece -> LinkDown.newBuilder().setPiece(LinkMessages.toProto(piece)));
  }

  private static Command command(OperatorWrite write) {
    try {
      List<Command> commands = LogCodec.decode(write.getCommand().toByteArray());
      if (commands.size() == 1) return commands.get(0);
      throw SwarmException.badRequest("a write is one command, not " + commands.size());
    } catch (UnreadableException unreadable) {
      throw SwarmException.badRequest("write: " + unreadable.getMessage());
    }
  }

  private LinkDown.Builder taken(Taken taken) {
    standing.hear(0, taken.outcome().index());
    return LinkMessages.taken(taken.outcome());
  }

  private LinkDown.Builder heard(List<SessionBeat> told, BeatsTaken taken) {
    standing.hear(taken.term(), taken.commitIndex());
    LinkDown.Builder down =
        LinkDown.newBuilder().setTerm(taken.term()).setCommitIndex(taken.commitIndex());
    Set<SessionRef> refused = new HashSet<>(taken.refused());
    for (int i = 0; i < told.size() && !refused.isEmpty(); i++) {
      if (refused.contains(told.get(i).session())) {
        down.addRefused(LinkRefusal.newBuilder().setPosition(i));
      }
    }
    return down;
  }

  private static LinkDown.Builder failed(Throwable failure) {
    return LinkDown.newBuilder().setFailure(LinkMessages.failure(failure));
  }

  /** Beats know term and commit index themselves; others carry the newest known. */
  LinkDown.Builder stamped(LinkDown.Builder down) {
    if (down.getTerm() == 0) down.setTerm(standing.term());
    if (down.getCommitIndex() == 0) down.setCommitIndex(standing.commitIndex());
    return down;
  }
}
