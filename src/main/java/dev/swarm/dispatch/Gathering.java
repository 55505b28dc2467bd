package dev.swarm.dispatch;

import io.vertx.core.Vertx;

/** Does something once, a while after it was first asked for; no timer while nobody asks. */
final class Gathering {
  private static final long NONE = -1;

  private final Vertx vertx;
  private final Runnable action;
  private long timer = NONE;

  Gathering(Vertx vertx, Runnable action) {
    this.vertx = vertx;
    this.action = action;
  }

  /** Acts after this time, unless it is to act anyway. */
  void in(long millis) {
    if (timer != NONE) return;
    timer =
        vertx.setTimer(
            Math.max(1, millis),
            fired -> {
              timer = NONE;
              action.run();
            });
  }

  /** Does not act any more. */
  void stop() {
    if (timer != NONE) vertx.cancelTimer(timer);
    timer = NONE;
  }
}
