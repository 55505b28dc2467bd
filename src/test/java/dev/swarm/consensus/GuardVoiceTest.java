package dev.swarm.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class GuardVoiceTest {
  private final List<Happened> events = new CopyOnWriteArrayList<>();
  private final List<GuardChanged> told = new CopyOnWriteArrayList<>();
  private GuardVoice voice;

  @BeforeEach
  void listen(Vertx vertx) {
    SwarmBus bus = new SwarmBus(vertx, "m1");
    Group.get(bus.subscribe(Topics.EVENTS, events::add));
    Group.get(bus.subscribe(Topics.GUARD, told::add));
    voice = new GuardVoice("m1", bus, new ConsensusMeters(new SimpleMeterRegistry()));
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

  @Test
  void givenTheSameStateTwice_thenItIsPublishedOnce() {
    voice.impaired("no snapshot");
    voice.impaired("no snapshot again");
    voice.up();
    await().until(() -> told.size() == 2);
    assertThat(told)
        .containsExactly(
            new GuardChanged(GuardState.IMPAIRED, "no snapshot"),
            new GuardChanged(GuardState.UP, ""));
  }
}
