package dev.swarm.config;

import dev.swarm.model.SwarmException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Turns a JSON value into what a key wants; notes a problem in the section and gives null if not.
 */
final class Values {
  private final Section section;

  Values(Section section) {
    this.section = section;
  }

  String text(String key, Object value) {
    if (!(value instanceof String text)) return wrongType(key, value, "text");
    if (text.isBlank()) return problem(key, "must not be empty");
    return text;
  }

  <T> T checked(String key, Object value, Function<String, T> check) {
    String text = text(key, value);
    if (text == null) return null;
    try {
      return check.apply(text);
    } catch (IllegalArgumentException | SwarmException e) {
      return problem(key, e.getMessage());
    }
  }

  String choice(String key, Object value, List<String> allowed) {
    String text = text(key, value);
    if (text == null || allowed.contains(text)) return text;
    String meant =
        Suggestion.near(text, allowed).map(near -> ", did you mean " + near + "?").orElse("");
    return problem(key, quoted(text) + " is not one of " + String.join(", ", allowed) + meant);
  }

  Integer whole(String key, Object value, int least, int most) {
    BigDecimal number = null;
    if (value instanceof BigDecimal said) number = said;
    else if (value instanceof String text && section.saidOutside(key)) number = digits(text);
    if (number == null) return wrongType(key, value, "a whole number");
    if (number.stripTrailingZeros().scale() > 0) {
      return problem(key, number + " is not a whole number");
    }
    boolean inside =
        number.compareTo(BigDecimal.valueOf(least)) >= 0
            && number.compareTo(BigDecimal.valueOf(most)) <= 0;
    if (!inside) return problem(key, number + " is outside " + least + ".." + most);
    return number.intValueExact();
  }

  Integer millis(String key, Object value, String least, String most) {
    if (value instanceof BigDecimal) {
      return problem(key, value + " has no unit, write \"" + value + "ms\" or \"" + value + "s\"");
    }
    Long millis = checked(key, value, Units::millis);
    if (millis == null) return null;
    if (millis < Units.millis(least) || millis > Units.millis(most)) {
      return problem(key, value + " is outside " + least + ".." + most);
    }
    return millis.intValue();
  }

  Integer percent(String key, Object value, String least, String most) {
    if (value instanceof BigDecimal) {
      return problem(key, value + " has no unit, write \"" + value + "%\"");
    }
    Integer percent = checked(key, value, Units::percent);
    if (percent == null) return null;
    if (percent < Units.percent(least) || percent > Units.percent(most)) {
      return problem(key, value + " is outside " + least + ".." + most);
    }
    return percent;
  }

  Map<String, String> texts(String key, Object value) {
    var texts = new LinkedHashMap<String, String>();
    for (Map.Entry<String, Object> entry : object(key, value).entrySet()) {
      if (entry.getValue() instanceof String text) texts.put(entry.getKey(), text);
      else wrongType(key + "." + entry.getKey(), entry.getValue(), "text");
    }
    return texts;
  }

  <T> List<T> list(String key, Object value, Function<String, T> check) {
    boolean outside = value instanceof String && section.saidOutside(key);
    List<?> elements = outside ? List.of(((String) value).split(",")) : array(key, value);
    var converted = new ArrayList<T>();
    for (int at = 0; at < elements.size(); at++) {
      T element = checked(outside ? key : key + "[" + at + "]", elements.get(at), check);
      if (element != null) converted.add(element);
    }
    return List.copyOf(converted);
  }

  @SuppressWarnings("unchecked") // JsonText makes objects of nothing else
  Map<String, Object> object(String key, Object value) {
    if (value instanceof Map) return (Map<String, Object>) value;
    wrongType(key, value, "an object { ... }");
    return Map.of();
  }

  @SuppressWarnings("unchecked") // JsonText makes lists of nothing else
  List<Object> array(String key, Object value) {
    if (value instanceof List) return (List<Object>) value;
    wrongType(key, value, "a list [ ... ]");
    return List.of();
  }

  private static BigDecimal digits(String text) {
    return text.matches("-?[0-9]{1,18}") ? new BigDecimal(text) : null;
  }

  private <T> T wrongType(String key, Object value, String expected) {
    return problem(key, named(value) + " is not allowed, expected " + expected);
  }

  private <T> T problem(String key, String reason) {
    section.problem(key, reason);
    return null;
  }

  private static String named(Object value) {
    if (value == null) return "null";
    if (value instanceof Map) return "an object";
    if (value instanceof List) return "a list";
    return value instanceof String text ? quoted(text) : value.toString();
  }

  private static String quoted(String text) {
    String shortened = text.length() > 80 ? text.substring(0, 80) + "..." : text;
    return "\"" + shortened.replaceAll("\\p{Cntrl}", "?") + "\"";
  }
}
