package dev.swarm.cli;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code swarm worker}. */
@Command(name = "worker", description = "The workers.", synopsisSubcommandLabel = "COMMAND")
final class WorkerCommand {
  static final String PATH = "/api/v1/workers";

  private final SwarmCommand swarm;

  WorkerCommand(SwarmCommand swarm) {
    this.swarm = swarm;
  }

  @Command(name = "ls", description = "Lists the workers.")
  int ls(
      @Option(
              names = "--status",
              split = ",",
              paramLabel = "STATUS",
              description = "Only those that are up, unknown or down.")
          List<String> statuses,
      @Option(
              names = "--label",
              paramLabel = "KEY=VALUE",
              description = "Only those with this label; may be repeated.")
          List<String> labels,
      @Option(
              names = "--manager",
              split = ",",
              paramLabel = "ID",
              description = "Only those whose newest session is, or was, with this manager.")
          List<String> managers,
      @Option(
              names = "--limit",
              paramLabel = "N",
              defaultValue = SwarmCommand.NO_LIMIT,
              description = "At most so many.")
          int limit) {
    SwarmCommand.checkLimit(limit);
    Query query =
        new Query(PATH)
            .with("status", statuses)
            .with(
                "label",
                labels == null ? null : labels.stream().map(WorkerCommand::filter).toList())
            .with("manager", managers);
    swarm.printer().list(swarm.api().list(query.toString(), limit), columns());
    return Exit.DONE.code();
  }

  private List<Column> columns() {
    Ago ago = swarm.ago();
    return List.of(
        Column.of("ID", "id"),
        Column.coloured("STATUS", "status"),
        Column.of("SINCE", worker -> ago.since(worker.getValue("since"))),
        Column.of("AVAILABILITY", "availability"),
        Column.of("MANAGER", "manager"),
        Column.wide("SESSION", "session"),
        Column.of("TASKS", "tasks"),
        Column.of("SLOTS", "slots"),
        Column.of("LABELS", WorkerCommand::labels),
        Column.wide("VERSION", "version"),
        Column.wide("REASON", "reason"));
  }

  /** {@code zone=a}, {@code zone==a} → {@code zone==a}. */
  private static String filter(String label) {
    int equals = label.indexOf('=');
    if (equals < 1) {
      throw CliException.usage("label '" + label + "' has no value", "as in --label zone=a");
    }
    boolean twice = label.startsWith("==", equals);
    return label.substring(0, equals) + "==" + label.substring(equals + (twice ? 2 : 1));
  }

  private static Object labels(JsonObject worker) {
    return worker.getJsonObject("labels", new JsonObject()).stream()
        .map(label -> label.getKey() + "=" + label.getValue())
        .collect(Collectors.joining(","));
  }
}
