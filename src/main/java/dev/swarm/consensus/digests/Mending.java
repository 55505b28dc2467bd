package dev.swarm.consensus.digests;

import dev.swarm.consensus.meters.ConsensusMeters;
import dev.swarm.model.ClusterState;
import dev.swarm.model.TimeSource;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives a replica whose state is wrong the leader's. One that leads hands over first; one that gets
 * no right state for too long takes no part any more.
 */
final class Mending {
  private static final Logger log = LoggerFactory.getLogger(Mending.class);

  /** A replica that could not be mended for so long takes no part any more. */
  static final long LIMIT_NANOS = 60_000_000_000L;

  private final Vertx vertx;
  private final String self;
  private final TimeSource time;
  private final ConsensusMeters meters;
  private final StateWatch.Owner owner;
  private final StateFetch fetch;
  private long begunNanos;
  private boolean underWay;
  private boolean handingOver;
  private int handOvers;

  Mending(
      Vertx vertx,
      String self,
      TimeSource time,
      ConsensusMeters meters,
      StateWatch.Owner owner,
      StateFetch fetch) {
    this.vertx = vertx;
    this.self = self;
    this.time = time;
    this.meters = meters;
    this.owner = owner;
    this.fetch = fetch;
  }

  /** The state is wrong from now on. */
  void begin() {
    begunNanos = time.nanos();
  }

  /**
   * To be called now and then while the state is wrong.
   *
   * @param followed whether there is a leader other than ourselves
   */
  void attempt(Replica replica, boolean followed) {
    if (time.nanos() - begunNanos > LIMIT_NANOS) {
      owner.end("its state differs from the others' and no leader could give the right one");
    } else if (replica.leadsUntrusted()) {
      handOver(replica);
    } else if (followed && !underWay) {
      take(replica);
    }
  }

  /** Merely to cease to lead would not do: we might be elected again. */
  private void handOver(Replica replica) {
    List<String> others = replica.otherPeers();
    if (handingOver || others.isEmpty()) return;
    handingOver = true;
    String heir = others.get(handOvers++ % others.size());
    Future.fromCompletionStage(replica.handOver(heir), vertx.getOrCreateContext())
        .onComplete(done -> handingOver = false)
        .onFailure(
            failure ->
                log.warn(
                    "manager {} could not hand over to {}: {}", self, heir, failure.toString()));
  }

  private void take(Replica replica) {
    underWay = true;
    fetch
        .get()
        .compose(right -> mended(replica, right))
        .onComplete(done -> underWay = false)
        .onSuccess(mended -> done())
        .onFailure(
            failure ->
                log.warn(
                    "manager {} could not get the right state yet: {}", self, failure.toString()));
  }

  private Future<Void> mended(Replica replica, ClusterState right) {
    return vertx.executeBlocking(
        () -> {
          replica.mend(right);
          return null;
        },
        false);
  }

  private void done() {
    meters.mended();
    owner.look();
  }
}
