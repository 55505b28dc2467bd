package dev.swarm.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.swarm.model.BatchSettings;
import dev.swarm.model.Command.SubmitTasks;
import dev.swarm.model.HeartbeatSettings;
import dev.swarm.model.Limits;
import dev.swarm.model.Settings;
import dev.swarm.model.TaskSpec;
import dev.swarm.model.WorkerId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One worker stops reading while 10,000 changes come for it: what that costs it, and others. */
class SlowReaderTest {
  private static final Logger log = LoggerFactory.getLogger(SlowReaderTest.class);

  /** A TTL of three seconds: longer than the load. */
  private static final Settings SETTINGS =
      new Settings(new HeartbeatSettings(1_000, 10, 3, 6), BatchSettings.DEFAULT, 0);

  private static final int OTHERS = 20;
  private static final int ENTRIES = 50;
  private static final int CHANGES_AN_ENTRY = 200;
  private static final int EVERY_MILLIS = 20;

  /** What a reader that stops may cost the others. */
  private static final double PROMISED = 1.1;

  /**
   * A window is a second long, so its p99 is what the worst ten milliseconds make of it: one pause
   * of the garbage collector or of a busy machine. Such a pause hits either window of a pair; what
   * a reader that stops costs would be in every second one. So the medians of at least three pairs
   * are compared, and of more while they do not agree: a cost of ours does not go away by that.
   */
  private static final int LEAST_PAIRS = 3;

  private static final int MOST_PAIRS = 9;

  private final List<FakeWorker> others = new ArrayList<>();
  private final Map<String, Long> committed = new ConcurrentHashMap<>();
  private DispatcherFixture fixture;

  @BeforeEach
  void start() throws Exception {
    fixture = new DispatcherFixture(SETTINGS);
    for (int i = 0; i < OTHERS; i++) others.add(fixture.welcomed("w" + i));
  }

  @AfterEach
  void stop() throws Exception {
    fixture.close();
  }

  @Test
  void given10000ChangesForAReaderThatStops_thenItIsBounded_othersAsBefore_goneAfterATtl() {
    AtomicReference<FakeWorker> slow = new AtomicReference<>();
    AtomicInteger seq = new AtomicInteger();
    long beating =
        fixture.vertx.setPeriodic(
            500,
            tick -> {
              int number = seq.incrementAndGet();
              slow.get().beat(number);
              others.forEach(other -> other.beat(number));
            });
    List<Double> without = new ArrayList<>();
    List<Double> with = new ArrayList<>();
    slow.set(fixture.welcomed("warm"));
    load("warm", "warm", 25);
    while (with.size() < LEAST_PAIRS
        || median(with) > median(without) * PROMISED && with.size() < MOST_PAIRS) {
      slow.get().hangUp();
      await().until(() -> fixture.gauge("swarm.sessions") == OTHERS);
      String id = "slow" + with.size();
      slow.set(fixture.welcomed(id));
      without.add(load(id, id + "reads", ENTRIES));
      slow.get().pause();
      fixture.managers.apply(large(id));
      with.add(load(id, id + "stops", ENTRIES));
      assertThat(fixture.gauge("swarm.dispatch.unsent.bytes"))
          .isBetween(64.0 * 1024, 2.0 * Limits.MAX_BATCH_BYTES);
      assertThat(fixture.gauge("swarm.dispatch.pending.changes"))
          .isLessThanOrEqualTo(PendingChanges.MAX_GROWTH);
    }
    log.info("others' p99 while it reads {} ms, while it does not {} ms", without, with);
    assertThat(median(with)).isLessThanOrEqualTo(median(without) * PROMISED);
    await().until(() -> fixture.gauge("swarm.sessions") == OTHERS);
    assertThat(fixture.count("swarm.session.closes", "reason", "slow")).isEqualTo(1);
    await().until(() -> fixture.gauge("swarm.dispatch.unsent.bytes") == 0);
    fixture.vertx.cancelTimer(beating);
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }

  private static SubmitTasks large(String worker) {
    List<TaskSpec> specs = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      specs.add(Given.spec(worker + "large" + i, new WorkerId(worker), Limits.MAX_PAYLOAD_BYTES));
    }
    return new SubmitTasks(specs);
  }

  /** Commits 100 changes for one worker and one for each other, so often; the others' p99 in ms. */
  private double load(String worker, String name, int entries) {
    AtomicInteger entry = new AtomicInteger();
    int before = changes();
    long timer =
        fixture.vertx.setPeriodic(
            EVERY_MILLIS,
            tick -> {
              int number = entry.getAndIncrement();
              if (number >= entries) return;
              String prefix = name + number + "-";
              for (int i = 0; i < OTHERS; i++) committed.put(prefix + "o" + i, System.nanoTime());
              fixture.managers.apply(specs(worker, prefix));
            });
    await().until(() -> changes() == before + entries * OTHERS);
    fixture.vertx.cancelTimer(timer);
    return p99Millis(name);
  }

  private static SubmitTasks specs(String worker, String prefix) {
    List<TaskSpec> specs = new ArrayList<>();
    for (int i = 0; i < CHANGES_AN_ENTRY; i++) {
      specs.add(Given.spec(prefix + i, new WorkerId(worker), 0));
    }
    for (int i = 0; i < OTHERS; i++) {
      specs.add(Given.spec(prefix + "o" + i, new WorkerId("w" + i), 0));
    }
    return new SubmitTasks(specs);
  }

  private int changes() {
    return others.stream()
        .flatMap(other -> other.batchSizes().stream())
        .mapToInt(Integer::intValue)
        .sum();
  }

  private double p99Millis(String name) {
    double[] millis =
        others.stream()
            .flatMap(other -> other.received.stream())
            .flatMapToDouble(
                one ->
                    one.message().getAssignments().getTasksList().stream()
                        .filter(task -> task.getId().startsWith(name))
                        .mapToDouble(
                            task -> (one.nanos() - committed.get(task.getId())) / 1_000_000.0))
            .sorted()
            .toArray();
    return millis[millis.length * 99 / 100];
  }
}
