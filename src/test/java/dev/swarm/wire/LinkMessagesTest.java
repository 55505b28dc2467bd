package dev.swarm.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.swarm.bus.Messages;
import dev.swarm.model.Bytes;
import dev.swarm.model.Outcome;
import dev.swarm.model.Refusal;
import dev.swarm.model.Report;
import dev.swarm.model.SessionOpen;
import dev.swarm.model.SessionRef;
import dev.swarm.model.SwarmException;
import dev.swarm.model.TaskId;
import dev.swarm.model.TaskStatus;
import dev.swarm.model.WorkerId;
import dev.swarm.v1.LinkFailure;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LinkMessagesTest {
  private static final SessionRef SESSION = new SessionRef(new WorkerId("w1"), 42);

  @Test
  void givenAnOpen_whenItCrosses_thenNothingIsLost() {
    SessionOpen open =
        new SessionOpen(
            new WorkerId("w1"), -5, 3, "m2", Long.MIN_VALUE, "text", Map.of("zone", "a"), 8);

    assertThat(LinkMessages.fromProto(LinkMessages.toProto(open))).isEqualTo(open);
  }

  @Test
  void givenABeat_whenItCrosses_thenNothingIsLost() {
    var beat = new Messages.SessionBeat(SESSION, 7, 3_000_000_000L, 5_500, 9);

    assertThat(LinkMessages.fromProto(LinkMessages.toProto(beat))).isEqualTo(beat);
  }

  @Test
  void givenAnAgeBeyondTheWire_whenItCrosses_thenItIsTheLargestThatFits() {
    var beat = new Messages.SessionBeat(SESSION, 7, Long.MAX_VALUE, 5_500, 9);

    assertThat(LinkMessages.fromProto(LinkMessages.toProto(beat)).ageMillis())
        .isEqualTo(0xFFFF_FFFFL);
  }

  @Test
  void givenAReport_whenItCrosses_thenNothingIsLost() {
    Report report =
        new Report(
            SESSION,
            new TaskId("t1"),
            2,
            TaskStatus.FAILED,
            "exit 1",
            Bytes.wrap(new byte[] {1, 2, 3}),
            1_700_000_000_000L);

    assertThat(LinkMessages.fromProto(LinkMessages.toProto(report))).isEqualTo(report);
  }

  @Test
  void givenAGoodbye_whenItCrosses_thenNothingIsLost() {
    var goodbye = new Messages.Goodbye(SESSION, "scaled in");

    assertThat(LinkMessages.fromProto(LinkMessages.toProto(goodbye))).isEqualTo(goodbye);
  }

  @ParameterizedTest
  @EnumSource(SwarmException.Kind.class)
  void givenAFailureOfAnyKind_whenItCrosses_thenKindTextAndAdviceStay(SwarmException.Kind kind) {
    SwarmException failure =
        LinkMessages.failure(LinkMessages.failure(new SwarmException(kind, "why", 250)));

    assertThat(failure.kind()).isEqualTo(kind);
    assertThat(failure).hasMessage("why");
    assertThat(failure.retryAfterMillis()).isEqualTo(250);
  }

  @Test
  void givenABug_whenItCrosses_thenItsDetailsStayHere() {
    SwarmException failure =
        LinkMessages.failure(LinkMessages.failure(new IllegalStateException("secret")));

    assertThat(failure.kind()).isEqualTo(SwarmException.Kind.CONFLICT);
    assertThat(failure).hasMessage("internal error");
  }

  @Test
  void givenAKindOfANewerManager_whenItArrives_thenItIsAConflictWithItsText() {
    SwarmException failure =
        LinkMessages.failure(
            LinkFailure.newBuilder().setKind("OUT_OF_MOON").setMessage("why").build());

    assertThat(failure.kind()).isEqualTo(SwarmException.Kind.CONFLICT);
    assertThat(failure).hasMessage("why");
  }

  @Test
  void givenAnOutcome_whenItCrosses_thenRefusalsKeepKindTextAndShiftedPosition() {
    Outcome outcome =
        new Outcome(9, List.of(new Refusal(1, SwarmException.Kind.STALE_SESSION, "older dial")));

    var down = LinkMessages.taken(outcome).build();

    assertThat(down.getTakenIndex()).isEqualTo(9);
    assertThat(LinkMessages.refused(down, 100))
        .containsExactly(new Refusal(101, SwarmException.Kind.STALE_SESSION, "older dial"));
  }

  @Test
  void givenABadWorkerId_whenItArrives_thenItIsABadRequest() {
    var open =
        dev.swarm.v1.SessionOpen.newBuilder().setWorker("../etc").setDial(1).setSlots(1).build();

    SwarmException refused =
        catchThrowableOfType(SwarmException.class, () -> LinkMessages.fromProto(open));

    assertThat(refused.kind()).isEqualTo(SwarmException.Kind.BAD_REQUEST);
  }
}
