package dev.swarm.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations and shares as text with a unit: {@code 100ms}, {@code 5s}, {@code 2m}, {@code 10%}. */
public final class Units {
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,12})(ms|s|m|h)");
  private static final Pattern PERCENT = Pattern.compile("([0-9]{1,3})%");

  private Units() {}

  /** Milliseconds of a text such as {@code 5s}; throws IllegalArgumentException. */
  public static long millis(String text) {
    Matcher matcher = DURATION.matcher(text.trim());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is not a duration, write a whole number and ms, s, m or h, as \"5s\"");
    }
    return Long.parseLong(matcher.group(1)) * millisOf(matcher.group(2));
  }

  /** The number of a text such as {@code 10%}; throws IllegalArgumentException. */
  public static int percent(String text) {
    Matcher matcher = PERCENT.matcher(text.trim());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is not a share, write a whole number and %, as \"10%\"");
    }
    return Integer.parseInt(matcher.group(1));
  }

  /** The shortest text for this many milliseconds: {@code 5s} rather than {@code 5000ms}. */
  public static String text(long millis) {
    for (String unit : new String[] {"h", "m", "s"}) {
      long size = millisOf(unit);
      if (millis != 0 && millis % size == 0) return millis / size + unit;
    }
    return millis + "ms";
  }

  private static long millisOf(String unit) {
    return switch (unit) {
      case "ms" -> 1;
      case "s" -> 1_000;
      case "m" -> 60_000;
      default -> 3_600_000;
    };
  }
}
