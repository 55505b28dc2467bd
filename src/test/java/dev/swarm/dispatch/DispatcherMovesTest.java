package dev.swarm.dispatch;

import static dev.swarm.dispatch.Given.W1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.swarm.bus.Messages.AskedMove;
import dev.swarm.bus.Messages.Moves;
import dev.swarm.bus.SwarmBus;
import dev.swarm.bus.Topics;
import dev.swarm.model.Command.PutManager;
import dev.swarm.model.Command.SetWeight;
import dev.swarm.model.Command.StepManager;
import dev.swarm.model.ManagerInfo;
import dev.swarm.model.ManagerState;
import dev.swarm.model.ManagerStep;
import dev.swarm.model.WorkerId;
import dev.swarm.v1.ManagerMessage.BodyCase;
import dev.swarm.v1.Managers;
import dev.swarm.v1.Move;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What workers are told of the managers, and where they are sent. */
class DispatcherMovesTest {
  private static final int MOST_ROUNDS = 5;

  private DispatcherFixture fixture;

  @BeforeEach
  void start() throws Exception {
    fixture = new DispatcherFixture(DispatcherFixture.SETTINGS);
  }

  @AfterEach
  void stop() throws Exception {
    fixture.close();
  }

  private static PutManager manager(String id, String raft) {
    return new PutManager(new ManagerInfo(id, 2, "h:1", raft, "h:3", 50, ManagerState.ACTIVE));
  }

  private static Managers list(FakeWorker worker, int number) {
    await().until(() -> worker.all(BodyCase.MANAGERS).size() > number);
    return worker.all(BodyCase.MANAGERS).get(number).getManagers();
  }

  @Test
  void givenMovesForThisManager_whenAsked_thenOnlyTheWorkersNamedThatAreHereAreTold() {
    FakeWorker told = fixture.welcomed("w1");
    FakeWorker other = fixture.welcomed("w2");
    SwarmBus bus = new SwarmBus(fixture.vertx, Given.MANAGER);
    AskedMove here = new AskedMove(W1, "m2");
    AskedMove gone = new AskedMove(new WorkerId("w9"), "m2");
    bus.publish(Topics.MOVES, new Moves("m3", 10_000, "not ours", List.of(here)));
    bus.publish(Topics.MOVES, new Moves(Given.MANAGER, 10_000, "ours", List.of(gone, here)));
    await().until(() -> !told.all(BodyCase.MOVE).isEmpty());
    Move move = told.all(BodyCase.MOVE).get(0).getMove();
    assertThat(move.getTarget()).isEqualTo("m2");
    assertThat(move.getReason()).isEqualTo("ours");
    assertThat(move.getWithinMillis()).isEqualTo(10_000);
    assertThat(told.all(BodyCase.MOVE)).hasSize(1);
    assertThat(other.all(BodyCase.MOVE)).isEmpty();
  }

  @Test
  void givenSeveralChangesAtOnce_thenEachWorkerHearsOfAllInOneMessage() {
    List<FakeWorker> workers = new ArrayList<>();
    for (int i = 0; i < 10; i++) workers.add(fixture.welcomed("w" + i));
    fixture.managers.apply(manager("m2", "h:2"));
    fixture.managers.apply(manager("m3", "h:2"));
    fixture.managers.apply(new SetWeight("m2", 70));
    for (FakeWorker worker : workers) {
      Managers list = list(worker, 0);
      assertThat(list.getManagersCount()).isGreaterThanOrEqualTo(2);
    }
    FakeWorker late = fixture.welcomed("late");
    fixture.managers.apply(new StepManager("m3", ManagerStep.STOP));
    for (FakeWorker worker : workers) {
      await()
          .until(
              () ->
                  worker.all(BodyCase.MANAGERS).stream()
                      .anyMatch(message -> message.getManagers().getManagers(2).getWeight() == 0));
    }
    for (FakeWorker worker : workers) {
      assertThat(worker.all(BodyCase.MANAGERS)).as("of four changes").hasSizeLessThanOrEqualTo(3);
    }
    await().until(() -> !late.all(BodyCase.MANAGERS).isEmpty());
    assertThat(late.all(BodyCase.MANAGERS)).as("it knew the rest").hasSize(1);
  }

  /**
   * From the commit to each worker's receipt. The machine's own pauses are not ours: a pause may
   * spoil a round, what the dispatcher takes too long for spoils every one.
   */
  @Test
  void given300Workers_whenAManagerChanges_thenEachHearsWithinASecondOfTheCommitAndNotAllAtOnce() {
    List<FakeWorker> workers = new ArrayList<>();
    for (int i = 0; i < 300; i++) workers.add(fixture.dial("w" + i, 5, 1));
    workers.forEach(DispatcherFixture::welcomed);
    List<Long> slowest = new ArrayList<>();
    List<Long> heard;
    do {
      int weight = 200 + slowest.size();
      long committed = System.nanoTime();
      fixture.managers.apply(new SetWeight(Given.MANAGER, weight));
      heard = workers.stream().map(one -> heardMillis(one, weight, committed)).sorted().toList();
      slowest.add(heard.get(heard.size() - 1));
    } while (Collections.min(slowest) >= 1_000 && slowest.size() < MOST_ROUNDS);
    assertThat(Collections.min(slowest)).as("slowest of each round: %s", slowest).isLessThan(1_000);
    assertThat(heard.get(heard.size() / 2)).as("median").isGreaterThan(200);
  }

  private static long heardMillis(FakeWorker worker, int weight, long sinceNanos) {
    await().until(() -> heardNanos(worker, weight).isPresent());
    return (heardNanos(worker, weight).getAsLong() - sinceNanos) / 1_000_000;
  }

  private static OptionalLong heardNanos(FakeWorker worker, int weight) {
    return worker.received.stream()
        .filter(one -> one.message().hasManagers())
        .filter(one -> one.message().getManagers().getManagers(0).getWeight() == weight)
        .mapToLong(FakeWorker.Received::nanos)
        .findFirst();
  }

  @Test
  void givenAChangeThatIsNoWorkersConcern_thenNobodyIsTold() {
    fixture.managers.apply(manager("m2", "h:2"));
    FakeWorker worker = fixture.welcomed("w1");
    fixture.managers.apply(manager("m2", "h:4"));
    await().during(Duration.ofMillis(1_100)).until(() -> worker.all(BodyCase.MANAGERS).isEmpty());
  }
}
