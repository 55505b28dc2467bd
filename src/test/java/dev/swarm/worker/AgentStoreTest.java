package dev.swarm.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.swarm.model.Bytes;
import dev.swarm.model.SwarmException;
import dev.swarm.model.TaskId;
import dev.swarm.model.TaskStatus;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentStoreTest {
  private final Vertx vertx = Vertx.vertx();

  @TempDir Path dir;

  @AfterEach
  void close() throws Exception {
    get(vertx.close());
  }

  static <T> T get(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  static Work work(String id, long version) {
    return new Work(
        new TaskId(id),
        2,
        "name " + id,
        "discard",
        Bytes.wrap(new byte[] {1, 2, 3}),
        true,
        version);
  }

  static NumberedReport report(long number, String task) {
    return new NumberedReport(
        number, new TaskId(task), 2, TaskStatus.FAILED, "why", Bytes.wrap(new byte[] {9}), 1_234);
  }

  @Test
  void givenRowsOfTwoAgents_whenOpenedAgain_thenEachFindsItsOwnUnchanged() throws Exception {
    AgentStore store = get(AgentStore.open(vertx, dir));
    var entry = new TaskTable.Entry(work("t1", 7), TaskTable.State.STARTED);
    AgentRecords one = store.records("w1");
    get(one.step().task(entry).report(report(5, "t1")).position(-3, 7).write());
    AgentRecords other = store.records("w10");
    get(other.step().position(1, 99).write());
    get(store.close());

    AgentStore again = get(AgentStore.open(vertx, dir));
    AgentRecords.Contents contents = get(again.records("w1").load());
    assertThat(contents)
        .isEqualTo(
            new AgentRecords.Contents(-3, 7, 5, null, List.of(entry), List.of(report(5, "t1"))));
    assertThat(get(again.records("w10").load()).held()).isEqualTo(99);
    assertThat(get(again.records("w").load()))
        .isEqualTo(new AgentRecords.Contents(0, 0, 0, null, List.of(), List.of()));
    get(again.close());
  }

  @Test
  void givenRows_whenForgottenAndSettled_thenOnlyThePositionStays() throws Exception {
    AgentStore store = get(AgentStore.open(vertx, dir));
    AgentRecords records = store.records("w1");
    var entry = new TaskTable.Entry(work("t1", 7), TaskTable.State.DONE);
    get(records.step().task(entry).report(report(5, "t1")).position(1, 7).write());
    get(records.step().forget(new TaskId("t1")).settled(5).position(1, 8).write());
    assertThat(get(store.records("w1").load()))
        .isEqualTo(new AgentRecords.Contents(1, 8, 5, null, List.of(), List.of()));
    get(store.close());
  }

  @Test
  void givenATaskGivenAgain_whenLoaded_thenProgressOfTheFormerAttemptDoesNotCount()
      throws Exception {
    AgentStore store = get(AgentStore.open(vertx, dir));
    AgentRecords records = store.records("w1");
    Work first = work("t1", 7);
    Work again = new Work(first.id(), 3, "again", "discard", Bytes.EMPTY, false, 9);
    var accepted = new TaskTable.Entry(again, TaskTable.State.ACCEPTED);
    get(records.step().task(new TaskTable.Entry(first, TaskTable.State.DONE)).write());
    get(records.step().task(accepted).write());
    assertThat(get(store.records("w1").load()).tasks()).containsExactly(accepted);
    get(records.step().progress(again, TaskTable.State.STARTED).write());
    assertThat(get(store.records("w1").load()).tasks())
        .containsExactly(new TaskTable.Entry(again, TaskTable.State.STARTED));
    get(store.close());
  }

  @Test
  void givenRowsOfAFormerProcess_whenMoreAreWritten_thenTheyDoNotReplaceThem() throws Exception {
    AgentStore store = get(AgentStore.open(vertx, dir));
    var one = new TaskTable.Entry(work("t1", 7), TaskTable.State.ACCEPTED);
    var two = new TaskTable.Entry(work("t2", 8), TaskTable.State.ACCEPTED);
    get(store.records("w1").step().task(one).write());
    get(store.close());

    AgentStore again = get(AgentStore.open(vertx, dir));
    AgentRecords records = again.records("w1");
    assertThat(get(records.load()).tasks()).containsExactly(one);
    get(again.records("w2").step().task(two).write());
    get(records.step().forget(new TaskId("t1")).task(two).write());
    get(again.close());

    AgentStore third = get(AgentStore.open(vertx, dir));
    assertThat(get(third.records("w1").load()).tasks()).containsExactly(two);
    assertThat(get(third.records("w2").load()).tasks()).containsExactly(two);
    get(third.close());
  }

  @Test
  void givenManyWritersAtOnce_whenWritten_thenTheyShareCommitsAndAllIsThere() throws Exception {
    AgentStore store = get(AgentStore.open(vertx, dir));
    List<Future<Void>> written = new ArrayList<>();
    for (int i = 1; i <= 5_000; i++) {
      written.add(store.records("w" + i % 100).step().report(report(i, "t" + i)).write());
    }
    long before = System.nanoTime();
    get(Future.all(written));
    assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - before)).isLessThan(15);
    get(store.close());
    AgentStore again = get(AgentStore.open(vertx, dir));
    int found = 0;
    for (int i = 0; i < 100; i++) found += get(again.records("w" + i).load()).reports().size();
    assertThat(found).isEqualTo(5_000);
    get(again.close());
  }

  @Test
  void givenManyLargeTasks_whenTheyAreDone_thenTheFileIsSmallAgain() throws Exception {
    AgentStore store = get(AgentStore.open(vertx, dir));
    AgentRecords records = store.records("w1");
    List<Future<Void>> writes = new ArrayList<>();
    byte[] payload = new byte[200 << 10];
    for (int i = 0; i < 200; i++) {
      new java.util.Random(i).nextBytes(payload);
      Work work =
          new Work(new TaskId("t" + i), 1, "", "discard", Bytes.wrap(payload.clone()), false, i);
      writes.add(records.step().task(new TaskTable.Entry(work, TaskTable.State.ACCEPTED)).write());
    }
    get(Future.all(writes));
    assertThat(Files.size(dir.resolve(AgentStore.FILE))).isGreaterThan(200 * 200 << 10);
    for (int i = 0; i < 199; i++) get(records.step().forget(new TaskId("t" + i)).write());
    await().until(() -> Files.size(dir.resolve(AgentStore.FILE)) < AgentStore.TIDY_ABOVE_BYTES);
    assertThat(get(store.records("w1").load()).tasks()).hasSize(1);
    get(store.close());
  }

  @Test
  void givenAStoreInUse_whenOpenedASecondTime_thenItSaysSo() throws Exception {
    AgentStore store = get(AgentStore.open(vertx, dir));
    assertThatThrownBy(() -> get(AgentStore.open(vertx, dir)))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(SwarmException.class)
        .hasMessageContaining("in use");
    get(store.close());
  }

  @Test
  void givenADamagedFile_whenOpened_thenTheErrorNamesItAndWhatToDo() throws Exception {
    get(get(AgentStore.open(vertx, dir)).close());
    byte[] garbage = new byte[20_000];
    new java.util.Random(5).nextBytes(garbage);
    Files.write(dir.resolve(AgentStore.FILE), garbage);
    assertThatThrownBy(() -> get(AgentStore.open(vertx, dir)))
        .hasCauseInstanceOf(SwarmException.class)
        .hasMessageContaining(AgentStore.FILE)
        .hasMessageContaining("is damaged")
        .hasMessageContaining("move it away");
  }

  @Test
  void givenAFolderThatIsAFile_whenOpened_thenTheErrorNamesIt() throws Exception {
    Path file = Files.createFile(dir.resolve("file"));
    assertThatThrownBy(() -> get(AgentStore.open(vertx, file)))
        .hasCauseInstanceOf(SwarmException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void givenAClosedStore_whenWritten_thenItFails() throws Exception {
    AgentStore store = get(AgentStore.open(vertx, dir));
    get(store.close());
    assertThatThrownBy(() -> get(store.records("w1").step().position(1, 1).write()))
        .hasMessageContaining("closed");
  }

  @Test
  void givenAProcessThatWrites_whenKilled_thenAllItWasToldIsDurableIsThere() throws Exception {
    Process writer =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Writer.class.getName(),
                dir.toString())
            .redirectError(new File("/dev/null"))
            .start();
    long told = 0;
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(writer.getInputStream(), StandardCharsets.US_ASCII))) {
      while (told < 50) told = numberIn(lines.readLine(), told);
      writer.toHandle().destroyForcibly();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        told = numberIn(line, told);
      }
    }
    writer.waitFor();
    AgentStore store = get(AgentStore.open(vertx, dir));
    AgentRecords.Contents contents = get(store.records("w1").load());
    assertThat(contents.lastNumber()).isGreaterThanOrEqualTo(told);
    assertThat(contents.reports()).hasSize((int) contents.lastNumber());
    get(store.close());
  }

  private static long numberIn(String line, long before) {
    return line != null && line.startsWith("durable ") && line.endsWith(".")
        ? Long.parseLong(line.substring(8, line.length() - 1))
        : before;
  }

  /** Writes reports one after the other, and says which are durable, until it is killed. */
  static final class Writer {
    private Writer() {}

    public static void main(String[] args) throws Exception {
      AgentStore store = get(AgentStore.open(Vertx.vertx(), Path.of(args[0])));
      for (long number = 1; ; number++) {
        get(store.records("w1").step().report(report(number, "t" + number)).write());
        System.out.println("durable " + number + ".");
      }
    }
  }
}
