package dev.swarm.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swarm.bus.Messages.BeatsTaken;
import dev.swarm.bus.Messages.SessionBeat;
import dev.swarm.bus.Messages.Taken;
import dev.swarm.model.Outcome;
import dev.swarm.model.Refusal;
import dev.swarm.model.SessionRef;
import dev.swarm.model.SwarmException.Kind;
import dev.swarm.model.WorkerId;
import dev.swarm.v1.LinkDown;
import dev.swarm.v1.LinkRefusal;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AnswersTest {
  private static final List<List<String>> PARTS = List.of(List.of("a", "b"), List.of("c", "d"));

  private static LinkDown.Builder refusing(int position) {
    return LinkDown.newBuilder()
        .addRefused(
            LinkRefusal.newBuilder()
                .setPosition(position)
                .setKind("STALE_SESSION")
                .setMessage("no"));
  }

  @Test
  void givenAnswersToTwoParts_whenJoined_thenPositionsAreThoseOfTheWholeRequest() {
    Taken taken =
        Answers.taken(
            PARTS,
            List.of(refusing(1).setTakenIndex(9).build(), refusing(0).setTakenIndex(8).build()));

    assertThat(taken.outcome())
        .isEqualTo(
            new Outcome(
                9,
                List.of(
                    new Refusal(1, Kind.STALE_SESSION, "no"),
                    new Refusal(2, Kind.STALE_SESSION, "no"))));
  }

  @Test
  void givenAnswersToTwoPartsOfBeats_whenJoined_thenTermAndIndexHoldForBoth() {
    List<SessionBeat> told =
        IntStream.range(0, 4)
            .mapToObj(i -> new SessionRef(new WorkerId("w" + i), i))
            .map(session -> new SessionBeat(session, 1, 0, 0, 0))
            .toList();

    BeatsTaken taken =
        Answers.heard(
            told,
            PARTS,
            List.of(
                LinkDown.newBuilder().setTerm(4).setCommitIndex(70).build(),
                refusing(1).setTerm(5).setCommitIndex(60).build()));

    assertThat(taken).isEqualTo(new BeatsTaken(4, 60, List.of(told.get(3).session())));
  }
}
