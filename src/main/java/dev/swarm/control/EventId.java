package dev.swarm.control;

import dev.swarm.model.Names;
import dev.swarm.model.SwarmException;
import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names an event and its place in the order of events. What was read from the log has the same id
 * on every manager. What one manager saw itself comes after the entry that it had applied by then,
 * and is numbered by that manager.
 *
 * @param incarnation of the cluster, shortened: indexes of different ones do not compare
 * @param index of the log entry
 * @param place of the change within the entry; {@link #GAP} and {@link #OWN} come after them all
 * @param manager that saw it itself; empty for what is in the log
 * @param number that this manager gave it; 0 for what is in the log
 */
record EventId(int incarnation, long index, int place, String manager, long number)
    implements Comparable<EventId> {
  /** Before all events. */
  static final EventId START = new EventId(0, -1, 0, "", 0);

  private static final int OWN = Integer.MAX_VALUE;
  private static final int GAP = OWN - 1;
  private static final Pattern TEXT =
      Pattern.compile(
          "([0-9a-f]{8})-(\\d{1,18})-(?:(\\d{1,9})|gap|(" + Names.PATTERN + ")-(\\d{1,18}))");
  private static final Comparator<EventId> ORDER =
      Comparator.comparingLong(EventId::index)
          .thenComparingInt(EventId::place)
          .thenComparingLong(EventId::number);

  /** Of a change in the log. */
  static EventId committed(long incarnation, long index, int place) {
    return new EventId(shortened(incarnation), index, place, "", 0);
  }

  /** After all changes up to this entry, none of which may be known. */
  static EventId gap(long incarnation, long index) {
    return new EventId(shortened(incarnation), index, GAP, "", 0);
  }

  /** Of what a manager saw itself when it had applied this entry. */
  static EventId own(long incarnation, long index, String manager, long number) {
    return new EventId(shortened(incarnation), index, OWN, manager, number);
  }

  /** Whether its index means something in that incarnation. */
  boolean isOf(long wanted) {
    return incarnation == shortened(wanted);
  }

  private static int shortened(long incarnation) {
    return (int) (incarnation >>> 32);
  }

  /** Reads what {@link #toString} wrote; throws BAD_REQUEST. */
  static EventId parse(String text) {
    Matcher parts = TEXT.matcher(text);
    if (!parts.matches()) throw SwarmException.badRequest("'" + text + "' is not an event's id");
    int incarnation = Integer.parseUnsignedInt(parts.group(1), 16);
    long index = Long.parseLong(parts.group(2));
    if (parts.group(3) != null) {
      return new EventId(incarnation, index, Integer.parseInt(parts.group(3)), "", 0);
    }
    return parts.group(4) == null
        ? new EventId(incarnation, index, GAP, "", 0)
        : new EventId(incarnation, index, OWN, parts.group(4), Long.parseLong(parts.group(5)));
  }

  /**
   * As a place in the events of that manager: what another one saw itself is not among them, so
   * that its place is behind all that this one saw at the same entry.
   */
  EventId seenFrom(String other) {
    boolean foreign = !manager.isEmpty() && !manager.equals(other);
    return foreign ? new EventId(incarnation, index, OWN, other, Long.MAX_VALUE) : this;
  }

  /** By place; of one incarnation and one manager. */
  @Override
  public int compareTo(EventId other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    String place =
        switch (this.place) {
          case OWN -> manager + "-" + number;
          case GAP -> "gap";
          default -> Integer.toString(this.place);
        };
    return String.format("%08x-%d-%s", incarnation, index, place);
  }
}
