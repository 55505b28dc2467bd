package dev.swarm.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One reading of one file: the sections opened, the keys they know, the problems found so far. */
final class Reading {
  private static final Pattern LINE_AND_COLUMN = Pattern.compile(":([0-9]{1,9}):([0-9]{1,9})$");

  private final JsonText text;
  private final Overrides overrides;
  private final List<Section> sections = new ArrayList<>();
  private final Map<String, Key> keys = new LinkedHashMap<>();
  private final Map<String, String> said = new HashMap<>();
  private final List<Problem> problems = new ArrayList<>();

  Reading(JsonText text, Overrides overrides) {
    this.text = text;
    this.overrides = overrides;
  }

  Section root() {
    return open("", text.root());
  }

  Section open(String path, Map<String, Object> values) {
    var section = new Section(this, path, values);
    sections.add(section);
    return section;
  }

  /** The value said outside the file, or null. */
  String override(String path) {
    var found = overrides.find(path);
    found.ifPresent(override -> said.put(path, override.place()));
    return found.map(Overrides.Override::value).orElse(null);
  }

  void knows(Key key) {
    keys.putIfAbsent(key.path(), key);
  }

  /** Every key that was asked for, with what the code says of it. */
  Map<String, Key> keys() {
    return keys;
  }

  void problem(String path, String reason) {
    String place = said.containsKey(path) ? said.get(path) : text.place(path);
    problems.add(new Problem(place, path, reason));
  }

  int problemCount() {
    return problems.size();
  }

  /** Names unknown keys, then fails with all problems if there are any. */
  void finish() {
    sections.forEach(Section::refuseUnknownKeys);
    if (!problems.isEmpty()) failNow();
  }

  /** Fails with the problems found so far, in the order of the file. */
  void failNow() {
    var sorted = new ArrayList<>(problems);
    sorted.sort(Comparator.comparingLong(problem -> position(problem.place())));
    throw new ConfigException(sorted);
  }

  /** Line and column as one number; what was said outside the file comes last. */
  private static long position(String place) {
    Matcher matcher = LINE_AND_COLUMN.matcher(place);
    if (!matcher.find()) return Long.MAX_VALUE;
    return Long.parseLong(matcher.group(1)) << 32 | Long.parseLong(matcher.group(2));
  }
}
