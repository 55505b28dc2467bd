package dev.swarm.worker;

import io.vertx.core.Future;

/**
 * Runs tasks of one kind. May be shared by all agents of a process; called on their event loops.
 */
public interface TaskExecutor {
  /** The kind of tasks it runs; others are rejected before they get here. */
  String kind();

  /**
   * Starts an attempt and returns at once. The future tells how it ended, on any thread; a failed
   * one is a FAILED task.
   */
  Future<TaskResult> start(TaskRun run);

  /** Stops an attempt that was started: its future then soon says CANCELLED, or how it ended. */
  void stop(TaskRun run);

  /** Stops everything and lets go of all resources. */
  default Future<Void> close() {
    return Future.succeededFuture();
  }
}
