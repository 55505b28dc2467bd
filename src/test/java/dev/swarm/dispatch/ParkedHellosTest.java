package dev.swarm.dispatch;

import static dev.swarm.dispatch.Given.BOOT;
import static dev.swarm.dispatch.Given.MANAGER;
import static dev.swarm.dispatch.Given.W1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.swarm.model.ClusterState;
import dev.swarm.model.Command.SetStatus;
import dev.swarm.model.Judgement;
import dev.swarm.model.SessionOpen;
import dev.swarm.model.Worker;
import dev.swarm.model.WorkerId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ParkedHellosTest {
  private final ParkedHellos parked = new ParkedHellos(MANAGER, BOOT);
  private final ParkedHello hello = hello(Given.open(W1, 5, 3), 0);

  private static ParkedHello hello(SessionOpen open, long nanos) {
    return new ParkedHello(open, 0, 0, null, nanos);
  }

  private static Worker granted(SessionOpen open) {
    return stateWith(open).workers().get(open.worker());
  }

  private static ClusterState stateWith(SessionOpen open) {
    return Given.worker(0).apply(3, List.of(Given.opened(1, open))).state();
  }

  @Test
  void givenAHello_thenTheLeaderIsAskedOnce_andAgainOnRetry() {
    parked.park(hello);

    assertThat(parked.ask(1_000)).containsExactly(hello);
    assertThat(parked.ask(1_000)).isEmpty();
    parked.retry(hello);
    assertThat(parked.ask(1_000)).containsExactly(hello);
  }

  @Test
  void givenItsSessionInTheLog_thenItIsGrantedOnce() {
    parked.park(hello);
    Worker record = granted(hello.open());

    assertThat(parked.granted(record)).isSameAs(hello);
    assertThat(parked.granted(record)).isNull();
    assertThat(parked.isEmpty()).isTrue();
  }

  @Test
  void givenALaterDialOfTheSameAgentInTheLog_thenOnlyTheEarlierOneIsOvertaken() {
    ParkedHello later = hello(Given.open(W1, 5, 4), 0);
    ParkedHello another = hello(Given.open(W1, 6, 1), 0);
    parked.park(hello);
    parked.park(later);
    parked.park(another);

    assertThat(parked.overtaken(ClusterState.EMPTY)).isEmpty();
    assertThat(parked.overtaken(stateWith(Given.open(W1, 5, 3)))).isEmpty();
    assertThat(parked.overtaken(stateWith(Given.open(W1, 5, 4)))).containsExactly(hello);
  }

  @Test
  void givenSessionsOfOthers_thenNothingIsGranted() {
    parked.park(hello);

    assertThat(parked.granted(granted(Given.open(W1, 6, 1)))).isNull();
    assertThat(parked.granted(granted(Given.open(W1, 5, 4)))).isNull();
    assertThat(parked.granted(granted(Given.open(new WorkerId("w2"), 5, 1)))).isNull();
    SessionOpen elsewhere = new SessionOpen(W1, 5, 3, "m2", BOOT, "", Map.of(), 1);
    assertThat(parked.granted(granted(elsewhere))).isNull();
    assertThat(parked.waits(hello)).isTrue();
  }

  @Test
  void givenASessionOfAnEarlierProcessOfThisManager_thenNothingIsGranted() {
    ParkedHellos restarted = new ParkedHellos(MANAGER, BOOT + 1);
    restarted.park(hello);

    assertThat(restarted.granted(granted(hello.open()))).isNull();
  }

  @Test
  void givenASessionThatIsDownAlready_thenNothingIsGranted() {
    parked.park(hello);
    ClusterState up = stateWith(hello.open());
    Judgement down = new Judgement(up.workers().get(W1).ref(), 1, Judgement.Verdict.DOWN, "silent");
    ClusterState state = up.apply(4, List.of(new SetStatus(List.of(down), 0))).state();

    assertThat(parked.granted(state.workers().get(W1))).isNull();
  }

  @Test
  void givenAStreamThatClosed_thenItsSessionFindsNobody() {
    parked.park(hello);
    parked.drop(hello);

    assertThat(parked.granted(granted(hello.open()))).isNull();
    parked.retry(hello);
    assertThat(parked.hasUnasked()).isFalse();
  }

  @Test
  void givenThreeSeconds_thenItIsToldToComeAgain() {
    parked.park(hello);
    ParkedHello later = hello(Given.open(new WorkerId("w2"), 5, 1), 1_000_000_000L);
    parked.park(later);

    assertThat(parked.expired(ParkedHellos.PATIENCE_NANOS - 1, ClusterState.EMPTY)).isEmpty();
    assertThat(parked.expired(ParkedHellos.PATIENCE_NANOS, ClusterState.EMPTY))
        .containsExactly(hello);
    assertThat(parked.all()).containsExactly(later);
  }

  @Test
  void givenItsSessionInTheLog_whenItsWelcomeIsStillToCome_thenItIsNotToldToComeAgain() {
    parked.park(hello);
    ClusterState granted = stateWith(hello.open());

    assertThat(parked.expired(2 * ParkedHellos.PATIENCE_NANOS - 1, granted)).isEmpty();
    assertThat(parked.expired(2 * ParkedHellos.PATIENCE_NANOS, granted)).containsExactly(hello);
  }

  @Test
  void givenTheSameDialTwice_thenTheLaterStreamWaits() {
    parked.park(hello);
    ParkedHello again = hello(hello.open(), 1);

    assertThat(parked.park(again)).isSameAs(hello);
    assertThat(parked.ask(1_000)).containsExactly(again);
    assertThat(parked.drop(hello)).isFalse();
    assertThat(parked.waits(again)).isTrue();
  }

  @Test
  void givenMany_thenNoMessageIsLargerThanItMayBe() {
    for (int i = 0; i < ParkedHellos.LIMIT; i++) {
      parked.park(hello(Given.open(new WorkerId("w" + i), 5, 1), 0));
    }
    assertThat(parked.full()).isTrue();
    assertThat(parked.ask(256 * 10)).hasSize(10);
    assertThat(parked.hasUnasked()).isTrue();
  }

  @Test
  void givenALeaderWithTooMuchToDo_thenItIsAskedAgainAtTheTimeThatItNamed() {
    parked.park(hello);
    parked.ask(1_000);
    assertThat(parked.retryAt(hello, 1_000_000_000L)).isTrue();
    assertThat(parked.takeTurns(999_999_999L)).isTrue();
    assertThat(parked.hasUnasked()).isFalse();
    assertThat(parked.takeTurns(1_000_000_000L)).isFalse();
    assertThat(parked.ask(1_000)).containsExactly(hello);
  }

  @Test
  void givenATurnLaterThanPatience_thenTheWorkerIsNotKeptWaitingForIt() {
    parked.park(hello);
    assertThat(parked.retryAt(hello, ParkedHellos.PATIENCE_NANOS)).isFalse();
  }

  @Test
  void givenATurn_whenTheStreamHasClosedMeanwhile_thenNobodyIsAskedFor() {
    parked.park(hello);
    parked.ask(1_000);
    parked.retryAt(hello, 1);
    parked.drop(hello);
    parked.takeTurns(1);
    assertThat(parked.hasUnasked()).isFalse();
  }
}
