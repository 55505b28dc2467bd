package dev.swarm.cli;

import io.vertx.core.json.JsonObject;
import java.util.function.Function;

/**
 * One column of a table.
 *
 * @param wide shown only when asked for
 * @param coloured whether its words have a colour; they say the same without it
 * @param least letters that it is wide, for tables whose later lines are not known yet; -1 for a
 *     text that is never cut
 */
record Column(
    String title, boolean wide, boolean coloured, int least, Function<JsonObject, Object> cell) {
  private static final int UNCUT = -1;

  static Column of(String title, Function<JsonObject, Object> cell) {
    return new Column(title, false, false, 0, cell);
  }

  static Column of(String title, String key) {
    return of(title, item -> item.getValue(key));
  }

  static Column wide(String title, String key) {
    return new Column(title, true, false, 0, item -> item.getValue(key));
  }

  static Column coloured(String title, String key) {
    return coloured(title, item -> item.getValue(key));
  }

  static Column coloured(String title, Function<JsonObject, Object> cell) {
    return new Column(title, false, true, 0, cell);
  }

  /** The last one of a line, with all of a text. */
  static Column uncut(String title, String key) {
    return new Column(title, false, false, UNCUT, item -> item.getValue(key));
  }

  /** The same, so many letters wide or wider. */
  Column atLeast(int letters) {
    return new Column(title, wide, coloured, letters, cell);
  }

  /** What is shown of an item. */
  String text(JsonObject item) {
    Object value = cell.apply(item);
    return least == UNCUT ? Table.uncut(value) : Table.text(value);
  }
}
