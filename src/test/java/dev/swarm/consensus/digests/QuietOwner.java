package dev.swarm.consensus.digests;

import dev.swarm.bus.Messages.Digests;

/** Owns one replica, and remembers how it ended; null while it has not. */
final class QuietOwner implements StateWatch.Owner {
  private final Replica replica;
  volatile String ended;

  QuietOwner(Replica replica) {
    this.replica = replica;
  }

  @Override
  public Replica log() {
    return replica;
  }

  @Override
  public void look() {}

  @Override
  public int shortage() {
    return 0;
  }

  @Override
  public void heard(Digests told) {}

  @Override
  public void end(String reason) {
    ended = reason;
  }
}
