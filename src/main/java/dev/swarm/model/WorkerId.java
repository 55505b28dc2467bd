package dev.swarm.model;

/** Names a worker; stays the same across its processes and sessions. */
public final class WorkerId implements Comparable<WorkerId> {
  private final String value;
  private final long head;

  /** Checks the id; throws BAD_REQUEST. */
  public WorkerId(String value) {
    this.value = Names.check("worker", value);
    this.head = Names.head(value);
  }

  /** The id as text. */
  public String value() {
    return value;
  }

  @Override
  public int compareTo(WorkerId other) {
    return head != other.head ? Long.compare(head, other.head) : value.compareTo(other.value);
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || other instanceof WorkerId that && head == that.head && value.equals(that.value);
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
