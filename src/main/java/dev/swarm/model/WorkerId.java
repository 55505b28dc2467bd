package dev.swarm.model;

/** Names a worker; stays the same across its processes and sessions. */
public record WorkerId(String value) implements Comparable<WorkerId> {
  /** Checks the id; throws BAD_REQUEST. */
  public WorkerId {
    Names.check("worker", value);
  }

  @Override
  public int compareTo(WorkerId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
