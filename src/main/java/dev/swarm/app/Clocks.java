package dev.swarm.app;

import dev.swarm.model.TimeSource;

/** The only place where the machine's clocks are read. */
final class Clocks {
  /** The clocks of this machine. */
  static final TimeSource SYSTEM = new TimeSource(System::nanoTime, System::currentTimeMillis);

  private Clocks() {}
}
