package dev.swarm.control;

import dev.swarm.model.ClusterState;
import dev.swarm.model.HeartbeatSettings;
import dev.swarm.model.ManagerInfo;
import dev.swarm.model.ManagerState;
import dev.swarm.model.Session;
import dev.swarm.model.Task;
import dev.swarm.model.TaskSpec;
import dev.swarm.model.TaskStatus;
import dev.swarm.model.Worker;
import dev.swarm.model.WorkerStatus;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Locale;

/** The JSON shapes of what the managers agree on. Moments are ISO-8601 in UTC; null for never. */
final class Views {
  private Views() {}

  /** One line of {@code worker ls}. */
  static JsonObject worker(Worker worker, ClusterState state) {
    WorkerStatus status = state.statusOf(worker);
    boolean unheard = status == WorkerStatus.UNKNOWN;
    Session session = worker.session();
    JsonObject labels = new JsonObject();
    worker.labels().forEach(labels::put);
    return new JsonObject()
        .put("id", worker.id().value())
        .put("status", status.name())
        .put("reason", unheard ? unheardOf(state) : worker.reason())
        .put("since", moment(unheard ? state.epoch().sinceMillis() : worker.sinceMillis()))
        .put("availability", worker.availability().name())
        .put("manager", session.number() == 0 ? null : session.manager())
        .put("session", session.number() == 0 ? null : session.number())
        .put("labels", labels)
        .put("slots", worker.slots())
        .put("tasks", state.tasksOf(worker.id()))
        .putNull("version");
  }

  private static String unheardOf(ClusterState state) {
    return "not heard of since " + state.epoch().leader() + " leads";
  }

  /** {@code worker inspect}: the line and more. */
  static JsonObject workerInFull(Worker worker, ClusterState state) {
    return worker(worker, state).put("description", worker.description());
  }

  /** One line of {@code task ls}. */
  static JsonObject task(Task task) {
    TaskSpec spec = task.spec();
    JsonObject placement = new JsonObject();
    if (spec.pinned() != null) placement.put("worker", spec.pinned().value());
    boolean stopped = task.cancelled() || task.status() == TaskStatus.CANCELLED;
    return new JsonObject()
        .put("id", task.id().value())
        .put("name", spec.name())
        .put("kind", spec.kind())
        .put("placement", placement)
        .put("worker", task.worker() == null ? null : task.worker().value())
        .put("attempt", task.attempt())
        .put("desired", (stopped ? TaskStatus.CANCELLED : TaskStatus.COMPLETE).name())
        .put("status", task.status().name())
        .put("message", task.message())
        .put("version", task.version())
        .put("submitted", moment(spec.submittedMillis()))
        .put("started", moment(task.startedMillis()))
        .put("finished", moment(task.finishedMillis()));
  }

  /** {@code task inspect}: the line and more. */
  static JsonObject taskInFull(Task task) {
    return task(task)
        .put("key", task.spec().key())
        .put("maxAttempts", task.spec().maxAttempts())
        .put("payloadBytes", task.spec().payload().size())
        .put("resultBytes", task.result().size());
  }

  /**
   * One line of {@code manager ls}.
   *
   * @param self what the manager says of itself; null when it cannot be reached
   * @param workers how many have their session there
   */
  static JsonObject manager(ManagerInfo manager, boolean leader, SelfView self, int workers) {
    return new JsonObject()
        .put("id", manager.id())
        .put("api", manager.api())
        .put("raft", manager.raft())
        .put("http", manager.http())
        .put("weight", manager.weight())
        .put("state", manager.state().name())
        .put("leader", leader)
        .put("reachable", self != null)
        .put("workers", workers)
        .put("term", self == null ? null : self.term())
        .put("appliedIndex", self == null ? null : self.appliedIndex())
        .put("version", self == null ? null : self.version());
  }

  /** What {@code status} prints. */
  static JsonObject cluster(ClusterState state, String leader, long term, int reachable) {
    int total = state.managers().size();
    long voters =
        state.managers().values().stream().filter(m -> m.state() != ManagerState.JOINING).count();
    var workers = state.workerCounts();
    HeartbeatSettings heartbeat = state.settings().heartbeat();
    int periodMillis = heartbeat.effectiveMillis();
    JsonObject tasks = new JsonObject();
    for (TaskStatus status : TaskStatus.values()) {
      tasks.put(status.name().toLowerCase(Locale.ROOT), state.taskCounts().of(status));
    }
    return new JsonObject()
        .put("cluster", state.cluster().name())
        .put("leader", leader)
        .put("term", term)
        .put("epoch", state.epoch().number())
        .put(
            "managers",
            new JsonObject()
                .put("total", total)
                .put("reachable", reachable)
                .put("quorum", voters / 2 + 1))
        .put(
            "workers",
            new JsonObject()
                .put("up", workers.up())
                .put("unknown", workers.unknown())
                .put("down", workers.down()))
        .put("tasks", tasks)
        .put(
            "heartbeat",
            new JsonObject()
                .put("periodMillis", periodMillis)
                .put("agreedPeriodMillis", heartbeat.periodMillis())
                .put("maxPerSecond", heartbeat.maxPerSecond())
                .put("perSecond", Math.round(workers.up() * 10_000.0 / periodMillis) / 10.0))
        .put("index", state.index())
        .put("digest", Long.toHexString(state.digest()));
  }

  /** The array of what a page holds. */
  static JsonArray array(Iterable<JsonObject> items) {
    JsonArray array = new JsonArray();
    items.forEach(array::add);
    return array;
  }

  static String moment(long millis) {
    return millis == 0 ? null : Instant.ofEpochMilli(millis).toString();
  }
}
