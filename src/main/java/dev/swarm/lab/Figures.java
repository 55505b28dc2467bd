package dev.swarm.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a benchmark has measured: told as soon as it is known, and all together at the end. */
final class Figures {
  private final Progress progress = new Progress();
  private final List<String> lines = new ArrayList<>();

  Progress progress() {
    return progress;
  }

  void add(String what, String value) {
    String line = String.format(Locale.ROOT, "%-75s %s", what, value);
    progress.step(line);
    lines.add(line);
  }

  void print() {
    System.out.println();
    lines.forEach(System.out::println);
  }
}
