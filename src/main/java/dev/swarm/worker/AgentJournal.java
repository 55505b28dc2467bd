package dev.swarm.worker;

import dev.swarm.model.TaskId;
import dev.swarm.model.TaskStatus;
import dev.swarm.model.TimeSource;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the agents of a process saw, as a file of JSON lines: {@code {"at":…,"agent":…,"event":…}}
 * with the events dial, welcome, list, end, stall, start, report and failed. Written off the event
 * loops, in the order in which it was said.
 */
public final class AgentJournal implements AgentListener {
  private static final Logger log = LoggerFactory.getLogger(AgentJournal.class);

  /** Lines that may wait for the disk; what comes on top is counted in a line of its own. */
  static final int MAX_WAITING = 200_000;

  private final TimeSource time;
  private final WorkerExecutor disk;
  private final Writer file;
  private final Deque<JsonObject> waiting = new ArrayDeque<>();
  private long dropped;
  private boolean writing;
  private boolean broken;
  private Promise<Void> closing;

  private AgentJournal(TimeSource time, WorkerExecutor disk, Writer file) {
    this.time = time;
    this.disk = disk;
    this.file = file;
  }

  /** Opens the file to add to it. */
  public static Future<AgentJournal> open(Vertx vertx, Path path, TimeSource time) {
    WorkerExecutor disk = vertx.createSharedWorkerExecutor("swarm-journal-" + path, 1);
    return disk.executeBlocking(
        () -> {
          if (path.getParent() != null) Files.createDirectories(path.getParent());
          Writer file =
              Files.newBufferedWriter(
                  path,
                  StandardCharsets.UTF_8,
                  StandardOpenOption.CREATE,
                  StandardOpenOption.APPEND);
          return new AgentJournal(time, disk, file);
        });
  }

  @Override
  public void dialled(String agent, long dial, String manager) {
    say(agent, "dial", new JsonObject().put("dial", dial).put("manager", manager));
  }

  @Override
  public void welcomed(String agent, String manager, long session) {
    say(agent, "welcome", new JsonObject().put("manager", manager).put("session", session));
  }

  @Override
  public void learnt(String agent, List<String> managers) {
    say(agent, "list", new JsonObject().put("managers", new JsonArray(managers)));
  }

  @Override
  public void streamEnded(
      String agent, String manager, long session, EndReason reason, String text) {
    say(
        agent,
        "end",
        new JsonObject()
            .put("manager", manager)
            .put("session", session)
            .put("reason", reason.tag())
            .put("text", text));
  }

  @Override
  public void stalled(String agent, long lateMillis) {
    say(agent, "stall", new JsonObject().put("millis", lateMillis));
  }

  @Override
  public void taskStarted(String agent, TaskId task, int attempt) {
    say(agent, "start", new JsonObject().put("task", task.value()).put("attempt", attempt));
  }

  @Override
  public void reported(String agent, long number, TaskId task, int attempt, TaskStatus status) {
    say(
        agent,
        "report",
        new JsonObject()
            .put("number", number)
            .put("task", task.value())
            .put("attempt", attempt)
            .put("status", status.name()));
  }

  @Override
  public void failed(String agent, Throwable failure) {
    say(agent, "failed", new JsonObject().put("text", String.valueOf(failure.getMessage())));
  }

  private void say(String agent, String event, JsonObject details) {
    JsonObject line =
        new JsonObject().put("at", time.millis()).put("agent", agent).put("event", event);
    synchronized (this) {
      if (closing != null || broken || waiting.size() >= MAX_WAITING) {
        dropped++;
        return;
      }
      waiting.add(line.mergeIn(details));
      if (writing) return;
      writing = true;
    }
    writeWaiting();
  }

  private void writeWaiting() {
    disk.executeBlocking(
            () -> {
              for (var lines = take(); !lines.isEmpty(); lines = take()) write(lines);
              return null;
            },
            false)
        .onFailure(this::stopWriting);
  }

  private synchronized void stopWriting(Throwable failure) {
    log.error("agent journal cannot be written and ends here: {}", failure.toString());
    waiting.clear();
    broken = true;
    if (closing != null) closing.tryComplete();
  }

  private synchronized List<JsonObject> take() {
    List<JsonObject> lines = new ArrayList<>(waiting);
    waiting.clear();
    if (dropped > 0 && closing == null) {
      lines.add(new JsonObject().put("at", time.millis()).put("dropped", dropped));
      dropped = 0;
    }
    if (!lines.isEmpty()) return lines;
    writing = false;
    if (closing != null) closing.tryComplete();
    return lines;
  }

  private void write(List<JsonObject> lines) {
    try {
      for (JsonObject line : lines) file.append(line.encode()).append('\n');
      file.flush();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Writes what is waiting and closes the file. */
  public Future<Void> close() {
    Promise<Void> written = Promise.promise();
    synchronized (this) {
      closing = written;
      if (!writing || broken) written.complete();
    }
    return written
        .future()
        .compose(
            done ->
                disk.<Void>executeBlocking(
                    () -> {
                      file.close();
                      return null;
                    }))
        .eventually(() -> disk.close());
  }
}
