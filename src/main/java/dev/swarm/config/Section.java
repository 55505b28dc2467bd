package dev.swarm.config;

import dev.swarm.model.SwarmException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * One object of a configuration file. A value that is wrong is noted as a problem and a stand-in is
 * returned, so that one reading finds everything; {@link #read} then gives null.
 */
final class Section {
  private static final String STAND_IN = "x";

  private final Reading reading;
  private final String path;
  private final Map<String, Object> values;
  private final Set<String> known = new LinkedHashSet<>();
  private final Values convert;

  Section(Reading reading, String path, Map<String, Object> values) {
    this.reading = reading;
    this.path = path;
    this.values = values;
    this.convert = new Values(this);
  }

  /** A text that must be there. */
  String text(String key) {
    return required(key, "text", convert::text, STAND_IN);
  }

  /** A text that may be missing. */
  String text(String key, String preset) {
    return optional(key, "text", preset, "", convert::text, preset);
  }

  /** A text that must be there and pass a check, which throws or returns what is to be kept. */
  <T> T text(String key, String type, Function<String, T> check, T standIn) {
    return required(key, type, (name, value) -> convert.checked(name, value, check), standIn);
  }

  /** A text that may be missing; what counts passes the check. */
  <T> T text(String key, String preset, String type, Function<String, T> check, T standIn) {
    T fallback = value(key) == null ? check.apply(preset) : standIn;
    return optional(
        key, type, preset, "", (name, value) -> convert.checked(name, value, check), fallback);
  }

  /** A text that may be missing, but passes a check if it is there; null if it is not. */
  <T> T textOrNull(String key, String type, Function<String, T> check) {
    return optional(
        key, type, null, "", (name, value) -> convert.checked(name, value, check), null);
  }

  /** A text out of a few; null when it is none of them. */
  String choice(String key, String preset, List<String> allowed) {
    return optional(
        key,
        String.join(", ", allowed),
        preset,
        "",
        (name, value) -> convert.choice(name, value, allowed),
        preset);
  }

  /** A whole number. */
  int whole(String key, int preset, int least, int most) {
    String range = least + ".." + most;
    return optional(
        key,
        "whole number",
        String.valueOf(preset),
        range,
        (name, value) -> convert.whole(name, value, least, most),
        preset);
  }

  /** A duration, in milliseconds. */
  int millis(String key, String preset, String least, String most) {
    return optional(
        key,
        "duration",
        preset,
        least + ".." + most,
        (name, value) -> convert.millis(name, value, least, most),
        (int) Units.millis(preset));
  }

  /** A share, in percent. */
  int percent(String key, String preset, String least, String most) {
    return optional(
        key,
        "share",
        preset,
        least + ".." + most,
        (name, value) -> convert.percent(name, value, least, most),
        Units.percent(preset));
  }

  /** Texts by name; empty when there are none. */
  Map<String, String> texts(String key) {
    return optional(key, "texts", null, "", convert::texts, Map.of());
  }

  /** A list of texts that must be there; one said outside the file is separated by commas. */
  <T> List<T> list(String key, String type, Function<String, T> check, List<T> standIn) {
    return required(
        key, "list of " + type, (name, value) -> convert.list(name, value, check), standIn);
  }

  /** The same, which may be missing: it is empty then. */
  <T> List<T> listOrNone(String key, String type, Function<String, T> check) {
    return optional(
        key,
        "list of " + type,
        null,
        "",
        (name, value) -> convert.list(name, value, check),
        List.of());
  }

  /** The object under this key; an empty one when there is none. */
  Section section(String key) {
    knows(new Key(below(key), "object", null, ""));
    Map<String, Object> inside =
        values.containsKey(key) ? convert.object(key, values.get(key)) : Map.of();
    return reading.open(below(key), inside);
  }

  /** The objects of the list under this key; none when there is no such list. */
  List<Section> sections(String key) {
    knows(new Key(below(key), "objects", null, ""));
    List<Object> elements =
        values.containsKey(key) ? convert.array(key, values.get(key)) : List.of();
    return IntStream.range(0, elements.size())
        .mapToObj(at -> element(key + "[" + at + "]", elements.get(at)))
        .toList();
  }

  /** Whether the key was said, here or outside the file. */
  boolean has(String key) {
    return values.containsKey(key) || value(key) != null;
  }

  /** Allows a key without reading it. */
  void ignore(String key) {
    known.add(key);
  }

  /** Builds a value from this section; null when anything in it was wrong. */
  <T> T read(Supplier<T> values) {
    int before = reading.problemCount();
    try {
      T built = values.get();
      return reading.problemCount() == before ? built : null;
    } catch (SwarmException | IllegalArgumentException e) {
      if (reading.problemCount() == before) refusedBy(e);
      return null;
    }
  }

  void refuseUnknownKeys() {
    for (String key : values.keySet()) {
      if (known.contains(key)) continue;
      String meant =
          Suggestion.near(key, known).map(near -> "did you mean " + near + "? ").orElse("");
      problem(key, "unknown key, " + meant + "(allowed: " + String.join(", ", known) + ")");
    }
  }

  void problem(String key, String reason) {
    reading.problem(below(key), reason);
  }

  private Section element(String key, Object value) {
    return reading.open(below(key), convert.object(key, value));
  }

  /** A refusal of the model names the key below this section before its first colon. */
  private void refusedBy(RuntimeException refusal) {
    String message = refusal.getMessage();
    int colon = message.indexOf(": ");
    if (colon < 0) reading.problem(path, message);
    else problem(message.substring(0, colon), message.substring(colon + 2));
  }

  private interface Conversion<T> {
    /** The value, or null when it is wrong and a problem was noted. */
    T of(String key, Object value);
  }

  private <T> T required(String key, String type, Conversion<T> conversion, T standIn) {
    knows(new Key(below(key), type, "required", ""));
    Object value = value(key);
    if (value == null) {
      if (!values.containsKey(key)) problem(key, "is missing");
      else problem(key, "null is not allowed, expected " + type);
      return standIn;
    }
    T converted = conversion.of(key, value);
    return converted == null ? standIn : converted;
  }

  private <T> T optional(
      String key, String type, String preset, String range, Conversion<T> conversion, T standIn) {
    knows(new Key(below(key), type, preset, range));
    Object value = value(key);
    if (value == null) {
      if (values.containsKey(key)) problem(key, "null is not allowed, leave the key out instead");
      return standIn;
    }
    T converted = conversion.of(key, value);
    return converted == null ? standIn : converted;
  }

  private Object value(String key) {
    String outside = reading.override(below(key));
    return outside != null ? outside : values.get(key);
  }

  private void knows(Key key) {
    String name = key.path().substring(path.isEmpty() ? 0 : path.length() + 1);
    known.add(name);
    reading.knows(
        new Key(key.path().replaceAll("\\[[0-9]+]", "[]"), key.type(), key.preset(), key.range()));
  }

  String below(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  /** Whether the value in use was said outside the file, where every value is a text. */
  boolean saidOutside(String key) {
    return reading.override(below(key)) != null;
  }
}
