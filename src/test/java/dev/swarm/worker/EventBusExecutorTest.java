package dev.swarm.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.swarm.model.Bytes;
import dev.swarm.model.TaskId;
import dev.swarm.model.TaskStatus;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventBusExecutorTest {
  private final Vertx vertx = Vertx.vertx();
  private final EventBusExecutor executor = new EventBusExecutor(vertx, "thumbs", 300);
  private final TaskRun run =
      new TaskRun(
          "w1", new TaskId("t1"), 2, "a name", Bytes.wrap("ping".getBytes(StandardCharsets.UTF_8)));

  @AfterEach
  void close() throws Exception {
    AgentStoreTest.get(vertx.close());
  }

  private TaskResult result() throws Exception {
    return AgentStoreTest.get(executor.start(run));
  }

  private void serve(io.vertx.core.Handler<Message<Buffer>> handler) {
    vertx.eventBus().<Buffer>localConsumer("thumbs", handler);
  }

  @Test
  void givenAnApplicationThatAnswers_whenRun_thenItsReplyIsTheResult() throws Exception {
    serve(
        message ->
            message.reply(
                message.body()
                    + " "
                    + message.headers().get("worker")
                    + " "
                    + message.headers().get("task")
                    + "#"
                    + message.headers().get("attempt")));
    TaskResult result = result();
    assertThat(result.status()).isEqualTo(TaskStatus.COMPLETE);
    assertThat(new String(result.result().array(), StandardCharsets.UTF_8))
        .isEqualTo("ping w1 t1#2");
  }

  @Test
  void givenAJsonReply_whenRun_thenItsTextIsTheResult() throws Exception {
    serve(message -> message.reply(new JsonObject().put("a", 1)));
    assertThat(new String(result().result().array(), StandardCharsets.UTF_8))
        .isEqualTo("{\"a\":1}");
  }

  @Test
  void givenAnApplicationThatFails_whenRun_thenTheTaskHasFailedWithItsWords() throws Exception {
    serve(message -> message.fail(7, "no such image"));
    TaskResult result = result();
    assertThat(result.status()).isEqualTo(TaskStatus.FAILED);
    assertThat(result.message()).isEqualTo("no such image");
  }

  @Test
  void givenNobodyAtTheAddress_whenRun_thenItIsRejected() throws Exception {
    TaskResult result = result();
    assertThat(result.status()).isEqualTo(TaskStatus.REJECTED);
    assertThat(result.message()).contains("'thumbs'");
  }

  @Test
  void givenNoReply_whenTheTimeIsUp_thenItHasFailed() throws Exception {
    serve(message -> {});
    TaskResult result = result();
    assertThat(result.status()).isEqualTo(TaskStatus.FAILED);
    assertThat(result.message()).contains("300 ms");
  }

  @Test
  void givenAResultOverTheLimit_whenReplied_thenTheTaskHasFailed() throws Exception {
    serve(message -> message.reply(Buffer.buffer(new byte[70_000])));
    TaskResult result = result();
    assertThat(result.status()).isEqualTo(TaskStatus.FAILED);
    assertThat(result.message()).contains("70000");
  }

  @Test
  void givenARunningTask_whenStopped_thenItEndsAtOnceAndTheApplicationIsTold() throws Exception {
    List<String> told = new CopyOnWriteArrayList<>();
    serve(message -> {});
    vertx
        .eventBus()
        .localConsumer("thumbs.stop", message -> told.add(message.headers().get("task")));
    Future<TaskResult> future = executor.start(run);
    executor.stop(run);
    assertThat(AgentStoreTest.get(future).status()).isEqualTo(TaskStatus.CANCELLED);
    await().until(() -> told.equals(List.of("t1")));
  }
}
