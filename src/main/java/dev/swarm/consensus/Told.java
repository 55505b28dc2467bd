package dev.swarm.consensus;

import dev.swarm.model.ClusterState;

/**
 * What the owner has heard of the state, over all logs that are opened one after the other. A log
 * that is opened again begins with its snapshot and applies what came after; the owner hears of
 * nothing twice, and never of an older state. When the state was wrong it hears, once the log is as
 * far as it was, that what it heard may not hold. On any thread.
 */
final class Told {
  private static final long NOTHING = -1;

  private final LogOwner owner;
  private long index = NOTHING;
  private volatile boolean wrong;

  /** Has told that owner nothing yet. */
  Told(LogOwner owner) {
    this.owner = owner;
  }

  /** What was told last may be wrong; the next log knows better. */
  synchronized void wrong() {
    wrong = true;
  }

  /** Whether what was told last may be wrong, and nothing better was told since. */
  boolean isWrong() {
    return wrong;
  }

  /** An entry was applied. */
  synchronized void applied(ClusterState.Applied entry) {
    if (isNews(entry.state())) owner.applied(entry);
  }

  /** There is another state, as it would be with entries that were not told. */
  synchronized void replaced(ClusterState state) {
    if (isNews(state)) owner.replaced(state);
  }

  /** There is a right state instead of a wrong one. */
  synchronized void mended(ClusterState state) {
    wrong = true;
    mendedIfAsFar(state);
  }

  private boolean isNews(ClusterState state) {
    if (wrong) {
      mendedIfAsFar(state);
      return false;
    }
    if (state.index() <= index) return false;
    index = state.index();
    return true;
  }

  private void mendedIfAsFar(ClusterState state) {
    if (state.index() < index) return;
    index = state.index();
    wrong = false;
    owner.mended(state);
  }
}
