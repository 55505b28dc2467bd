package dev.swarm.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.swarm.bus.EventKind;
import dev.swarm.bus.Messages.GuardChanged;
import dev.swarm.bus.Messages.GuardState;
import dev.swarm.bus.Messages.Happened;
import dev.swarm.bus.SwarmBus;
import dev.swarm.bus.Topics;
import dev.swarm.consensus.guard.Trouble;
import dev.swarm.consensus.guard.Verdict;
import dev.swarm.consensus.meters.ConsensusMeters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;

@ExtendWith(VertxExtension.class)
class GuardVoiceTest {
  private final List<Happened> events = new CopyOnWriteArrayList<>();
  private final List<GuardChanged> told = new CopyOnWriteArrayList<>();
  private final Logger spoken = (Logger) LoggerFactory.getLogger(GuardVoice.class);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private GuardVoice voice;

  @BeforeEach
  void listen(Vertx vertx) {
    SwarmBus bus = new SwarmBus(vertx, "m1");
    Group.get(bus.subscribe(Topics.EVENTS, events::add));
    Group.get(bus.subscribe(Topics.GUARD, told::add));
    lines.start();
    spoken.addAppender(lines);
    voice = new GuardVoice("m1", bus, new ConsensusMeters(new SimpleMeterRegistry()));
  }

  @AfterEach
  void stopListening() {
    spoken.detachAppender(lines);
  }

  private static Verdict verdict(Verdict.Action action) {
    return new Verdict(action, Trouble.SLOW_DISK, "a disk is slow");
  }

  @Test
  void givenALeaderThatGivesTheLeadAway_thenOperatorsHearToWhomAndWhy() {
    voice.handsOver("m2", verdict(Verdict.Action.HAND_OVER));
    voice.stepsDown(verdict(Verdict.Action.STEP_DOWN));
    await().until(() -> events.size() == 2);
    String why = "a disk is slow; look at the disk of the data folder";
    assertThat(events)
        .containsExactly(
            new Happened(EventKind.LEADER_HANDOVER, "m1", "hands the lead over to m2: " + why),
            new Happened(EventKind.LEADER_HANDOVER, "m1", "ceases to lead: " + why));
  }

  private static Verdict warning(Trouble trouble, String reason) {
    return new Verdict(Verdict.Action.NONE, trouble, reason);
  }

  private List<String> said() {
    return List.copyOf(lines.list).stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  @Test
  void givenTheSameTroubleTwice_thenItIsToldOnce_andThatItIsOver() {
    voice.impaired(warning(Trouble.NO_SNAPSHOT, "3 snapshots failed"));
    voice.impaired(warning(Trouble.NO_SNAPSHOT, "4 snapshots failed"));
    voice.up();
    voice.up();
    await().until(() -> told.size() == 2);
    assertThat(told)
        .containsExactly(
            new GuardChanged(GuardState.IMPAIRED, "3 snapshots failed"),
            new GuardChanged(GuardState.UP, ""));
    assertThat(said())
        .containsExactly(
            "manager m1: 3 snapshots failed; " + Trouble.NO_SNAPSHOT.advice(),
            "manager m1 is well again; it was: 3 snapshots failed");
  }

  @Test
  void givenOneTroubleAfterTheOther_thenTheOneThatHoldsIsTold() {
    voice.impaired(warning(Trouble.NO_SNAPSHOT, "3 snapshots failed"));
    voice.impaired(warning(Trouble.SLOW_SNAPSHOT, "one takes long"));
    assertThat(voice.reason()).isEqualTo("one takes long");
    voice.up();
    await().until(() -> told.size() == 3);
    assertThat(told.get(1)).isEqualTo(new GuardChanged(GuardState.IMPAIRED, "one takes long"));
    assertThat(said())
        .containsExactly(
            "manager m1: 3 snapshots failed; " + Trouble.NO_SNAPSHOT.advice(),
            "manager m1: one takes long; " + Trouble.SLOW_SNAPSHOT.advice(),
            "manager m1 is well again; it was: one takes long");
  }

  @Test
  void givenADiskThatWasFull_whenItHasRoomAgain_thenThatIsSaid_whateverElseIsWrong() {
    voice.noProposals("the disk is full");
    voice.up();
    voice.noProposals("the disk is full");
    voice.impaired(warning(Trouble.NO_SNAPSHOT, "3 snapshots failed"));
    assertThat(said())
        .containsExactly(
            "the disk is full; " + Trouble.NO_SPACE.advice(),
            "manager m1 proposes again: its disk has room",
            "the disk is full; " + Trouble.NO_SPACE.advice(),
            "manager m1 proposes again: its disk has room",
            "manager m1: 3 snapshots failed; " + Trouble.NO_SNAPSHOT.advice());
  }

  @Test
  void givenADiskThatWasFull_whenTheRoleGoesDown_thenItIsNotSaidToProposeAgain() {
    voice.noProposals("the disk is full");
    voice.down(Trouble.NO_SPACE, "spent");
    voice.up();
    assertThat(said())
        .containsExactly(
            "the disk is full; " + Trouble.NO_SPACE.advice(),
            "manager m1 takes no part any more: spent; " + Trouble.NO_SPACE.advice());
  }
}
