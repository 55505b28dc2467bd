package dev.swarm.model;

/**
 * What commands mean: an entry means for ever what it meant to the program that wrote it, or
 * replicas of different releases would come to different states.
 */
public enum Rules {
  /** Of entries with format version 1 or 2. */
  FIRST,
  /** Of entries since: see the questions below. */
  SECOND;

  /** What this program writes. */
  public static final Rules NEWEST = SECOND;

  /** Whether a longer period that workers were promised before a change stays in the settings. */
  boolean keepPromises() {
    return this != FIRST;
  }

  /** Whether a task is known when it is submitted again after its record is gone. */
  boolean rememberForgotten() {
    return this != FIRST;
  }
}
