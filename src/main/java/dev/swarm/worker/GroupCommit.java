package dev.swarm.worker;

import dev.swarm.model.SwarmException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * Gathers what many event loops want on disk: while one commit is under way the next group forms.
 * Groups are committed in the order in which they came. After a failure nothing is taken any more:
 * what is on disk then is a prefix of what was asked.
 *
 * <p>Bounded by those who feed it: an agent stops reading its stream, and starts no task, while its
 * own writes are not done.
 */
final class GroupCommit {
  /** Most entries that share a commit, so that one fsync does not wait for too many bytes. */
  static final int MAX_GROUP = 2_000;

  private record Entry(List<AgentStore.Write> writes, Context context, Promise<Void> promise) {
    void done(Throwable failure) {
      context.runOnContext(
          run -> {
            if (failure == null) promise.complete();
            else promise.fail(failure);
          });
    }
  }

  private final Vertx vertx;
  private final WorkerExecutor disk;
  private final Consumer<List<List<AgentStore.Write>>> committer;
  private final Deque<Entry> waiting = new ArrayDeque<>();
  private long added;
  private boolean committing;
  private Throwable broken;
  private Promise<Void> closing;

  GroupCommit(Vertx vertx, WorkerExecutor disk, Consumer<List<List<AgentStore.Write>>> committer) {
    this.vertx = vertx;
    this.disk = disk;
    this.committer = committer;
  }

  /** Adds an entry; the future completes on the caller's context. */
  Future<Void> add(List<AgentStore.Write> writes) {
    Promise<Void> promise = Promise.promise();
    synchronized (this) {
      if (broken != null) return Future.failedFuture(broken);
      added++;
      waiting.add(new Entry(writes, vertx.getOrCreateContext(), promise));
      if (committing) return promise.future();
      committing = true;
    }
    commitNext();
    return promise.future();
  }

  /** How many entries there were so far. */
  synchronized long added() {
    return added;
  }

  private void commitNext() {
    List<Entry> group = takeGroup();
    if (group.isEmpty()) return;
    disk.executeBlocking(
            () -> {
              committer.accept(group.stream().map(Entry::writes).toList());
              return null;
            },
            false)
        .onComplete(done -> committed(group, null), failure -> committed(group, failure));
  }

  private synchronized List<Entry> takeGroup() {
    List<Entry> group = new ArrayList<>();
    while (!waiting.isEmpty() && group.size() < MAX_GROUP) group.add(waiting.poll());
    if (group.isEmpty()) {
      committing = false;
      if (closing != null) closing.tryComplete();
    }
    return group;
  }

  private void committed(List<Entry> group, Throwable failure) {
    if (failure != null) group = breakDown(group, failure);
    Throwable reason = failure == null ? null : broken();
    group.forEach(entry -> entry.done(reason));
    commitNext();
  }

  private synchronized Throwable broken() {
    return broken;
  }

  private synchronized List<Entry> breakDown(List<Entry> group, Throwable failure) {
    broken =
        new SwarmException(
            SwarmException.Kind.CONFLICT, "agent store cannot be written: " + failure.getMessage());
    List<Entry> all = new ArrayList<>(group);
    all.addAll(waiting);
    waiting.clear();
    return all;
  }

  /** Takes no more; succeeds when everything taken is done. */
  synchronized Future<Void> close() {
    if (broken == null) {
      broken = new SwarmException(SwarmException.Kind.CONFLICT, "agent store is closed");
    }
    if (!committing) return Future.succeededFuture();
    closing = Promise.promise();
    return closing.future();
  }
}
