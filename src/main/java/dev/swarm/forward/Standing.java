package dev.swarm.forward;

import java.util.concurrent.atomic.AtomicLong;

/** The newest term and commit index this process has heard of; read and told by any thread. */
final class Standing {
  private final AtomicLong term = new AtomicLong();
  private final AtomicLong commitIndex = new AtomicLong();

  /** Keeps what is newer. */
  void hear(long heardTerm, long heardCommitIndex) {
    term.accumulateAndGet(heardTerm, Math::max);
    commitIndex.accumulateAndGet(heardCommitIndex, Math::max);
  }

  long term() {
    return term.get();
  }

  long commitIndex() {
    return commitIndex.get();
  }
}
