package dev.swarm.control;

import dev.swarm.model.ClusterState;
import dev.swarm.model.Command;
import dev.swarm.model.Outcome;
import dev.swarm.model.Refusal;
import dev.swarm.model.SwarmException;
import dev.swarm.model.TaskId;
import dev.swarm.model.TaskSpec;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.handler.HttpException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The tasks of one request: cut into chunks to be committed, and what became of each. */
final class Submission {
  /** Tasks in one request; more are answered 413. */
  static final int MAX_TASKS = 100_000;

  /** Tasks in one command. */
  static final int MAX_CHUNK_TASKS = 500;

  /** Payload in one command, so that it fits into one message. */
  static final int MAX_CHUNK_BYTES = 512 << 10;

  /** What a task costs beside its payload, as a generous guess. */
  private static final int TASK_OVERHEAD_BYTES = 256;

  private final TaskReader reader;
  private final Supplier<ClusterState> state;
  private final Deque<Chunk> ready = new ArrayDeque<>();
  private final JsonArray accepted = new JsonArray();
  private final JsonArray refused = new JsonArray();
  private SwarmException firstRefusal;
  private Chunk open = new Chunk();
  private int size;
  private long index;

  /**
   * Nothing submitted yet.
   *
   * @param state the newest that can be read here
   */
  Submission(TaskReader reader, Supplier<ClusterState> state) {
    this.reader = reader;
    this.state = state;
  }

  private record Item(int position, TaskSpec spec) {}

  /** Tasks for one command. */
  static final class Chunk {
    private final List<Item> items = new ArrayList<>();
    private int bytes;

    private boolean takes(int more) {
      return items.isEmpty() || items.size() < MAX_CHUNK_TASKS && bytes + more <= MAX_CHUNK_BYTES;
    }

    Command command() {
      return new Command.SubmitTasks(items.stream().map(Item::spec).toList());
    }
  }

  /** One more task as JSON text; refused alone when it cannot be read. */
  void add(Buffer text) {
    if (size == MAX_TASKS) {
      throw new HttpException(413, "more than the " + MAX_TASKS + " tasks allowed in one request");
    }
    int position = size++;
    String key = null;
    try {
      JsonObject json = JsonText.object(text);
      if (json.getValue("key") instanceof String given) key = given;
      add(new Item(position, reader.read(json)));
    } catch (SwarmException refusal) {
      refuse(position, key, refusal);
    }
  }

  private void add(Item item) {
    int cost = item.spec().payload().size() + TASK_OVERHEAD_BYTES;
    if (!open.takes(cost)) close();
    open.items.add(item);
    open.bytes += cost;
  }

  /** No more tasks come: the last chunk is ready. */
  void end() {
    if (size == 0) throw SwarmException.badRequest("no task in the body");
    close();
  }

  private void close() {
    if (!open.items.isEmpty()) ready.add(open);
    open = new Chunk();
  }

  boolean hasReady() {
    return !ready.isEmpty();
  }

  /** The next chunk to commit, or null. */
  Chunk poll() {
    return ready.poll();
  }

  /** This became of a chunk. */
  void settle(Chunk chunk, Outcome outcome) {
    index = Math.max(index, outcome.index());
    Map<Integer, Refusal> refusals = new HashMap<>();
    for (Refusal refusal : outcome.refused()) refusals.put(refusal.position(), refusal);
    for (int i = 0; i < chunk.items.size(); i++) {
      Item item = chunk.items.get(i);
      Refusal refusal = refusals.get(i);
      if (refusal == null) {
        accept(item);
      } else {
        refuse(item.position(), item.spec().key(), refusal.toException());
      }
    }
  }

  private void accept(Item item) {
    accepted.add(
        new JsonObject()
            .put("position", item.position())
            .put("id", item.spec().id().value())
            .put("key", item.spec().key()));
  }

  private void refuse(int position, String key, SwarmException why) {
    if (firstRefusal == null) firstRefusal = why;
    refused.add(
        new JsonObject()
            .put("position", position)
            .put("key", key)
            .put("kind", why.kind().name())
            .put("message", why.getMessage()));
  }

  /** Log index at which the last chunk was committed; 0 when none was. */
  long index() {
    return index;
  }

  /** What became of each, when all were dealt with. */
  Answer answer() {
    return Answer.json(202, facts());
  }

  /** The same for a single task, whose refusal is a problem. */
  Answer answerForOne() {
    return accepted.isEmpty() ? Problems.of(firstRefusal, facts()) : answer();
  }

  /** The answer when the rest could not be read or committed. */
  Answer answer(Throwable failure) {
    return accepted.isEmpty() && refused.isEmpty()
        ? Problems.of(failure)
        : Problems.of(failure, facts());
  }

  private JsonObject facts() {
    ClusterState now = state.get();
    if (now.index() >= index) accepted.forEach(task -> tellForgotten((JsonObject) task, now));
    return new JsonObject()
        .put("index", index)
        .put("accepted", accepted.size())
        .put("tasks", accepted)
        .put("refused", refused);
  }

  /** Submitted before, or done a moment ago: there is no record of it to be read. */
  private static void tellForgotten(JsonObject task, ClusterState now) {
    if (now.forgotten().has(new TaskId(task.getString("id")))) task.put("forgotten", true);
  }
}
