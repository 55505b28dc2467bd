package dev.swarm.lab;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Clients that submit one task after the other to one manager, each for itself, and remember what
 * was acknowledged. Whatever is refused or not answered does not count.
 */
final class Writers implements AutoCloseable {
  private static final long PAUSE_AFTER_REFUSAL_NANOS = 20_000_000;

  private final ManagerApi api;
  private final List<Thread> threads = new ArrayList<>();
  private final List<Acknowledged> acknowledged = new CopyOnWriteArrayList<>();
  private final AtomicInteger refused = new AtomicInteger();
  private volatile boolean stopped;

  /**
   * A write that is promised to be there for good.
   *
   * @param millis from the question to the answer
   */
  record Acknowledged(String task, long millis) {}

  /** Starts them at once; the keys and names of their tasks begin with the prefix. */
  Writers(ManagerApi api, String prefix, int count) {
    this.api = api;
    for (int i = 0; i < count; i++) {
      String own = prefix + i + "-";
      threads.add(new Thread(() -> write(own), "writer-" + own));
    }
    threads.forEach(Thread::start);
  }

  private void write(String own) {
    for (int i = 0; !stopped; i++) {
      long begin = System.nanoTime();
      try {
        String name = own + i;
        String line = "{\"name\":\"" + name + "\",\"kind\":\"discard\",\"key\":\"" + name + "\"}\n";
        String id = api.submit(line).getJsonArray("tasks").getJsonObject(0).getString("id");
        acknowledged.add(new Acknowledged(id, (System.nanoTime() - begin) / 1_000_000));
      } catch (IOException notAcknowledged) {
        if (stopped) return;
        refused.incrementAndGet();
        LockSupport.parkNanos(PAUSE_AFTER_REFUSAL_NANOS);
      }
    }
  }

  /** What was acknowledged so far. */
  List<Acknowledged> acknowledged() {
    return List.copyOf(acknowledged);
  }

  /** How many were answered with a refusal, or not at all. */
  int refused() {
    return refused.get();
  }

  /** Stops them; what is under way is given up. */
  @Override
  public void close() {
    stopped = true;
    threads.forEach(Thread::interrupt);
    try {
      for (Thread thread : threads) thread.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
