package dev.swarm.cli;

import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code swarm settings}. */
@Command(
    name = "settings",
    description = "What the managers agree on.",
    synopsisSubcommandLabel = "COMMAND")
final class SettingsCommand {
  private static final String PATH = "/api/v1/settings";

  private final SwarmCommand swarm;

  SettingsCommand(SwarmCommand swarm) {
    this.swarm = swarm;
  }

  @Command(name = "get", description = "Shows the settings, or the value of one.")
  int get(
      @Parameters(arity = "0..1", paramLabel = "KEY", description = "As heartbeat.period.")
          String key) {
    JsonObject settings = swarm.api().get(PATH).object();
    if (key == null) show(settings);
    else swarm.terminal().out().println(value(settings, key));
    return Exit.DONE.code();
  }

  @Command(
      name = "set",
      description = {
        "Changes settings; all workers follow within one old heartbeat period.",
        "  swarm settings set heartbeat.period=2s batch.maxSize=50"
      })
  int set(@Parameters(arity = "1..*", paramLabel = "KEY=VALUE") List<String> changes) {
    var body = new JsonObject();
    changes.forEach(change -> put(body, change));
    byte[] bytes = Json.line(body).getBytes(StandardCharsets.UTF_8);
    show(swarm.api().call("PUT", PATH, "application/json", bytes).object());
    return Exit.DONE.code();
  }

  private void show(JsonObject settings) {
    swarm.printer().one(settings, "version", flat(settings));
  }

  private static Map<String, Object> flat(JsonObject settings) {
    var lines = new LinkedHashMap<String, Object>();
    settings.forEach(
        entry -> {
          if (entry.getValue() instanceof JsonObject section) {
            section.forEach(
                inside -> lines.put(entry.getKey() + "." + inside.getKey(), inside.getValue()));
          } else {
            lines.put(entry.getKey(), entry.getValue());
          }
        });
    return lines;
  }

  private static Object value(JsonObject settings, String key) {
    Map<String, Object> flat = flat(settings);
    if (flat.containsKey(key)) return flat.get(key);
    throw CliException.notFound(
        "no setting '" + key + "'", "one of " + String.join(", ", flat.keySet()));
  }

  private static void put(JsonObject body, String change) {
    int equals = change.indexOf('=');
    int dot = change.indexOf('.');
    if (dot < 1 || equals < dot + 2) {
      throw CliException.usage(
          "'" + change + "' is not KEY=VALUE", "as in swarm settings set heartbeat.period=2s");
    }
    String section = change.substring(0, dot);
    String key = change.substring(dot + 1, equals);
    String value = change.substring(equals + 1);
    if (!body.containsKey(section)) body.put(section, new JsonObject());
    body.getJsonObject(section)
        .put(key, value.matches("[0-9]{1,9}") ? Integer.valueOf(value) : value);
  }
}
