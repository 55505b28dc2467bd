package dev.swarm.model;

/**
 * A worker for a task; counts only while the task is PENDING at this attempt.
 *
 * @param attempt of the task when the worker was chosen
 */
public record Placement(TaskId task, int attempt, WorkerId worker) {}
