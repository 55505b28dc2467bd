package dev.swarm.config;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the schema says of each key, and the tables of docs/configuration.md made from it. */
final class Reference {
  static final Path DOCUMENT = Path.of("docs/configuration.md");

  private Reference() {}

  static JsonObject schema() {
    try {
      return new JsonObject(Files.readString(Path.of("src/main/resources/config-schema.json")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Path of each key of a role → its schema, in the order of the schema. */
  static Map<String, JsonObject> keys(String role) {
    var keys = new LinkedHashMap<String, JsonObject>();
    collect("", schema().getJsonObject("$defs").getJsonObject(role), keys);
    return keys;
  }

  private static void collect(String path, JsonObject object, Map<String, JsonObject> keys) {
    JsonArray required = object.getJsonArray("required", new JsonArray());
    for (String name : object.getJsonObject("properties").fieldNames()) {
      JsonObject key = object.getJsonObject("properties").getJsonObject(name);
      String below = path + name;
      keys.put(below, key.copy().put("x-required", required.contains(name)));
      if (key.containsKey("properties")) collect(below + ".", key, keys);
      JsonObject items = key.getJsonObject("items", new JsonObject());
      if (items.containsKey("properties")) collect(below + "[].", items, keys);
    }
  }

  /** What counts when nothing is said, as the code calls it. */
  static String preset(JsonObject key) {
    if (key.getBoolean("x-required")) return "required";
    Object preset = key.getValue("default");
    return preset == null ? null : preset.toString();
  }

  static String range(JsonObject key) {
    if (key.containsKey("minimum")) {
      return key.getValue("minimum") + ".." + key.getValue("maximum");
    }
    return key.containsKey("x-least")
        ? key.getString("x-least") + ".." + key.getString("x-most")
        : "";
  }

  static String table(String role) {
    var text = new StringBuilder("| key | default | allowed | meaning |\n|---|---|---|---|\n");
    keys(role)
        .forEach(
            (path, key) -> {
              text.append("| `").append(path).append("` | ").append(shown(preset(key)));
              text.append(" | ").append(allowed(key)).append(" | ");
              text.append(key.getString("description")).append(" |\n");
            });
    return text.toString();
  }

  private static String shown(String preset) {
    if (preset == null || preset.isEmpty()) return "";
    return preset.equals("required") ? "*required*" : "`" + preset + "`";
  }

  private static String allowed(JsonObject key) {
    if (key.containsKey("const")) return "`" + key.getString("const") + "`";
    if (key.containsKey("enum")) {
      return String.join(
          ", ", key.getJsonArray("enum").stream().map(value -> "`" + value + "`").toList());
    }
    if (!range(key).isEmpty()) return range(key).replace("..", " … ");
    String pattern = key.getString("pattern", "");
    if (pattern.contains("a-z0-9")) return "`[a-z0-9][a-z0-9._-]{0,63}`";
    if (pattern.contains(":[0-9]")) return "`host:port`, `[ipv6]:port`";
    return switch (key.getString("type")) {
      case "array" -> "list of " + (keyOf(key) ? "objects" : "`host:port`");
      case "object" -> key.containsKey("properties") ? "object" : "texts by name";
      default -> "text";
    };
  }

  private static boolean keyOf(JsonObject list) {
    return list.getJsonObject("items").containsKey("properties");
  }
}
