package dev.swarm.consensus.gate;

import java.util.concurrent.CompletableFuture;

/** Where entries go into the log. */
public interface Entrance {
  /**
   * Proposes an entry.
   *
   * @param callId the same for every attempt at one entry, so that it counts once
   * @return the outcomes of its commands, once it is committed and applied here; fails with {@link
   *     NotNowException}, or with a SwarmException that the proposer can be told
   */
  CompletableFuture<byte[]> propose(byte[] entry, long callId);

  /** The entry was not taken; a later attempt may be. */
  final class NotNowException extends Exception {
    private static final long serialVersionUID = 1L;

    /** For that reason. */
    public NotNowException(Throwable cause) {
      super(cause);
    }
  }
}
