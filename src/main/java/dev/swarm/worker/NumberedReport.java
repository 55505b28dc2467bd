package dev.swarm.worker;

import dev.swarm.model.Bytes;
import dev.swarm.model.TaskId;
import dev.swarm.model.TaskStatus;

/**
 * What this worker says of a task, kept until settled.
 *
 * @param number 1, 2, 3 ... for ever
 * @param atMillis wall clock
 */
record NumberedReport(
    long number,
    TaskId task,
    int attempt,
    TaskStatus status,
    String message,
    Bytes result,
    long atMillis) {}
