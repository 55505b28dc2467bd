package dev.swarm.cli;

import io.vertx.core.json.JsonObject;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts together what several managers tell: what stands in the log once, whoever tells it, what
 * each saw itself always.
 */
final class EventMerge {
  /** Ids that are remembered: what ten managers remember. */
  static final int MAX_KNOWN = 100_000;

  private static final Pattern ID = Pattern.compile("[^-]*-(\\d{1,18})-(?:(\\d{1,9})|.*)");
  private static final Comparator<JsonObject> ORDER =
      Comparator.comparingLong(EventMerge::index)
          .thenComparingLong(EventMerge::place)
          .thenComparing(event -> event.getString("time", ""));

  private final Set<String> known = new LinkedHashSet<>();

  /** Whether it was not told before. */
  boolean isNew(JsonObject event) {
    boolean committed = event.getValue("manager") == null && !"gap".equals(kind(event));
    if (!committed) return true;
    if (!known.add(event.getString("id"))) return false;
    if (known.size() > MAX_KNOWN) {
      Iterator<String> oldest = known.iterator();
      oldest.next();
      oldest.remove();
    }
    return true;
  }

  /** The new ones of them in the order of the log. */
  List<JsonObject> inOrder(List<JsonObject> events) {
    return events.stream().sorted(ORDER).filter(this::isNew).toList();
  }

  static String kind(JsonObject event) {
    return event.getString("kind", "");
  }

  private static long index(JsonObject event) {
    Matcher id = ID.matcher(event.getString("id", ""));
    return id.matches() ? Long.parseLong(id.group(1)) : Long.MAX_VALUE;
  }

  /** Within an entry of the log; what a manager saw itself comes after it. */
  private static long place(JsonObject event) {
    Matcher id = ID.matcher(event.getString("id", ""));
    return id.matches() && id.group(2) != null ? Long.parseLong(id.group(2)) : Long.MAX_VALUE;
  }
}
