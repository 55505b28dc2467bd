package dev.swarm.cli;

import io.vertx.core.json.JsonObject;
import java.util.List;
import picocli.CommandLine.Help.Ansi;

/** Plain columns, aligned: easy to read, to cut and to grep. */
final class Table {
  private static final String GAP = "  ";
  private static final int WIDEST_CELL = 60;

  private final List<Column> columns;
  private final boolean colour;

  Table(List<Column> columns, boolean colour) {
    this.columns = columns;
    this.colour = colour;
  }

  /** One line of titles, one for each item. */
  String of(List<JsonObject> items) {
    String[][] cells = new String[items.size() + 1][];
    cells[0] = columns.stream().map(Column::title).toArray(String[]::new);
    for (int row = 0; row < items.size(); row++) {
      JsonObject item = items.get(row);
      cells[row + 1] = columns.stream().map(column -> column.text(item)).toArray(String[]::new);
    }
    int[] widths = widths(cells);
    var text = new StringBuilder();
    for (int row = 0; row < cells.length; row++) line(text, cells[row], widths, row > 0);
    return text.toString();
  }

  /** One line more, of items that are not all known. */
  String row(JsonObject item) {
    String[][] cells = {columns.stream().map(column -> column.text(item)).toArray(String[]::new)};
    var text = new StringBuilder();
    line(text, cells[0], widths(cells), true);
    return text.toString();
  }

  /**
   * A cell as it is shown: what is not there is a dash, what would move the cursor is not shown.
   */
  static String text(Object value) {
    String shown = uncut(value);
    return shown.length() <= WIDEST_CELL ? shown : shown.substring(0, WIDEST_CELL - 3) + "...";
  }

  /** The same, however long. */
  static String uncut(Object value) {
    String text = value == null ? "" : value.toString();
    return text.isEmpty() ? "-" : text.replaceAll("[\\p{Cntrl}\\p{Cf}]+", " ");
  }

  private void line(StringBuilder text, String[] cells, int[] widths, boolean data) {
    for (int at = 0; at < cells.length; at++) {
      boolean painted = data && colour && columns.get(at).coloured();
      text.append(painted ? Paint.word(cells[at]) : cells[at]);
      if (at == cells.length - 1) break;
      text.append(" ".repeat(widths[at] - width(cells[at]))).append(GAP);
    }
    text.append('\n');
  }

  private int[] widths(String[][] cells) {
    int[] widths = columns.stream().mapToInt(Column::least).toArray();
    for (String[] row : cells) {
      for (int at = 0; at < row.length; at++) widths[at] = Math.max(widths[at], width(row[at]));
    }
    return widths;
  }

  /** Columns of the screen that the text takes; letters of East Asia take two. */
  private static int width(String text) {
    boolean plain = text.chars().allMatch(letter -> letter < 0x1100);
    return plain ? text.length() : Ansi.OFF.new Text(text).getCJKAdjustedLength();
  }
}
