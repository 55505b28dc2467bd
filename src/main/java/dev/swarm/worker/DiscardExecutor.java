package dev.swarm.worker;

import dev.swarm.model.Bytes;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Does nothing for a while and calls it done: for load. */
public final class DiscardExecutor implements TaskExecutor {
  /** The kind of tasks it runs. */
  public static final String KIND = "discard";

  private final Vertx vertx;
  private final long delayMillis;
  private final Map<TaskRun, Promise<TaskResult>> running = new ConcurrentHashMap<>();

  /** Every task takes the given time; 0 is none at all. */
  public DiscardExecutor(Vertx vertx, long delayMillis) {
    this.vertx = vertx;
    this.delayMillis = delayMillis;
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public Future<TaskResult> start(TaskRun run) {
    TaskResult done = TaskResult.complete("", Bytes.EMPTY);
    if (delayMillis <= 0) return Future.succeededFuture(done);
    Promise<TaskResult> promise = Promise.promise();
    running.put(run, promise);
    vertx.setTimer(delayMillis, id -> end(run, done));
    return promise.future();
  }

  @Override
  public void stop(TaskRun run) {
    end(run, TaskResult.cancelled("stopped"));
  }

  private void end(TaskRun run, TaskResult result) {
    Promise<TaskResult> promise = running.remove(run);
    if (promise != null) promise.complete(result);
  }
}
