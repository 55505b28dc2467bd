package dev.swarm.worker;

import dev.swarm.model.TaskId;
import java.util.List;

/** A batch of assignments, leading from version {@code base} to version {@code result}. */
record WorkBatch(
    long base,
    long result,
    boolean complete,
    boolean more,
    List<Work> tasks,
    List<TaskId> removed) {}
