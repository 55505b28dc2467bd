package dev.swarm.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.swarm.config.ManagerConfig;
import dev.swarm.config.ManagerEntry;
import dev.swarm.consensus.OfflineManager;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code swarm manager}. */
@Command(name = "manager", description = "The managers.", synopsisSubcommandLabel = "COMMAND")
final class ManagerCommand {
  static final String PATH = "/api/v1/managers";
  private static final List<Column> COLUMNS =
      List.of(
          Column.of("ID", "id"),
          Column.of("ROLE", ManagerCommand::role),
          Column.of("API", "api"),
          Column.wide("RAFT", "raft"),
          Column.wide("HTTP", "http"),
          Column.of("STATE", "state"),
          Column.coloured("REACHABLE", ManagerCommand::reachable),
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
    swarm.printer().list(swarm.api().list(PATH, Integer.MAX_VALUE), COLUMNS);
    return Exit.DONE.code();
  }

  @Command(
      name = "weight",
      description =
          "Sets a manager's share of new worker connections: 100 unless it was set, twice as many"
              + " for 200, none for 0 while another manager has weight. Of the workers that are"
              + " connected the surplus moves, moves.rebalancePerSecond at most.")
  int weight(
      @Parameters(paramLabel = "ID") String id,
      @Parameters(paramLabel = "WEIGHT", description = "0 to 10000") int weight) {
    JsonObject found = new Ids(swarm.api(), "manager", PATH).find(id);
    String path = PATH + "/" + found.getString("id") + "/weight";
    byte[] body = Json.line(new JsonObject().put("weight", weight)).getBytes(UTF_8);
    JsonObject manager = swarm.api().call("PUT", path, "application/json", body).object();
    swarm.printer().one(manager, "id", Map.of(manager.getString("id"), manager.getValue("weight")));
    return Exit.DONE.code();
  }

  @Command(
      name = "drain",
      description = {
        "Sends the workers of a manager to the others, each to a named one and before its stream",
        "ends, and hands leadership over if it leads. It stays a member and takes no workers until",
        "it is activated. Waits until the last worker has gone."
      })
  int drain(
      @Parameters(paramLabel = "ID") String id,
      @Option(
              names = "--leave",
              description = "It leaves the cluster when the last worker has gone.")
          boolean leave,
      @Option(names = "--detach", description = "Does not wait.") boolean detach,
      @Option(
              names = "--timeout",
              paramLabel = "DURATION",
              description = "Waits at most so long, as 30s; exit code 6 then.")
          String timeout,
      @Option(
              names = {"-y", "--yes"},
              description = "Does not ask; only --leave does.")
          boolean yes) {
    String name = new Ids(swarm.api(), "manager", PATH).find(id).getString("id");
    ManagerWatch watch = new ManagerWatch(swarm, PATH, name).atMost(timeout);
    if (leave && !yes) {
      swarm.confirm("manager " + name + " gives its workers up and then leaves the cluster");
    }
    JsonObject manager = post(name, "drain", new JsonObject().put("leave", leave));
    if (detach) return print(manager);
    String what = "the drain of " + name + " goes on";
    Interruption interruption = Interruption.of(swarm.terminal().err(), what, "swarm manager ls");
    try (interruption) {
      JsonObject seen = watch.until(leave ? ManagerCommand::leaves : ManagerCommand::empty);
      return print(seen == null ? manager : seen);
    }
  }

  private static boolean empty(JsonObject manager) {
    return manager.getInteger("workers", 0) == 0
        && !Boolean.TRUE.equals(manager.getValue("leader"));
  }

  private static boolean leaves(JsonObject manager) {
    return "LEAVING".equals(manager.getString("state"));
  }

  @Command(
      name = "activate",
      description = {
        "Brings a drained manager back: it takes workers again, and gets its share of those that",
        "there are."
      })
  int activate(@Parameters(paramLabel = "ID") String id) {
    String name = new Ids(swarm.api(), "manager", PATH).find(id).getString("id");
    return print(post(name, "activate", new JsonObject()));
  }

  @Command(name = "promote", description = "Lets a manager lead instead of the one that does.")
  int promote(@Parameters(paramLabel = "ID") String id) {
    String name = new Ids(swarm.api(), "manager", PATH).find(id).getString("id");
    return print(post(name, "promote", new JsonObject()));
  }

  private JsonObject post(String id, String verb, JsonObject body) {
    byte[] bytes = Json.line(body).getBytes(UTF_8);
    String path = PATH + "/" + id + "/" + verb;
    return swarm.api().call("POST", path, "application/json", bytes).object();
  }

  private int print(JsonObject manager) {
    swarm.printer().one(manager, "id", Map.of(manager.getString("id"), manager.getString("state")));
    return Exit.DONE.code();
  }

  @Command(
      name = "recover",
      description = {
        "When a majority of the managers is gone for good: lets the managers of CONF begin",
        "again from what this stopped one has on its disk."
      })
  int recover(
      @Option(
              names = {"-conf", "--conf"},
              required = true,
              paramLabel = "CONF",
              description = "Configuration file of this manager; its list is who takes part.")
          Path conf,
      @Option(names = "--force", description = "Says that the others are gone and never come back.")
          boolean force,
      @Option(
              names = {"-y", "--yes"},
              description = "Does not ask.")
          boolean yes) {
    if (!force) {
      throw CliException.usage(
          "what only the lost managers had is given up",
          "--force says that they are gone and never come back");
    }
    ManagerConfig config = Offline.config(swarm, conf);
    try (OfflineManager manager =
        OfflineManager.open(config.dataDir(), config.cluster(), config.id())) {
      OfflineManager.Survivor survivor = manager.read();
      if (!yes) swarm.confirm(plan(config, survivor));
      Offline.beginAgain(swarm, manager, survivor.state(), config);
      return Exit.DONE.code();
    } catch (IOException | RuntimeException failure) {
      throw Offline.refusal("cannot recover from " + config.dataDir(), failure);
    }
  }

  private static String plan(ManagerConfig config, OfflineManager.Survivor survivor) {
    return "manager "
        + config.id()
        + " has "
        + survivor.state().workers().size()
        + " workers and "
        + survivor.state().taskCounts().total()
        + " tasks up to index "
        + survivor.lastIndex()
        + ". Cluster "
        + config.cluster()
        + " begins again from there, as a new incarnation, with "
        + String.join(", ", config.managers().stream().map(ManagerEntry::id).toList())
        + "; other managers that had a part in it must never run again";
  }

  private static Object role(JsonObject manager) {
    return Boolean.TRUE.equals(manager.getValue("leader")) ? "leader" : "follower";
  }

  private static Object reachable(JsonObject manager) {
    return Boolean.TRUE.equals(manager.getValue("reachable")) ? "yes" : "NO";
  }
}
