package dev.swarm.lab;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/**
 * A client that submits one task after the other, to the managers in turn, and offers each again
 * until one acknowledges it.
 */
final class Submitter implements AutoCloseable {
  private static final long PAUSE_NANOS = 20_000_000;

  private final LocalCluster cluster;
  private final String prefix;
  private final Thread thread = new Thread(this::run, "submitter");
  private final List<String> acknowledged = new CopyOnWriteArrayList<>();
  private final List<Long> moments = new CopyOnWriteArrayList<>();
  private volatile List<String> managers;
  private volatile String refusal = "";
  private volatile boolean stopped;

  /** Begins at once; keys begin with the prefix. */
  Submitter(LocalCluster cluster, String prefix, List<String> managers) {
    this.cluster = cluster;
    this.prefix = prefix;
    this.managers = List.copyOf(managers);
    moments.add(System.nanoTime());
    thread.start();
  }

  private void run() {
    int turn = 0;
    for (int i = 0; !stopped; i++) {
      String line = "{\"name\":\"f\",\"kind\":\"discard\",\"key\":\"" + prefix + "-" + i + "\"}\n";
      while (!stopped) {
        List<String> now = managers;
        if (submitted(now.get(turn++ % now.size()), line)) break;
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private boolean submitted(String manager, String line) {
    try {
      String id =
          cluster.api(manager).submit(line).getJsonArray("tasks").getJsonObject(0).getString("id");
      acknowledged.add(id);
      moments.add(System.nanoTime());
      return true;
    } catch (IOException notNow) {
      refusal = notNow.getMessage();
      LockSupport.parkNanos(PAUSE_NANOS);
      return false;
    }
  }

  /** Only these from now on: one that stands still does not answer at all. */
  void only(List<String> some) {
    managers = List.copyOf(some);
  }

  /** Ids of tasks that are promised to be there for good. */
  List<String> acknowledged() {
    return List.copyOf(acknowledged);
  }

  /** What the last refusal said. */
  String refusal() {
    return refusal;
  }

  /** The longest time without an acknowledged write. */
  long longestGapMillis() {
    List<Long> seen = new ArrayList<>(moments);
    seen.add(System.nanoTime());
    long longest = 0;
    for (int i = 1; i < seen.size(); i++) {
      longest = Math.max(longest, seen.get(i) - seen.get(i - 1));
    }
    return longest / 1_000_000;
  }

  /** Waits for so many more acknowledged writes. */
  void awaitMore(int count) {
    int enough = acknowledged.size() + count;
    Await.answer(
        GuardTrial.LIMIT,
        () -> count + " more writes; the last refusal: " + refusal,
        () -> acknowledged.size() >= enough ? true : null);
  }

  @Override
  public void close() {
    stopped = true;
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
