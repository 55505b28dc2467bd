package dev.swarm.model;

/** One session of one worker. Numbers are given by the log, rise, and are never used again. */
public record SessionRef(WorkerId worker, long number) {
  @Override
  public String toString() {
    return worker + "#" + number;
  }
}
