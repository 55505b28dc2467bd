package dev.swarm.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.swarm.config.Address;
import dev.swarm.config.ConfigException;
import dev.swarm.config.ConfigFile;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code swarm manager add}. */
@Command(
    name = "add",
    description = {
      "Writes the configuration with which a new manager joins this cluster, for you to start it.",
      "  swarm manager add m4 --api h4:7001 --raft h4:7101 --http h4:7201 --conf m4.json"
    })
final class ManagerAddition implements Callable<Integer> {
  private final SwarmCommand swarm;

  @Parameters(paramLabel = "ID")
  private String id;

  @Option(
      names = "--api",
      required = true,
      paramLabel = "HOST:PORT",
      description = "Where its gRPC services will be.")
  private String api;

  @Option(
      names = "--raft",
      required = true,
      paramLabel = "HOST:PORT",
      description = "Where its Raft server will be.")
  private String raft;

  @Option(
      names = "--http",
      required = true,
      paramLabel = "HOST:PORT",
      description = "Where its HTTP API will be.")
  private String http;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "Its data folder, empty; default data/ID.")
  private String dataDir;

  @Option(
      names = {"-conf", "--conf"},
      paramLabel = "FILE",
      description = "Writes it there, if there is nothing yet, instead of to the output.")
  private Path conf;

  @Option(
      names = "--wait",
      paramLabel = "DURATION",
      description = "Waits at most so long until the manager, which you start meanwhile, votes.")
  private String wait;

  ManagerAddition(SwarmCommand swarm) {
    this.swarm = swarm;
  }

  @Override
  public Integer call() {
    MemberWatch watch =
        wait == null ? null : new MemberWatch(swarm, ManagerCommand.PATH, id, wait, "--wait");
    String text = Json.pretty(config()) + "\n";
    check(text);
    if (conf == null) swarm.terminal().out().print(text);
    else write(text);
    String file = conf == null ? id + ".json" : conf.toString();
    swarm.progress("start it where it is to run: java -jar swarm.jar -conf " + file);
    if (watch != null) {
      watch.until(ManagerAddition::votes);
      swarm.progress("manager " + id + " is ACTIVE");
    }
    return Exit.DONE.code();
  }

  private static boolean votes(JsonObject manager) {
    return manager != null && "ACTIVE".equals(manager.getString("state"));
  }

  private JsonObject config() {
    List<JsonObject> managers = swarm.api().list(ManagerCommand.PATH, Integer.MAX_VALUE);
    managers.forEach(this::requireFree);
    JsonArray join = new JsonArray();
    managers.forEach(manager -> join.add(manager.getString("api")));
    return new JsonObject()
        .put("role", "manager")
        .put("id", id)
        .put("cluster", swarm.api().get("/api/v1/cluster").object().getString("cluster"))
        .put("dataDir", dataDir == null ? "data/" + id : dataDir)
        .put("api", listener("--api", api))
        .put("raft", listener("--raft", raft))
        .put("http", listener("--http", http))
        .put("join", join);
  }

  /** What a manager would say to it. */
  private static void check(String text) {
    try {
      ConfigFile.parse("the options", text.getBytes(UTF_8), Map.of(), new Properties());
    } catch (ConfigException wrong) {
      throw CliException.usage(wrong.getMessage(), null);
    }
  }

  private void requireFree(JsonObject manager) {
    String known = manager.getString("id");
    if (known.equals(id)) {
      throw new CliException(
          "CONFLICT",
          Exit.PRECONDITION,
          "manager " + id + " is a member already",
          List.of(),
          "if its disk is lost, start it with an empty data folder: it comes back by itself");
    }
    for (String port : List.of("api", "raft", "http")) {
      String wanted = port.equals("api") ? api : port.equals("raft") ? raft : http;
      if (!manager.getString(port).equals(wanted)) continue;
      throw new CliException(
          "CONFLICT",
          Exit.PRECONDITION,
          port + " " + wanted + " is manager " + known + "'s already",
          List.of(),
          null);
    }
  }

  private static JsonObject listener(String option, String text) {
    try {
      Address address = Address.parse(text);
      return new JsonObject().put("host", address.host()).put("port", address.port());
    } catch (IllegalArgumentException wrong) {
      throw CliException.usage(option + " " + wrong.getMessage(), null);
    }
  }

  private void write(String text) {
    try {
      Files.writeString(conf, text, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (FileAlreadyExistsException there) {
      throw Offline.precondition(conf + " is there already", "choose another file");
    } catch (IOException failure) {
      throw Offline.unexpected("cannot write " + conf, failure);
    }
  }
}
