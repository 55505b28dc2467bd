package dev.swarm.worker;

import dev.swarm.model.Bytes;
import dev.swarm.model.TaskId;
import dev.swarm.model.TaskStatus;
import java.util.List;
import java.util.function.BiConsumer;

/** The production's outbox of one worker for the simulation; all its tasks are COMPLETE. */
public final class SimOutbox {
  private final Outbox outbox = new Outbox(0, List.of());

  /** A task is done. */
  public void completed(TaskId task) {
    outbox.add(
        new NumberedReport(
            outbox.nextNumber(), task, 1, TaskStatus.COMPLETE, "", Bytes.EMPTY, 1_000));
  }

  /** Offers what this session was not offered yet. */
  public void offerNew(BiConsumer<Long, TaskId> manager) {
    outbox.fresh().forEach(report -> manager.accept(report.number(), report.task()));
  }

  /** A period has passed: offers again what is unsettled. */
  public void offerAgain(BiConsumer<Long, TaskId> manager) {
    outbox.overdue().forEach(report -> manager.accept(report.number(), report.task()));
  }

  /** Everything up to this number is settled. */
  public void settledUpTo(long number) {
    outbox.settledUpTo(number);
  }

  /** Reports not settled. */
  public int size() {
    return outbox.size();
  }
}
