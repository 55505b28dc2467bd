package dev.swarm.worker;

import io.netty.channel.EventLoop;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Lets the agents of one event loop dial in turn when many must at once, so that the heartbeats of
 * the others go out in between. Belongs to its event loop. Each agent waits for one dial at most,
 * and one that is given up leaves when its turn comes: no more wait than there are agents.
 */
final class DialGate {
  /** A dial that takes longer gives its place up: a manager that is mute holds nobody else up. */
  static final long HOLD_MILLIS = 50;

  private final EventLoop loop;
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private int free;

  /**
   * A gate that nobody has passed.
   *
   * @param places dials that may begin without waiting for one of them to end
   */
  DialGate(EventLoop loop, int places) {
    this.loop = loop;
    free = places;
  }

  /** Dials now or when it is this one's turn, in the given context. */
  <T> Future<T> pass(Context context, Supplier<Future<T>> dial) {
    Promise<T> dialled = Promise.promise();
    if (free > 0) {
      free--;
      new Turn().take(dial, dialled);
    } else {
      waiting.add(() -> context.runOnContext(ours -> new Turn().take(dial, dialled)));
    }
    return dialled.future();
  }

  /** A place, while it is taken; left once. */
  private final class Turn {
    private ScheduledFuture<?> hold;

    <T> void take(Supplier<Future<T>> dial, Promise<T> dialled) {
      // Not a timer of the agent's verticle, which would end with it.
      hold = loop.schedule(this::leave, HOLD_MILLIS, TimeUnit.MILLISECONDS);
      dial.get().onComplete(ended -> end()).onComplete(dialled);
    }

    private void end() {
      if (hold.cancel(false)) leave();
    }

    /** Hands the place on. */
    private void leave() {
      Runnable next = waiting.poll();
      if (next == null) free++;
      else next.run();
    }
  }
}
