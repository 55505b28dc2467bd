package dev.swarm.placement;

import static dev.swarm.sim.FakeConsensus.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.swarm.bus.Endpoints;
import dev.swarm.bus.Messages.Submit;
import dev.swarm.bus.SwarmBus;
import dev.swarm.model.Bytes;
import dev.swarm.model.Command;
import dev.swarm.model.Judgement;
import dev.swarm.model.SessionRef;
import dev.swarm.model.Settings;
import dev.swarm.model.TaskId;
import dev.swarm.model.TaskSpec;
import dev.swarm.model.TaskStatus;
import dev.swarm.model.TimeSource;
import dev.swarm.model.WorkerId;
import dev.swarm.sim.FakeConsensus;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Placement, with a consensus that commits at once. */
class PlacementVerticleTest {
  private final Vertx vertx = Vertx.vertx();
  private final SwarmBus bus = new SwarmBus(vertx, "m1");
  private final FakeConsensus consensus = new FakeConsensus(bus, Settings.DEFAULT);
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final TimeSource time = new TimeSource(System::nanoTime, () -> 5_000_000);

  @BeforeEach
  void serve() {
    get(consensus.serve());
  }

  @AfterEach
  void close() {
    get(vertx.close());
  }

  private void deploy() {
    get(vertx.deployVerticle(new PlacementVerticle(1, bus, time, meters)));
  }

  private void submit(int from, int to) {
    consensus.write(
        new Command.SubmitTasks(
            IntStream.range(from, to)
                .mapToObj(
                    i ->
                        new TaskSpec(
                            new TaskId("t" + i), "k", "n", "discard", Bytes.EMPTY, null, 3, 1))
                .toList()));
  }

  private static TaskSpec spec(int i, String pinned) {
    WorkerId worker = pinned == null ? null : new WorkerId(pinned);
    return new TaskSpec(new TaskId("t" + i), "k", "n", "discard", Bytes.EMPTY, worker, 3, 1);
  }

  private void submitHere(int from, int to) {
    var tasks = IntStream.range(from, to).mapToObj(i -> spec(i, null)).toList();
    get(bus.request(Endpoints.SUBMIT, new Submit(new Command.SubmitTasks(tasks))));
  }

  private int tasksOf(String worker) {
    return consensus.state().tasksOf(new WorkerId(worker));
  }

  @Test
  void givenTasksFromBefore_whenItStarts_thenTheyAreSpreadEvenlyInBoundedCommands() {
    submit(0, 2_500);
    for (int i = 0; i < 5; i++) consensus.open("w" + i);
    deploy();
    await().until(() -> consensus.state().pending().isEmpty());
    for (int i = 0; i < 5; i++) assertThat(tasksOf("w" + i)).isEqualTo(500);
    assertThat(consensus.proposals())
        .extracting(command -> ((Command.PlaceTasks) command).placements().size())
        .containsExactly(1_000, 1_000, 500);
  }

  @Test
  void givenTasksSubmittedHere_thenTheyHaveTheirWorkersWithinTheSameEntry() {
    for (int i = 0; i < 5; i++) consensus.open("w" + i);
    deploy();
    for (int i = 0; i < 10; i++) submitHere(50 * i, 50 * i + 50);
    for (int i = 0; i < 5; i++) assertThat(tasksOf("w" + i)).isEqualTo(100);
    assertThat(consensus.proposals()).hasSize(10);
    assertThat(meters.counter("swarm.placements", "outcome", "placed").count()).isEqualTo(500);
  }

  @Test
  void givenTasksSubmittedAgain_thenTheyDoNotCountTwice() {
    for (int i = 0; i < 2; i++) consensus.open("w" + i);
    deploy();
    submitHere(0, 1);
    for (int i = 0; i < 7; i++) submitHere(0, 1);
    submitHere(1, 10);
    assertThat(List.of(tasksOf("w0"), tasksOf("w1"))).containsOnly(5);
  }

  @Test
  void givenNoWorker_whenTasksAreSubmittedHere_thenTheyArePlacedWhenOneComes() {
    deploy();
    submitHere(0, 10);
    consensus.open("w1");
    await().until(() -> tasksOf("w1") == 10);
  }

  @Test
  void givenTasksThatNameTheirWorker_whenSubmittedHere_thenTheyGoThere() {
    for (int i = 0; i < 3; i++) consensus.open("w" + i);
    deploy();
    var tasks = List.of(spec(0, "w2"), spec(1, null), spec(2, "w2"), spec(3, null));
    get(bus.request(Endpoints.SUBMIT, new Submit(new Command.SubmitTasks(tasks))));
    assertThat(List.of(tasksOf("w0"), tasksOf("w1"), tasksOf("w2"))).containsExactly(1, 1, 2);
  }

  @Test
  void givenNoWorker_whenOneComes_thenWhatWaitedIsPlaced() {
    deploy();
    submit(0, 10);
    await()
        .during(Duration.ofMillis(300))
        .atMost(Duration.ofSeconds(5))
        .until(() -> consensus.proposals().isEmpty());
    consensus.open("w1");
    await().until(() -> tasksOf("w1") == 10);
  }

  @Test
  void givenProposalsThatFail_thenTheTasksArePlacedLater() {
    consensus.open("w1");
    deploy();
    consensus.failures = 2;
    submit(0, 10);
    await().until(() -> tasksOf("w1") == 10);
    assertThat(consensus.proposals()).hasSize(3);
  }

  @Test
  void givenAWorkerThatIsDown_thenItsTasksGoToAnother() {
    SessionRef w1 = consensus.open("w1");
    deploy();
    submit(0, 10);
    await().until(() -> tasksOf("w1") == 10);
    consensus.open("w2");
    consensus.write(
        new Command.SetStatus(
            List.of(new Judgement(w1, 1, Judgement.Verdict.DOWN, "no heartbeat")), 1));
    await().until(() -> tasksOf("w2") == 10);
    assertThat(consensus.state().taskCounts().of(TaskStatus.ASSIGNED)).isEqualTo(10);
  }
}
