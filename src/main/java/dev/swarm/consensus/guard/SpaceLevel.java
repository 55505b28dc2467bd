package dev.swarm.consensus.guard;

import dev.swarm.model.Command;

/**
 * How much room the disk has, from what follows. The first mark lies at 10 % of the disk, at most
 * 256 MiB and at least 24 MiB: a tenth of a large disk is no shortage, and below the least there is
 * no room for the log files prepared ahead and a snapshot beside the older ones. The second lies at
 * half of the first, the third at a quarter. What was lost comes back a quarter above a mark, so
 * that nothing happens to and fro.
 */
public enum SpaceLevel {
  /** Enough. */
  AMPLE,
  /** Nothing is proposed any more but what keeps the fleet known. */
  SCARCE,
  /** Besides, leadership goes to another manager. */
  LOW,
  /** Besides, the log is closed while it still can be in order. */
  SPENT;

  private static final long MOST_BYTES = 256L << 20;
  private static final long LEAST_BYTES = 24L << 20;
  private static final int SHARE = 10;
  private static final double MARGIN = 1.25;

  /** The one at this place; what a newer program may call worse than the last is the last. */
  public static SpaceLevel of(int place) {
    return values()[Math.max(0, Math.min(place, values().length - 1))];
  }

  /** Below how many free bytes this level begins. */
  public long beginsBelow(long totalBytes) {
    long first = Math.max(LEAST_BYTES, Math.min(MOST_BYTES, totalBytes / SHARE));
    return switch (this) {
      case AMPLE -> Long.MAX_VALUE;
      case SCARCE -> first;
      case LOW -> first / 2;
      case SPENT -> first / 4;
    };
  }

  /** The level that follows this one when the disk looks so. */
  public SpaceLevel after(Space space) {
    SpaceLevel next = AMPLE;
    for (SpaceLevel level : values()) {
      double mark = level.beginsBelow(space.totalBytes());
      boolean held = level != AMPLE && compareTo(level) >= 0;
      if (space.freeBytes() < (held ? mark * MARGIN : mark)) next = level;
    }
    return next;
  }

  /** Whether this command may be proposed. */
  public boolean admits(Command command) {
    return this == AMPLE || keepsTheFleetKnown(command);
  }

  /** Small entries without which workers would be lost, or the trouble not be mended. */
  private static boolean keepsTheFleetKnown(Command asked) {
    Command command = asked instanceof Command.Once once ? once.command() : asked;
    return command instanceof Command.BeginCluster
        || command instanceof Command.BeginEpoch
        || command instanceof Command.OpenSessions
        || command instanceof Command.SetStatus
        || command instanceof Command.PutManager
        || command instanceof Command.StepManager
        || command instanceof Command.AdmitManager
        || command instanceof Command.PromoteManager
        || command instanceof Command.RemoveManager
        || command instanceof Command.ForgetManager;
  }
}
