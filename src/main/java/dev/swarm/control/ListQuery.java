package dev.swarm.control;

import dev.swarm.model.SwarmException;
import io.vertx.core.MultiMap;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The part of a list that a client wants: filters, and a page of ids in order. */
final class ListQuery {
  static final int DEFAULT_LIMIT = 1_000;
  static final int MAX_LIMIT = 10_000;

  private static final List<String> PAGING = List.of("limit", "after");

  private final MultiMap params;
  private final int limit;

  /** Checks that only these filters, and paging, are asked for; throws BAD_REQUEST. */
  ListQuery(MultiMap params, String... filters) {
    Set<String> allowed = new TreeSet<>(PAGING);
    allowed.addAll(Arrays.asList(filters));
    for (String name : params.names()) {
      if (allowed.contains(name)) continue;
      throw SwarmException.badRequest(
          "?" + name + ": unknown parameter, allowed are " + String.join(", ", allowed));
    }
    this.params = params;
    this.limit = limit(params.get("limit"));
  }

  private static int limit(String text) {
    if (text == null) return DEFAULT_LIMIT;
    boolean whole = text.matches("\\d{1,9}");
    int limit = whole ? Integer.parseInt(text) : 0;
    if (limit < 1 || limit > MAX_LIMIT) {
      throw SwarmException.badRequest("?limit=" + text + " is outside 1.." + MAX_LIMIT);
    }
    return limit;
  }

  /** How many at most. */
  int limit() {
    return limit;
  }

  /** Only those with a greater id; null for all. */
  String after() {
    String after = params.get("after");
    return after == null || after.isEmpty() ? null : after;
  }

  /** The value of a filter, or null. */
  String text(String name) {
    return params.get(name);
  }

  /** The values of a filter, given one by one or with commas between; all when not given. */
  <E extends Enum<E>> EnumSet<E> anyOf(String name, Class<E> type) {
    EnumSet<E> wanted = EnumSet.noneOf(type);
    for (String given : params.getAll(name)) {
      for (String one : given.split(",")) wanted.add(constant(name, one, type));
    }
    return wanted.isEmpty() ? EnumSet.allOf(type) : wanted;
  }

  /** The values of a filter, given as above; none when not given. */
  Set<String> anyOf(String name) {
    Set<String> wanted = new TreeSet<>();
    for (String given : params.getAll(name)) wanted.addAll(Arrays.asList(given.split(",")));
    return wanted;
  }

  /** The constant of this name, in any case; throws BAD_REQUEST that lists them all. */
  static <E extends Enum<E>> E constant(String what, String text, Class<E> type) {
    String wanted = text.trim().toUpperCase(Locale.ROOT);
    for (E constant : type.getEnumConstants()) if (constant.name().equals(wanted)) return constant;
    throw SwarmException.badRequest(
        what
            + " '"
            + text
            + "' is none of "
            + EnumSet.allOf(type).toString().replaceAll("[\\[\\]]", ""));
  }

  /** The labels asked for as {@code key==value}, all of which must be there. */
  Map<String, String> labels() {
    Map<String, String> wanted = new LinkedHashMap<>();
    for (String given : params.getAll("label")) {
      int equals = given.indexOf("==");
      if (equals < 1) {
        throw SwarmException.badRequest("?label=" + given + " must look like key==value");
      }
      wanted.put(given.substring(0, equals).trim(), given.substring(equals + 2).trim());
    }
    return wanted;
  }

  /** The same list from after this id on, as a relative address. */
  String next(String path, String lastId) {
    List<String> parts = new ArrayList<>();
    for (Map.Entry<String, String> param : params) {
      if (!param.getKey().equals("after")) parts.add(encoded(param.getKey(), param.getValue()));
    }
    parts.add(encoded("after", lastId));
    return path + "?" + String.join("&", parts);
  }

  private static String encoded(String name, String value) {
    return name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8);
  }
}
