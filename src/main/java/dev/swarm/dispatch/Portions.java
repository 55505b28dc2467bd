package dev.swarm.dispatch;

import io.vertx.core.Vertx;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Does the same for each of many, in order, a portion in a turn of the event loop: the sockets have
 * theirs in between. Tasks handed to the loop would not do, it runs all of them before it looks at
 * a socket. Holds each one once; whoever adds bounds how many there are. Belongs to its event loop.
 */
final class Portions<T> {
  private static final long NEXT_MILLIS = 1;

  private final Set<T> waiting = new LinkedHashSet<>();
  private final int portion;
  private final Predicate<T> action;
  private final Gathering next;
  private boolean resting;

  /**
   * Nobody waits yet.
   *
   * @param portion how often in a turn there may be something to do
   * @param action whether there was something to do
   */
  Portions(Vertx vertx, int portion, Predicate<T> action) {
    this.portion = portion;
    this.action = action;
    next = new Gathering(vertx, this::goOn);
  }

  /** Does it for the first of these now, if nobody was before them, and soon for the others. */
  void add(Collection<T> more) {
    waiting.addAll(more);
    if (!resting) act();
  }

  private void goOn() {
    resting = false;
    act();
  }

  private void act() {
    int done = 0;
    Iterator<T> each = waiting.iterator();
    while (done < portion && each.hasNext()) {
      T one = each.next();
      each.remove();
      if (action.test(one)) done++;
    }
    resting = done > 0 || !waiting.isEmpty();
    if (resting) next.in(NEXT_MILLIS);
  }

  /** Does nothing more. */
  void stop() {
    next.stop();
    waiting.clear();
  }
}
