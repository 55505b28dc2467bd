package dev.swarm.worker;

import dev.swarm.model.TaskId;
import dev.swarm.model.TaskStatus;
import java.util.List;

/** Who watches agents: told what happened, on the agent's event loop; must not block. */
public interface AgentListener {
  /** Watches nothing. */
  AgentListener NONE = new AgentListener() {};

  /** The agent dials, now that it is its turn: the how-manieth time in its life, and where. */
  default void dialled(String agent, long dial, String manager) {}

  /** The manager at this address opened a session. */
  default void welcomed(String agent, String manager, long session) {}

  /**
   * A manager told which managers there are.
   *
   * @param managers id, address and share of each, as in {@code m1 h1:7001 100}
   */
  default void learnt(String agent, List<String> managers) {}

  /**
   * A stream ended.
   *
   * @param session 0 when it was never welcomed
   */
  default void streamEnded(
      String agent, String manager, long session, EndReason reason, String text) {}

  /**
   * A heartbeat went out at least 1 s later than told: this process, or its machine, had no time.
   *
   * @param lateMillis how much later
   */
  default void stalled(String agent, long lateMillis) {}

  /** The executor is handed an attempt of a task. */
  default void taskStarted(String agent, TaskId task, int attempt) {}

  /** A report is on record and will be offered until settled. */
  default void reported(String agent, long number, TaskId task, int attempt, TaskStatus status) {}

  /** The agent cannot go on, because its store failed: it has closed its session and stays idle. */
  default void failed(String agent, Throwable failure) {}
}
