package dev.swarm.cli;

import java.util.Locale;
import picocli.CommandLine.TypeConversionException;

/** How data is printed. */
enum Format {
  TABLE,
  WIDE,
  JSON,
  JSONL,
  NAME;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Reads the value of {@code -o}. */
  static Format parse(String text) {
    for (Format format : values()) if (format.toString().equalsIgnoreCase(text)) return format;
    throw new TypeConversionException(
        "'" + text + "' is not one of table, wide, json, jsonl, name");
  }

  boolean machine() {
    return this == JSON || this == JSONL;
  }
}
