package dev.swarm.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swarm.model.TaskId;
import dev.swarm.model.TaskStatus;
import dev.swarm.model.TimeSource;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentJournalTest {
  private final Vertx vertx = Vertx.vertx();
  private final TimeSource time = new TimeSource(() -> 0, () -> 1_700_000_000_000L);

  @TempDir Path dir;

  @AfterEach
  void close() throws Exception {
    AgentStoreTest.get(vertx.close());
  }

  @Test
  void givenEvents_whenClosed_thenTheFileHasThemAllInOrder() throws Exception {
    Path file = dir.resolve("sub").resolve("journal.jsonl");
    AgentJournal journal = AgentStoreTest.get(AgentJournal.open(vertx, file, time));
    journal.dialled("w1", 1, "a:1");
    journal.welcomed("w1", "a:1", 17);
    journal.learnt("w1", List.of("m1 a:1 100", "m2 b:1 0"));
    journal.stalled("w1", 1_200);
    journal.taskStarted("w1", new TaskId("t1"), 2);
    journal.reported("w1", 5, new TaskId("t1"), 2, TaskStatus.COMPLETE);
    journal.streamEnded("w1", "a:1", 17, EndReason.LOST, "gone \"away\"");
    AgentStoreTest.get(journal.close());
    List<JsonObject> lines = Files.readAllLines(file).stream().map(JsonObject::new).toList();
    assertThat(lines)
        .extracting(line -> line.getString("event"))
        .containsExactly("dial", "welcome", "list", "stall", "start", "report", "end");
    assertThat(lines.get(2).getJsonArray("managers")).containsExactly("m1 a:1 100", "m2 b:1 0");
    assertThat(lines.get(5))
        .isEqualTo(
            new JsonObject()
                .put("at", 1_700_000_000_000L)
                .put("agent", "w1")
                .put("event", "report")
                .put("number", 5)
                .put("task", "t1")
                .put("attempt", 2)
                .put("status", "COMPLETE"));
    assertThat(lines.get(6).getString("text")).isEqualTo("gone \"away\"");
  }

  @Test
  void givenManyEvents_whenClosed_thenNoneIsMissing() throws Exception {
    Path file = dir.resolve("journal.jsonl");
    AgentJournal journal = AgentStoreTest.get(AgentJournal.open(vertx, file, time));
    for (int i = 0; i < 10_000; i++) journal.dialled("w1", i, "a:1");
    AgentStoreTest.get(journal.close());
    assertThat(Files.readAllLines(file)).hasSize(10_000);
  }
}
