package dev.swarm.forward;

import dev.swarm.model.SwarmException;
import dev.swarm.model.TimeSource;
import dev.swarm.v1.LinkDown;
import dev.swarm.v1.LinkUp;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps one link to the leader alive: dials, and dials again when it is lost, until closed. */
final class LeaderLink {
  private static final Logger log = LoggerFactory.getLogger(LeaderLink.class);
  private static final long FIRST_WAIT_MILLIS = 50;
  private static final long LONGEST_WAIT_MILLIS = 500;

  private final Vertx vertx;
  private final ForwardOptions options;
  private final TimeSource time;
  private final LinkMeters meters;
  private final Consumer<LinkDown> onNews;
  private final NewestTerm newestTerm;
  private LinkLife life;
  private long waitMillis = FIRST_WAIT_MILLIS;
  private boolean closed;

  /** Whether this outage was already told. */
  private boolean complained;

  /** Read by the meter on any thread. */
  private volatile boolean up;

  /** A link not yet open; {@code onNews} is told what the leader says unasked. */
  LeaderLink(
      Vertx vertx,
      ForwardOptions options,
      TimeSource time,
      LinkMeters meters,
      Consumer<LinkDown> onNews) {
    this.vertx = vertx;
    this.options = options;
    this.time = time;
    this.meters = meters;
    this.onNews = onNews;
    newestTerm = new NewestTerm(options.term());
  }

  /** Dials now and whenever the link is lost. */
  void open() {
    if (closed) return;
    life = new LinkLife(vertx, options, time, newestTerm, meters, onNews, this::onLost);
    life.begin().onSuccess(welcomed -> onUp());
  }

  private void onUp() {
    up = true;
    complained = false;
    waitMillis = FIRST_WAIT_MILLIS;
    log.info("link to leader {} at {} is up", options.leader(), options.leaderApi());
  }

  private void onLost(String reason) {
    up = false;
    if (!complained) {
      log.warn("no link to leader {} at {}: {}", options.leader(), options.leaderApi(), reason);
    }
    complained = true;
    if (closed) return;
    vertx.setTimer(waitMillis, id -> open());
    waitMillis = Math.min(LONGEST_WAIT_MILLIS, waitMillis * 2);
  }

  /** Asks the leader; fails NO_LEADER at once while there is no link, OVERLOADED at its limits. */
  Future<LinkDown> ask(LinkKind kind, LinkUp.Builder body) {
    if (life == null || !life.welcomed()) {
      String text = "no link to leader " + options.leader() + " at " + options.leaderApi();
      return Future.failedFuture(new SwarmException(SwarmException.Kind.NO_LEADER, text));
    }
    try {
      return life.ask(kind, body);
    } catch (SwarmException refused) {
      return Future.failedFuture(refused);
    }
  }

  /** 1 while the leader can be asked. */
  int links() {
    return up ? 1 : 0;
  }

  /** Ends the link; what waits fails with NO_LEADER. */
  Future<Void> close() {
    closed = true;
    up = false;
    return life == null ? Future.succeededFuture() : life.end("closed here");
  }
}
