package dev.swarm.model;

/** How many tasks there are of each status. */
public final class TaskCounts {
  /** No tasks. */
  public static final TaskCounts NONE = new TaskCounts(new int[TaskStatus.values().length]);

  private final int[] counts;

  private TaskCounts(int[] counts) {
    this.counts = counts;
  }

  /** How many tasks have this status. */
  public int of(TaskStatus status) {
    return counts[status.ordinal()];
  }

  /** All of them. */
  public int total() {
    int total = 0;
    for (int count : counts) total += count;
    return total;
  }

  /** Adds to the counts what an entry changed, status by status. */
  TaskCounts plus(int[] deltas) {
    int[] sums = counts.clone();
    for (int i = 0; i < sums.length; i++) sums[i] += deltas[i];
    return new TaskCounts(sums);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TaskCounts that && java.util.Arrays.equals(counts, that.counts);
  }

  @Override
  public int hashCode() {
    return java.util.Arrays.hashCode(counts);
  }

  @Override
  public String toString() {
    return java.util.Arrays.toString(counts);
  }
}
