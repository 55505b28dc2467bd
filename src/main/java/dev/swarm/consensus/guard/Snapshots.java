package dev.swarm.consensus.guard;

/**
 * How the snapshots of this replica are doing.
 *
 * @param newest the last entry in the newest one; -1 when there is none
 * @param failures how many failed since one was taken
 * @param problem why the last of them failed; empty when none did
 * @param underWay whether one is being taken now
 */
public record Snapshots(long newest, int failures, String problem, boolean underWay) {
  /** None was taken, and none failed. */
  public static final Snapshots NONE = at(-1);

  /** Another one failed. */
  public Snapshots failed(String why) {
    return new Snapshots(newest, failures + 1, why, false);
  }

  /** Another one is being taken, or not any more. */
  public Snapshots taking(boolean now) {
    return new Snapshots(newest, failures, problem, now);
  }

  /** One was taken, or loaded, whose last entry this is. */
  public static Snapshots at(long index) {
    return new Snapshots(index, 0, "", false);
  }
}
