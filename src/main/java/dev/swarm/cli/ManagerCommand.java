package dev.swarm.cli;

import io.vertx.core.json.JsonObject;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code swarm manager}. */
@Command(name = "manager", description = "The managers.", synopsisSubcommandLabel = "COMMAND")
final class ManagerCommand {
  private static final List<Column> COLUMNS =
      List.of(
          Column.of("ID", "id"),
          Column.of("ROLE", ManagerCommand::role),
          Column.of("API", "api"),
          Column.wide("RAFT", "raft"),
          Column.wide("HTTP", "http"),
          Column.of("STATE", "state"),
          new Column("REACHABLE", false, true, ManagerCommand::reachable),
          Column.of("WEIGHT", "weight"),
          Column.of("WORKERS", "workers"),
          Column.of("TERM", "term"),
          Column.of("APPLIED", "appliedIndex"),
          Column.wide("VERSION", "version"));

  private final SwarmCommand swarm;

  ManagerCommand(SwarmCommand swarm) {
    this.swarm = swarm;
  }

  @Command(name = "ls", description = "Lists the managers and which of them leads.")
  int ls() {
    swarm.printer().list(swarm.api().list("/api/v1/managers", Integer.MAX_VALUE), COLUMNS);
    return Exit.DONE.code();
  }

  private static Object role(JsonObject manager) {
    return Boolean.TRUE.equals(manager.getValue("leader")) ? "leader" : "follower";
  }

  private static Object reachable(JsonObject manager) {
    return Boolean.TRUE.equals(manager.getValue("reachable")) ? "yes" : "NO";
  }
}
