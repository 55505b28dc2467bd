package dev.swarm.config;

import java.util.Objects;
import java.util.function.ToIntFunction;

/**
 * How a manager takes part in the agreement.
 *
 * @param listener of the Raft server
 * @param electionTimeoutMinMillis a follower stands for election after a silence of at least this
 * @param electionTimeoutMaxMillis and at most this; longer than the least
 * @param snapshotEveryEntries a snapshot is taken after so many log entries
 */
public record RaftConfig(
    Listener listener,
    int electionTimeoutMinMillis,
    int electionTimeoutMaxMillis,
    long snapshotEveryEntries) {

  /** Entries between two snapshots when nothing else is said. */
  public static final int DEFAULT_SNAPSHOT_EVERY = 10_000;

  RaftConfig withFreePort(ToIntFunction<String> freePort) {
    return new RaftConfig(
        listener.withFreePort(freePort),
        electionTimeoutMinMillis,
        electionTimeoutMaxMillis,
        snapshotEveryEntries);
  }

  /** Checks what must hold between the fields. */
  public RaftConfig {
    Objects.requireNonNull(listener, "listener");
    if (electionTimeoutMinMillis < 1 || electionTimeoutMaxMillis <= electionTimeoutMinMillis) {
      throw new IllegalArgumentException(
          "raft.electionTimeoutMax: "
              + Units.text(electionTimeoutMaxMillis)
              + " must be longer than electionTimeoutMin "
              + Units.text(electionTimeoutMinMillis));
    }
    if (snapshotEveryEntries < 1) {
      throw new IllegalArgumentException("snapshot.everyEntries: must be at least 1");
    }
  }
}
