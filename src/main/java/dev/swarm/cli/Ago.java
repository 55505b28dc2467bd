package dev.swarm.cli;

import java.time.DateTimeException;
import java.time.Instant;

/** Moments as people say them. */
record Ago(long nowMillis) {

  /** How long ago a moment in UTC was: {@code 3s}, {@code 5m}, {@code 2h}, {@code 4d}. */
  String since(Object moment) {
    if (!(moment instanceof String text)) return "";
    try {
      long seconds = Math.max(0, (nowMillis - Instant.parse(text).toEpochMilli()) / 1_000);
      if (seconds < 120) return seconds + "s";
      if (seconds < 7_200) return seconds / 60 + "m";
      return seconds < 172_800 ? seconds / 3_600 + "h" : seconds / 86_400 + "d";
    } catch (DateTimeException e) {
      return text;
    }
  }
}
