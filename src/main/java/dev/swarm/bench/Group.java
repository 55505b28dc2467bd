package dev.swarm.bench;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/** Three servers that agree, and somebody who proposes to them. */
interface Group extends AutoCloseable {
  /** What it is called in the figures. */
  String title();

  /** Proposes one small command; completes when it is committed and applied by the leader. */
  CompletableFuture<?> propose(long number);

  @Override
  void close() throws IOException;
}
