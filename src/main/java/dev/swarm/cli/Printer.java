package dev.swarm.cli;

import io.vertx.core.json.JsonObject;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;

/** Prints the same data in every format; what machines read is never coloured. */
final class Printer {
  private final PrintStream out;
  private final Format format;
  private final boolean colour;

  Printer(PrintStream out, Format format, boolean colour) {
    this.out = out;
    this.format = format;
    this.colour = colour;
  }

  /** A list; {@code name} prints the ids. */
  void list(List<JsonObject> items, List<Column> columns) {
    switch (format) {
      case JSON -> out.println(Json.pretty(items));
      case JSONL -> items.forEach(item -> out.println(Json.line(item)));
      case NAME -> items.forEach(item -> out.println(Table.text(item.getValue("id"))));
      case TABLE, WIDE -> out.print(new Table(shown(columns), colour).of(items));
    }
  }

  /** One thing more of a list that has no end; the titles are printed by a list of none. */
  void more(JsonObject item, List<Column> columns) {
    switch (format) {
      case JSON, JSONL -> out.println(Json.line(item));
      case NAME -> out.println(Table.text(item.getValue("id")));
      case TABLE, WIDE -> out.print(new Table(shown(columns), colour).row(item));
    }
  }

  /** Only the ids of a list, for the next command, unless a format for machines is wanted. */
  void ids(List<JsonObject> items) {
    if (format.machine()) list(items, List.of());
    else items.forEach(item -> out.println(Table.text(item.getValue("id"))));
  }

  /** One thing; a table shows the given lines instead, {@code name} the value of one key. */
  void one(JsonObject item, String nameKey, Map<String, ?> lines) {
    switch (format) {
      case JSON -> out.println(Json.pretty(item));
      case JSONL -> out.println(Json.line(item));
      case NAME -> out.println(Table.text(item.getValue(nameKey)));
      case TABLE, WIDE -> lines(lines);
    }
  }

  /** Bytes as they are. */
  void raw(byte[] bytes) {
    out.write(bytes, 0, bytes.length);
    out.flush();
  }

  Format format() {
    return format;
  }

  private List<Column> shown(List<Column> columns) {
    return columns.stream().filter(column -> !column.wide() || format == Format.WIDE).toList();
  }

  private void lines(Map<String, ?> lines) {
    int width = lines.keySet().stream().mapToInt(String::length).max().orElse(0);
    lines.forEach(
        (key, value) -> {
          String text = value == null || value.toString().isEmpty() ? "-" : value.toString();
          String gap = " ".repeat(width - key.length() + 2);
          out.println(key + gap + text.replaceAll("[\\p{Cntrl}\\p{Cf}]+", " "));
        });
  }
}
