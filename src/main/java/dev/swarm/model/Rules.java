package dev.swarm.model;

/**
 * What commands mean: an entry means for ever what it meant to the program that wrote it, or
 * replicas of different releases would come to different states. A leader writes by newer rules
 * once all members know them; from the first such entry on they count for all that follow.
 */
public enum Rules {
  /** Of entries with format version 1 or 2. */
  FIRST,
  /** Of entries since: see the questions below. */
  SECOND;

  /** The newest that this program knows. */
  public static final Rules NEWEST = SECOND;

  /** The newer ones of both. */
  Rules or(Rules other) {
    return compareTo(other) >= 0 ? this : other;
  }

  /** Zero for the first: states had the same digest before there were rules. */
  long digest() {
    return this == FIRST ? 0 : Digest.of("rules").add(this).value();
  }

  /** Whether a longer period that workers were promised before a change stays in the settings. */
  boolean keepPromises() {
    return this != FIRST;
  }

  /** Whether a task is known when it is submitted again after its record is gone. */
  boolean rememberForgotten() {
    return this != FIRST;
  }

  /** Whether a manager that was drained when its disk was lost is drained when it takes part. */
  boolean keepDrained() {
    return this != FIRST;
  }
}
