package dev.swarm.control;

import dev.swarm.bus.EventKind;
import dev.swarm.bus.Messages.Happened;
import dev.swarm.bus.Messages.StateNews;
import dev.swarm.model.Change;
import dev.swarm.model.SwarmException;
import java.util.Set;

/**
 * The newest events, in the order of this manager. When there are too many the oldest are
 * forgotten; who wanted them gets a {@link EventKind#GAP} in their place. For one event loop.
 */
final class EventLog {
  /** Events that are remembered: some 5 MB. */
  static final int KEPT = 10_000;

  private final String manager;
  private final Event[] ring;
  private long first;
  private long next;

  /** Events up to here are not remembered. */
  private EventId forgotten = EventId.START;

  private boolean begun;
  private long incarnation;
  private long index;
  private long number;

  EventLog(String manager) {
    this(manager, KEPT);
  }

  EventLog(String manager, int kept) {
    this.manager = manager;
    ring = new Event[kept];
  }

  /**
   * The news of one log entry. What comes a second time, from a log opened again, counts once.
   *
   * @return whether there is something to read in it
   */
  boolean take(StateNews news, long nowMillis) {
    long before = next;
    long reached = news.state().index();
    incarnation = news.state().cluster().incarnation();
    if (!begun) {
      begun = true;
      forgotten = EventId.gap(incarnation, news.replaced() ? reached : reached - 1);
    } else if (news.replaced() && (reached > index || news.mended())) {
      // Without a new entry it still comes after what was told at this one.
      EventId id = reached > index ? EventId.gap(incarnation, reached) : ownId(nowMillis);
      add(new Event(id, nowMillis, jump(news)));
    }
    if (reached > index) {
      index = reached;
      derive(news, nowMillis);
    }
    return next > before;
  }

  private void derive(StateNews news, long nowMillis) {
    long atMillis = news.atMillis() == 0 ? nowMillis : news.atMillis();
    int place = 0;
    for (Change change : news.changes()) {
      Happened what = CommittedEvents.of(change);
      if (what != null)
        add(new Event(EventId.committed(incarnation, index, place), atMillis, what));
      place++;
    }
  }

  private Happened jump(StateNews news) {
    String why = news.mended() ? "its state was not right" : "it took a snapshot, or fell behind";
    String what = "manager " + manager + " may have missed events after log entry " + index;
    return new Happened(EventKind.GAP, manager, what + ": " + why);
  }

  /** What this manager saw itself. */
  void tell(Happened what, long nowMillis) {
    add(new Event(ownId(nowMillis), nowMillis, what));
  }

  /** After all that was told so far, until there is a newer entry. */
  private EventId ownId(long nowMillis) {
    number = Math.max(number + 1, nowMillis); // so that it goes on after a restart
    return EventId.own(incarnation, index, manager, number);
  }

  private void add(Event event) {
    if (next - first == ring.length) forgotten = at(first++).id();
    ring[(int) (next++ % ring.length)] = event;
  }

  private Event at(long position) {
    return ring[(int) (position % ring.length)];
  }

  /** Reads all that is remembered of these kinds, and what comes. */
  Reader read(Set<EventKind> kinds) {
    return new Reader(first, EventId.START, false, kinds);
  }

  /**
   * Reads what came after an event, whichever manager told it. Throws NO_LEADER while the log was
   * not read: what came after is not known then.
   */
  Reader read(Set<EventKind> kinds, EventId last) {
    if (!begun) {
      throw new SwarmException(
          SwarmException.Kind.NO_LEADER, "this manager has not loaded its state yet");
    }
    EventId seen = last.seenFrom(manager);
    if (!seen.isOf(incarnation)) seen = EventId.START;
    long from = next;
    while (from > first && at(from - 1).id().compareTo(seen) > 0) from--;
    return new Reader(from, seen, seen.compareTo(forgotten) < 0, kinds);
  }

  /** Goes from event to event, at its own pace. */
  final class Reader {
    private final EventId seen;
    private final Set<EventKind> kinds;
    private long position;
    private boolean missed;

    private Reader(long position, EventId seen, boolean missed, Set<EventKind> kinds) {
      this.position = position;
      this.seen = seen;
      this.missed = missed;
      this.kinds = kinds;
    }

    /** The next event; null when there is none yet. */
    Event next(long nowMillis) {
      if (missed || position < first) {
        missed = false;
        position = Math.max(position, first);
        return gap(nowMillis);
      }
      while (position < next) {
        Event event = at(position++);
        if (isNew(event) && wanted(event.kind())) return event;
      }
      return null;
    }

    /** One whose replica is behind tells again what was heard elsewhere. */
    private boolean isNew(Event event) {
      return event.own() || event.id().compareTo(seen) > 0;
    }

    private boolean wanted(EventKind kind) {
      return kind == EventKind.GAP || kinds.contains(kind);
    }
  }

  /** In the place of all that is forgotten: who goes on after it has the rest. */
  private Event gap(long nowMillis) {
    String what =
        "manager "
            + manager
            + " does not remember events up to log entry "
            + forgotten.index()
            + ": it keeps the newest "
            + ring.length
            + " since it started";
    return new Event(forgotten, nowMillis, new Happened(EventKind.GAP, manager, what));
  }
}
