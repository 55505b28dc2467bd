package dev.swarm.consensus;

import dev.swarm.consensus.guard.Trouble;
import dev.swarm.consensus.raft.LogListener;
import dev.swarm.model.ClusterState;
import io.vertx.core.Context;
import java.util.function.Consumer;

/**
 * Brings what happens to one log, on Ratis' threads, to the event loop. That it was lost is kept,
 * too, for whoever has not finished opening it.
 */
final class LogEvents implements LogListener {
  /** Why a log cannot go on. */
  record Loss(Trouble trouble, String reason) {}

  private final Context context;
  private final LogOwner owner;
  private final Told told;
  private final DiskWatch disk;
  private final Consumer<LogEvents> lost;
  private Loss loss;

  /**
   * Of a log that is about to be opened.
   *
   * @param lost is told once, on the event loop, when that log is lost
   */
  LogEvents(Context context, LogOwner owner, Told told, DiskWatch disk, Consumer<LogEvents> lost) {
    this.context = context;
    this.owner = owner;
    this.told = told;
    this.disk = disk;
    this.lost = lost;
  }

  /** Null while the log can go on. */
  Loss loss() {
    return loss;
  }

  @Override
  public void applied(ClusterState.Applied entry) {
    told.applied(entry);
  }

  @Override
  public void replaced(ClusterState state) {
    told.replaced(state);
  }

  @Override
  public void mended(ClusterState state) {
    told.mended(state);
  }

  @Override
  public void leadershipChanged() {
    context.runOnContext(turn -> owner.look());
  }

  @Override
  public void failed(String reason) {
    lose(Trouble.REFUSED, reason);
  }

  @Override
  public void logFailed(String reason) {
    disk.giveUpReserve();
    lose(Trouble.LOG_FAILED, reason);
  }

  @Override
  public void closed(String reason) {
    lose(Trouble.CLOSED, reason);
  }

  private void lose(Trouble trouble, String reason) {
    context.runOnContext(
        turn -> {
          if (loss != null) return;
          loss = new Loss(trouble, reason);
          lost.accept(this);
        });
  }
}
