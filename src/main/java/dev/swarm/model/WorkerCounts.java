package dev.swarm.model;

/** How many workers there are of each status. */
public record WorkerCounts(int up, int unknown, int down) {
  /** No workers. */
  public static final WorkerCounts NONE = new WorkerCounts(0, 0, 0);

  WorkerCounts plus(WorkerStatus status, int count) {
    return switch (status) {
      case UP -> new WorkerCounts(up + count, unknown, down);
      case UNKNOWN -> new WorkerCounts(up, unknown + count, down);
      case DOWN -> new WorkerCounts(up, unknown, down + count);
    };
  }

  /** A new epoch: nobody is confirmed yet. */
  WorkerCounts allUnknown() {
    return new WorkerCounts(0, up + unknown, down);
  }
}
