package dev.swarm.cli;

import io.vertx.core.json.JsonObject;
import java.util.function.Function;

/**
 * One column of a table.
 *
 * @param wide shown only when asked for
 * @param coloured whether its words have a colour; they say the same without it
 */
record Column(String title, boolean wide, boolean coloured, Function<JsonObject, Object> cell) {
  static Column of(String title, Function<JsonObject, Object> cell) {
    return new Column(title, false, false, cell);
  }

  static Column of(String title, String key) {
    return of(title, item -> item.getValue(key));
  }

  static Column wide(String title, String key) {
    return new Column(title, true, false, item -> item.getValue(key));
  }

  static Column coloured(String title, String key) {
    return new Column(title, false, true, item -> item.getValue(key));
  }
}
