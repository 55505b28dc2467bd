package dev.swarm.worker;

import dev.swarm.model.Bytes;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Hands each task to an address of the host application: the message is the payload as a {@link
 * Buffer}, with the headers {@code worker}, {@code task}, {@code attempt} and {@code name}; the
 * reply is the result, a failed reply fails the task. A task that is stopped ends at once here; the
 * application is told on {@code ADDRESS.stop} and its reply no longer counts.
 */
public final class EventBusExecutor implements TaskExecutor {
  /** The kind of tasks it runs. */
  public static final String KIND = "eventbus";

  /** How long the application may take unless told otherwise. */
  public static final long DEFAULT_TIMEOUT_MILLIS = 60_000;

  private final Vertx vertx;
  private final String address;
  private final long timeoutMillis;
  private final Map<TaskRun, Promise<TaskResult>> running = new ConcurrentHashMap<>();

  /** Tasks go to this address and may take a minute. */
  public EventBusExecutor(Vertx vertx, String address) {
    this(vertx, address, DEFAULT_TIMEOUT_MILLIS);
  }

  /** Tasks go to this address; without a reply in time they have failed. */
  public EventBusExecutor(Vertx vertx, String address, long timeoutMillis) {
    this.vertx = vertx;
    this.address = address;
    this.timeoutMillis = timeoutMillis;
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public Future<TaskResult> start(TaskRun run) {
    Promise<TaskResult> promise = Promise.promise();
    running.put(run, promise);
    vertx
        .eventBus()
        .request(address, Buffer.buffer(run.payload().array()), headers(run))
        .map(reply -> resultOf(reply.body()))
        .recover(failure -> Future.succeededFuture(failed(failure)))
        .onSuccess(result -> end(run, result));
    return promise.future();
  }

  private DeliveryOptions headers(TaskRun run) {
    return new DeliveryOptions()
        .setSendTimeout(timeoutMillis)
        .addHeader("worker", run.agent())
        .addHeader("task", run.task().value())
        .addHeader("attempt", Integer.toString(run.attempt()))
        .addHeader("name", run.name());
  }

  private static TaskResult resultOf(Object body) {
    if (body == null) return TaskResult.complete("", Bytes.EMPTY);
    if (body instanceof Buffer buffer) return complete(buffer.getBytes());
    if (body instanceof byte[] bytes) return complete(bytes.clone());
    if (body instanceof JsonObject json) return complete(json.toBuffer().getBytes());
    if (body instanceof JsonArray json) return complete(json.toBuffer().getBytes());
    if (body instanceof String || body instanceof Number || body instanceof Boolean) {
      return complete(Buffer.buffer(body.toString()).getBytes());
    }
    return TaskResult.failed("reply of type " + body.getClass().getName() + " is no result");
  }

  private static TaskResult complete(byte[] bytes) {
    return TaskResult.complete("", Bytes.wrap(bytes));
  }

  private TaskResult failed(Throwable failure) {
    if (!(failure instanceof ReplyException reply)) return TaskResult.failed(failure.toString());
    return switch (reply.failureType()) {
      case NO_HANDLERS -> TaskResult.rejected("nobody listens at '" + address + "' on this worker");
      case TIMEOUT ->
          TaskResult.failed("no reply from '" + address + "' in " + timeoutMillis + " ms");
      case RECIPIENT_FAILURE, ERROR -> TaskResult.failed(reply.getMessage());
    };
  }

  @Override
  public void stop(TaskRun run) {
    if (!running.containsKey(run)) return;
    vertx.eventBus().publish(address + ".stop", Buffer.buffer(), headers(run));
    end(run, TaskResult.cancelled("stopped"));
  }

  private void end(TaskRun run, TaskResult result) {
    Promise<TaskResult> promise = running.remove(run);
    if (promise != null) promise.complete(result);
  }
}
