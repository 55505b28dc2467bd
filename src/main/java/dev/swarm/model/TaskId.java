package dev.swarm.model;

/** Names a task; derived from the client's key where there is one. */
public record TaskId(String value) implements Comparable<TaskId> {
  /** Checks the id; throws BAD_REQUEST. */
  public TaskId {
    Names.check("task", value);
  }

  @Override
  public int compareTo(TaskId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
