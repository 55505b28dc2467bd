package dev.swarm.consensus.guard;

/**
 * How the snapshots of this replica are doing.
 *
 * @param newest the last entry in the newest one; -1 when there is none
 * @param failures how many failed since one was taken
 * @param problem why the last of them failed; empty when none did
 */
public record Snapshots(long newest, int failures, String problem) {
  /** None was taken, and none failed. */
  public static final Snapshots NONE = new Snapshots(-1, 0, "");

  /** Another one failed. */
  public Snapshots failed(String why) {
    return new Snapshots(newest, failures + 1, why);
  }

  /** One was taken, or loaded, whose last entry this is. */
  public static Snapshots at(long index) {
    return new Snapshots(index, 0, "");
  }
}
