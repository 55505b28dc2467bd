package dev.swarm.control;

import dev.swarm.model.ClusterState;
import dev.swarm.model.Command;
import dev.swarm.model.SwarmException;
import dev.swarm.model.Task;
import dev.swarm.model.TaskId;
import dev.swarm.model.TaskStatus;
import dev.swarm.model.TimeSource;
import dev.swarm.model.WorkerId;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;

/** {@code /api/v1/tasks}. */
final class TasksApi {
  static final String NDJSON = "application/x-ndjson";

  /** Submissions on their way at once; more are answered 429. */
  static final int MAX_UPLOADS = 256;

  private static final String PATH = "/api/v1/tasks";

  private final Gate uploads = new Gate("submissions", MAX_UPLOADS);
  private final Rendering rendering;
  private final Replica replica;
  private final Writes writes;
  private final TaskReader reader;
  private final TimeSource time;

  TasksApi(
      Rendering rendering, Replica replica, Writes writes, TaskReader reader, TimeSource time) {
    this.rendering = rendering;
    this.replica = replica;
    this.writes = writes;
    this.reader = reader;
    this.time = time;
  }

  void mount(Routes routes) {
    routes.get(PATH, this::list);
    routes.post(PATH, this::submit);
    routes.get(PATH + "/:id", ctx -> Future.succeededFuture(show(task(ctx).id())));
    routes.delete(PATH + "/:id", this::cancel);
    routes.get(PATH + "/:id/result", ctx -> Future.succeededFuture(result(task(ctx))));
  }

  private Future<Answer> list(RoutingContext ctx) {
    ListQuery query = new ListQuery(ctx.queryParams(), "status", "worker");
    Set<TaskStatus> statuses = query.anyOf("status", TaskStatus.class);
    WorkerId worker = query.text("worker") == null ? null : new WorkerId(query.text("worker"));
    TaskId after = query.after() == null ? null : new TaskId(query.after());
    ClusterState state = replica.state();
    return rendering.render(
        () ->
            Page.of(
                    after == null ? state.tasks().entrySet() : state.tasks().after(after),
                    query.limit(),
                    task ->
                        statuses.contains(task.status())
                            && (worker == null || worker.equals(task.worker())),
                    Views::task)
                .toAnswer(PATH, query));
  }

  private Future<Answer> submit(RoutingContext ctx) {
    Submission submission = new Submission(reader, replica::stateOrEmpty);
    return switch (JsonBody.typeOf(ctx)) {
      case Answer.JSON -> uploads.pass(() -> TaskUpload.one(ctx.request(), submission, writes));
      case NDJSON -> uploads.pass(() -> TaskUpload.many(ctx.request(), submission, writes));
      default -> throw JsonBody.wrongType(Answer.JSON + " or " + NDJSON);
    };
  }

  private Future<Answer> cancel(RoutingContext ctx) {
    TaskId id = new TaskId(ctx.pathParam("id"));
    return writes.commitOne(new Command.CancelTask(id, time.millis())).map(outcome -> show(id));
  }

  private Task task(RoutingContext ctx) {
    return task(new TaskId(ctx.pathParam("id")));
  }

  private Task task(TaskId id) {
    ClusterState state = replica.state();
    Task task = state.tasks().get(id);
    if (task != null) return task;
    throw new SwarmException(
        SwarmException.Kind.NOT_FOUND,
        state.forgotten().has(id)
            ? "task " + id + " has finished, and its record is forgotten"
            : "no task " + id);
  }

  private Answer show(TaskId id) {
    return Answer.json(200, Views.taskInFull(task(id)));
  }

  /** What the task produced. A worker made it up: no browser may take it for a page. */
  private static Answer result(Task task) {
    if (!task.status().finished()) {
      throw new SwarmException(
          SwarmException.Kind.CONFLICT,
          "task " + task.id() + " is " + task.status() + " and has no result yet");
    }
    return Answer.of(200, "application/octet-stream", Buffer.buffer(task.result().array()))
        .with("Content-Disposition", "attachment; filename=\"" + task.id() + ".result\"")
        .with("Swarm-Task-Status", task.status().name());
  }
}
