package dev.swarm.cli;

import io.vertx.core.json.JsonObject;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code swarm task}, all but {@code run}. */
@Command(name = "task", description = "The tasks.", synopsisSubcommandLabel = "COMMAND")
final class TaskCommand {
  static final String PATH = "/api/v1/tasks";

  private final SwarmCommand swarm;

  TaskCommand(SwarmCommand swarm) {
    this.swarm = swarm;
  }

  @Command(name = "ls", description = "Lists the tasks, finished ones too, oldest first.")
  int ls(
      @Option(
              names = "--status",
              split = ",",
              paramLabel = "STATUS",
              description = "Only those that are pending, running, complete, failed ...")
          List<String> statuses,
      @Option(names = "--worker", paramLabel = "ID", description = "Only those of this worker.")
          String worker,
      @Option(
              names = "--limit",
              paramLabel = "N",
              defaultValue = SwarmCommand.NO_LIMIT,
              description = "At most so many, the newest.")
          int limit) {
    SwarmCommand.checkLimit(limit);
    Query query =
        new Query(PATH)
            .with("status", statuses)
            .with("worker", worker == null ? null : List.of(worker));
    List<JsonObject> tasks = oldestFirst(swarm.api().list(query.toString(), Integer.MAX_VALUE));
    int from = Math.max(0, tasks.size() - limit);
    swarm.printer().list(tasks.subList(from, tasks.size()), columns(swarm.ago()));
    return Exit.DONE.code();
  }

  /** The managers list by id, which says nothing of when. */
  private static List<JsonObject> oldestFirst(List<JsonObject> tasks) {
    return tasks.stream()
        .sorted(
            Comparator.comparing((JsonObject task) -> task.getString("submitted", ""))
                .thenComparing(task -> task.getString("id", "")))
        .toList();
  }

  @Command(name = "inspect", description = "Shows all that is known of a task.")
  int inspect(@Parameters(paramLabel = "ID") String id) {
    JsonObject task = find(id);
    var lines = new LinkedHashMap<>(task.getMap());
    lines.computeIfPresent("placement", (key, placement) -> placement(task));
    swarm.printer().one(task, "id", lines);
    return Exit.DONE.code();
  }

  private static String placement(JsonObject task) {
    String worker = task.getJsonObject("placement").getString("worker");
    return worker == null ? "any worker" : "worker " + worker;
  }

  @Command(name = "result", description = "Prints what a task produced, as it is.")
  int result(@Parameters(paramLabel = "ID") String id) {
    JsonObject task = find(id);
    var watch = new TaskWatch(swarm);
    if (!TaskWatch.finished(task)) {
      throw new CliException(
          "CONFLICT",
          Exit.PRECONDITION,
          "task " + task.getString("id") + " is " + task.getString("status"),
          List.of(),
          "its result is there when it is finished");
    }
    swarm.printer().raw(watch.result(task.getString("id")));
    return Exit.DONE.code();
  }

  @Command(name = "cancel", description = "Stops a task; one that runs is stopped by its worker.")
  int cancel(
      @Parameters(paramLabel = "ID") String id,
      @Option(names = "--detach", description = "Does not wait until it has stopped.")
          boolean detach,
      @Option(
              names = {"-y", "--yes"},
              description = "Does not ask.")
          boolean yes,
      @Option(names = "--timeout", paramLabel = "DURATION", description = "Waits at most so long.")
          String timeout) {
    var watch = new TaskWatch(swarm).atMost(timeout);
    JsonObject task = find(id);
    String found = task.getString("id");
    if (TaskWatch.finished(task)) return cancelled(task);
    if (!yes) swarm.confirm("task " + found + said(task) + " will be stopped");
    swarm.api().call("DELETE", PATH + "/" + found, null, null);
    swarm.progress("cancelling " + found);
    if (detach) return Exit.DONE.code();
    String what = "cancelling " + found + " goes on";
    Interruption interruption = Interruption.of(swarm.terminal().err(), what, "swarm task ls");
    try (interruption) {
      return cancelled(watch.until(found));
    }
  }

  private static String said(JsonObject task) {
    String worker = task.getString("worker");
    String where = worker == null ? "" : " on " + worker;
    return " (" + task.getString("name") + ", " + task.getString("status") + where + ")";
  }

  /** How it ended: perhaps in another way, a moment before. */
  private int cancelled(JsonObject task) {
    String id = task.getString("id");
    String status = task.getString("status");
    if (!"CANCELLED".equals(status)) {
      throw new CliException(
          "CONFLICT",
          Exit.PRECONDITION,
          "task " + id + " is " + status + " already",
          List.of(),
          "swarm task result " + id + " prints what it produced");
    }
    swarm.printer().one(task, "id", Map.of(id, status));
    return Exit.DONE.code();
  }

  static List<Column> columns(Ago ago) {
    return List.of(
        Column.of("ID", "id"),
        Column.of("NAME", "name"),
        Column.of("KIND", "kind"),
        Column.coloured("STATUS", "status"),
        Column.of("WORKER", "worker"),
        Column.of("ATTEMPT", "attempt"),
        Column.of("SUBMITTED", task -> ago.since(task.getValue("submitted"))),
        Column.wide("STARTED", "started"),
        Column.wide("FINISHED", "finished"),
        Column.wide("DESIRED", "desired"),
        Column.wide("VERSION", "version"),
        Column.of("MESSAGE", "message"));
  }

  private JsonObject find(String id) {
    return new Ids(swarm.api(), "task", PATH).find(id);
  }
}
