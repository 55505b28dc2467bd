package dev.swarm.consensus;

import dev.swarm.bus.Messages.StateNews;
import dev.swarm.bus.SwarmBus;
import dev.swarm.bus.Topics;
import dev.swarm.model.ClusterState;
import io.vertx.core.Context;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Carries what was applied from Ratis' thread to the listeners, in log order. When they fall behind
 * it stops, and when they have caught up one "replaced" stands for all that was left out: nothing
 * here grows.
 */
final class NewsFeed {
  /** News on their way to the verticle. */
  static final int MAX_QUEUED = 1_024;

  /** News that the slowest listener may have yet to see. */
  static final int MAX_BACKLOG = 1_024;

  /** A listener has caught up when it has fewer than this to see. */
  static final int CAUGHT_UP = 16;

  /** News published before other work has a turn. */
  private static final int AT_ONCE = 64;

  private static final long LOOK_AGAIN_MILLIS = 10;

  private final Context context;
  private final SwarmBus bus;
  private final Deque<StateNews> queue = new ArrayDeque<>();
  private ClusterState newest;
  private boolean behind;
  private boolean mendedSince;
  private boolean scheduled;
  private boolean closed;

  NewsFeed(Context context, SwarmBus bus) {
    this.context = context;
    this.bus = bus;
  }

  /** An entry was applied; on any thread. */
  void applied(ClusterState.Applied entry) {
    add(new StateNews(entry.state(), entry.changes(), false, false, entry.atMillis()));
  }

  /** Everything may be different; on any thread. */
  void replaced(ClusterState state) {
    add(new StateNews(state, List.of(), true));
  }

  /** What was told before may have been wrong; on any thread. */
  void mended(ClusterState state) {
    add(new StateNews(state, List.of(), true, true, 0));
  }

  private synchronized void add(StateNews news) {
    newest = news.state();
    if (queue.size() >= MAX_QUEUED) fallBehind();
    if (behind) mendedSince |= news.mended();
    else queue.add(news);
    if (scheduled || closed) return;
    scheduled = true;
    context.runOnContext(turn -> deliver());
  }

  private void fallBehind() {
    behind = true;
    for (StateNews left : queue) mendedSince |= left.mended();
    queue.clear();
  }

  /** Publishes some; on the verticle's context. */
  private void deliver() {
    int backlog = bus.backlog(Topics.STATE);
    for (StateNews news : take(backlog)) bus.publish(Topics.STATE, news);
    synchronized (this) {
      scheduled = !closed && (behind || !queue.isEmpty());
      if (!scheduled) return;
      if (behind) context.owner().setTimer(LOOK_AGAIN_MILLIS, timer -> deliver());
      else context.runOnContext(turn -> deliver());
    }
  }

  private synchronized List<StateNews> take(int backlog) {
    if (closed) return List.of();
    if (backlog > MAX_BACKLOG) fallBehind();
    if (behind) {
      if (backlog >= CAUGHT_UP) return List.of();
      behind = false;
      boolean mended = mendedSince;
      mendedSince = false;
      return List.of(new StateNews(newest, List.of(), true, mended, 0));
    }
    List<StateNews> some = new java.util.ArrayList<>(AT_ONCE);
    while (!queue.isEmpty() && some.size() < AT_ONCE) some.add(queue.poll());
    return some;
  }

  /** Publishes nothing more. */
  synchronized void close() {
    closed = true;
    queue.clear();
  }
}
