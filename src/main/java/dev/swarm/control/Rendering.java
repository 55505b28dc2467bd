package dev.swarm.control;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.Callable;

/** Makes long answers off the event loop, which immutable states allow. */
final class Rendering {
  /** Long answers in the making at once; more are answered 429. */
  static final int MAX_AT_ONCE = 64;

  private final Vertx vertx;
  private final Gate gate = new Gate("long answers", MAX_AT_ONCE);

  Rendering(Vertx vertx) {
    this.vertx = vertx;
  }

  <T> Future<T> render(Callable<T> work) {
    return gate.pass(() -> vertx.executeBlocking(work, false));
  }
}
