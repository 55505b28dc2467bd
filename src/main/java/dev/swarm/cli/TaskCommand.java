package dev.swarm.cli;

import io.vertx.core.json.JsonObject;
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

  @Command(name = "ls", description = "Lists the tasks, finished ones too.")
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
              defaultValue = "1000000",
              description = "At most so many.")
          int limit) {
    Query query =
        new Query(PATH)
            .with("status", statuses)
            .with("worker", worker == null ? null : List.of(worker));
    swarm.printer().list(swarm.api().list(query.toString(), limit), columns(swarm.ago()));
    return Exit.DONE.code();
  }

  @Command(name = "inspect", description = "Shows all that is known of a task.")
  int inspect(@Parameters(paramLabel = "ID") String id) {
    JsonObject task = find(id);
    swarm.printer().one(task, "id", task.getMap());
    return Exit.DONE.code();
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
      @Option(names = "--timeout", paramLabel = "DURATION", description = "Waits at most so long.")
          String timeout) {
    var watch = new TaskWatch(swarm).atMost(timeout);
    String found = find(id).getString("id");
    swarm.api().call("DELETE", PATH + "/" + found, null, null);
    swarm.progress("cancelling " + found);
    if (detach) return Exit.DONE.code();
    String what = "cancelling " + found + " goes on";
    Interruption interruption = Interruption.of(swarm.terminal().err(), what);
    try (interruption) {
      JsonObject task = watch.until(found);
      swarm.printer().one(task, "id", Map.of(found, task.getString("status")));
      return Exit.DONE.code();
    }
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
