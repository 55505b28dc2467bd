package dev.swarm.dispatch;

import static dev.swarm.dispatch.Given.W1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.swarm.model.ClusterState;
import dev.swarm.model.Command;
import dev.swarm.model.Command.SetStatus;
import dev.swarm.model.Judgement;
import dev.swarm.model.Judgement.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

class FateTest {
  private final ClusterState state = Given.worker(0);
  private final LiveSession session =
      new LiveSession(
          state.workers().get(W1).ref(),
          5,
          null,
          new BeatLedger(5_000, 3, 0),
          new ReportQueue(new ReportQueue.Budget()),
          2_000);

  private Fate after(Command command) {
    return Fate.of(session, state.apply(3, List.of(command)).state().workers().get(W1));
  }

  private Command judged(Verdict verdict) {
    return new SetStatus(List.of(new Judgement(session.ref(), 1, verdict, "")), 0);
  }

  @Test
  void givenNoChange_thenItIsCurrent_alsoInALaterEpoch() {
    assertThat(Fate.of(session, state.workers().get(W1))).isEqualTo(Fate.CURRENT);
    assertThat(after(Given.epoch(2))).isEqualTo(Fate.CURRENT);
  }

  @Test
  void givenAVerdict_thenItIsExpired_orLeftWhenTheWorkerWantedIt() {
    assertThat(after(judged(Verdict.DOWN))).isEqualTo(Fate.EXPIRED);
    session.leave();
    assertThat(after(judged(Verdict.LEFT))).isEqualTo(Fate.LEFT);
  }

  @Test
  void givenANewerSession_thenItDependsOnWhoseItIs() {
    assertThat(after(Given.opened(1, Given.open(W1, 5, 2)))).isEqualTo(Fate.MOVED);
    assertThat(after(Given.opened(1, Given.open(W1, 6, 1)))).isEqualTo(Fate.REPLACED);
  }

  @Test
  void givenAStateThatDoesNotKnowTheWorker_thenItIsExpired() {
    assertThat(Fate.of(session, null)).isEqualTo(Fate.EXPIRED);
  }

  @Test
  void givenSilenceOfATtl_thenItIsLost_unlessWeWereAwayOurselves() {
    long ttl = 15_000_000_000L;
    SessionTable table = new SessionTable();
    table.open(session);

    assertThat(table.lost(state.settings().heartbeat(), ttl)).isEmpty();
    assertThat(table.lost(state.settings().heartbeat(), ttl + 1)).containsExactly(session);
    table.forgive(20_000_000_000L, ttl + 1);
    assertThat(table.lost(state.settings().heartbeat(), ttl + 1)).isEmpty();
  }

  @Test
  void givenAWorkerThatDoesNotReadForATtl_thenItIsLostThoughItBeats() {
    long ttl = 15_000_000_000L;
    session.writable(false, 1);
    session.heard(1, ttl);

    assertThat(session.lost(state.settings().heartbeat(), ttl)).isFalse();
    assertThat(session.lost(state.settings().heartbeat(), ttl + 2)).isTrue();
    session.writable(true, ttl + 2);
    assertThat(session.lost(state.settings().heartbeat(), ttl + 3)).isFalse();
  }
}
