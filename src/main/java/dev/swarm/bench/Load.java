package dev.swarm.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/** Proposes with so many commands under way at once, each followed by the next when answered. */
final class Load {
  private static final int MOST_PER_SLOT = 1 << 20;

  private final Group group;
  private final long endNanos;
  private final AtomicLong numbers;

  private Load(Group group, long endNanos, AtomicLong numbers) {
    this.group = group;
    this.endNanos = endNanos;
    this.numbers = numbers;
  }

  /** What came of it, times in nanoseconds. */
  record Result(double perSecond, long p50, long p99) {}

  /** Runs for so long and waits for the last answers. */
  static Result run(Group group, int inFlight, long nanos, AtomicLong numbers) {
    long begin = System.nanoTime();
    Load load = new Load(group, begin + nanos, numbers);
    List<Slot> slots = new ArrayList<>();
    for (int i = 0; i < inFlight; i++) slots.add(load.new Slot());
    slots.forEach(Slot::next);
    slots.forEach(slot -> slot.done.join());
    long took = System.nanoTime() - begin;
    long[] all = slots.stream().flatMapToLong(Slot::times).sorted().toArray();
    return new Result(all.length * 1e9 / took, at(all, 0.5), at(all, 0.99));
  }

  private static long at(long[] sorted, double share) {
    return sorted[(int) Math.min(sorted.length - 1, sorted.length * share)];
  }

  private final class Slot {
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private long[] times = new long[1_024];
    private int count;

    private void next() {
      long asked = System.nanoTime();
      if (asked > endNanos || count == MOST_PER_SLOT) {
        done.complete(null);
        return;
      }
      group
          .propose(numbers.incrementAndGet())
          .whenComplete(
              (answer, failure) -> {
                if (failure != null) {
                  done.completeExceptionally(failure);
                  return;
                }
                if (count == times.length) times = Arrays.copyOf(times, 2 * count);
                times[count++] = System.nanoTime() - asked;
                next();
              });
    }

    private java.util.stream.LongStream times() {
      return Arrays.stream(times, 0, count);
    }
  }
}
