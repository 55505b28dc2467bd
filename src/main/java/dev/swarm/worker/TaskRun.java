package dev.swarm.worker;

import dev.swarm.model.Bytes;
import dev.swarm.model.TaskId;

/**
 * One attempt of a task, as an executor is handed it.
 *
 * @param agent id of the worker that runs it
 * @param attempt hand it to whatever the task touches, so that an older attempt can be refused
 */
public record TaskRun(String agent, TaskId task, int attempt, String name, Bytes payload) {}
