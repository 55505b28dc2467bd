package dev.swarm.worker;

import dev.swarm.model.Bytes;
import dev.swarm.model.TaskId;

/**
 * A task as its worker is told.
 *
 * @param kind which executor is to run it
 * @param cancel true: stop it and report CANCELLED
 * @param version of the last change
 */
record Work(
    TaskId id,
    int attempt,
    String name,
    String kind,
    Bytes payload,
    boolean cancel,
    long version) {}
