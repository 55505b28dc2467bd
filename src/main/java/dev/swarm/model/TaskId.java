package dev.swarm.model;

/** Names a task; derived from the client's key where there is one. */
public final class TaskId implements Comparable<TaskId> {
  private final String value;
  private final long head;

  /** Checks the id; throws BAD_REQUEST. */
  public TaskId(String value) {
    this.value = Names.check("task", value);
    this.head = Names.head(value);
  }

  /** The id as text. */
  public String value() {
    return value;
  }

  long head() {
    return head;
  }

  @Override
  public int compareTo(TaskId other) {
    return head != other.head ? Long.compare(head, other.head) : value.compareTo(other.value);
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || other instanceof TaskId that && head == that.head && value.equals(that.value);
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  @Override
  public String toString() {
    return value;
  }
}
