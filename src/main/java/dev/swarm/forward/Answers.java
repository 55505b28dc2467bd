package dev.swarm.forward;

import dev.swarm.bus.Messages.BeatsTaken;
import dev.swarm.bus.Messages.SessionBeat;
import dev.swarm.bus.Messages.Taken;
import dev.swarm.model.Outcome;
import dev.swarm.model.Refusal;
import dev.swarm.model.SessionRef;
import dev.swarm.v1.LinkDown;
import dev.swarm.wire.LinkMessages;
import java.util.ArrayList;
import java.util.List;

/** Makes one answer of those to the parts of a request. */
final class Answers {
  private Answers() {}

  /** All parts are committed at the newest index; positions are those of the whole request. */
  static Taken taken(List<? extends List<?>> parts, List<LinkDown> answers) {
    List<Refusal> refused = new ArrayList<>();
    long index = 0;
    int offset = 0;
    for (int i = 0; i < parts.size(); i++) {
      refused.addAll(LinkMessages.refused(answers.get(i), offset));
      index = Math.max(index, answers.get(i).getTakenIndex());
      offset += parts.get(i).size();
    }
    return new Taken(new Outcome(index, refused));
  }

  /** Term and commit index are the oldest of the parts: those hold for all of them. */
  static BeatsTaken heard(
      List<SessionBeat> told, List<? extends List<?>> parts, List<LinkDown> answers) {
    List<SessionRef> refused = new ArrayList<>();
    long term = Long.MAX_VALUE;
    long commitIndex = Long.MAX_VALUE;
    int offset = 0;
    for (int i = 0; i < parts.size(); i++) {
      for (Refusal refusal : LinkMessages.refused(answers.get(i), offset)) {
        refused.add(told.get(refusal.position()).session());
      }
      term = Math.min(term, answers.get(i).getTerm());
      commitIndex = Math.min(commitIndex, answers.get(i).getCommitIndex());
      offset += parts.get(i).size();
    }
    return new BeatsTaken(term, commitIndex, refused);
  }
}
