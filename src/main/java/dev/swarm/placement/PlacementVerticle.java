package dev.swarm.placement;

import dev.swarm.bus.Endpoints;
import dev.swarm.bus.Messages.Propose;
import dev.swarm.bus.Messages.StateNews;
import dev.swarm.bus.Messages.StateQuery;
import dev.swarm.bus.Messages.Taken;
import dev.swarm.bus.SwarmBus;
import dev.swarm.bus.Topics;
import dev.swarm.model.ClusterState;
import dev.swarm.model.Command;
import dev.swarm.model.Placement;
import dev.swarm.model.Refusal;
import dev.swarm.model.SwarmException;
import dev.swarm.model.TimeSource;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.List;

/**
 * Proposes what the {@link Placer} chooses, for the length of one epoch. Wakes when the log says
 * something new; asks for nothing while nothing waits.
 */
public final class PlacementVerticle extends VerticleBase {
  /** Most placements in one command. */
  static final int MAX_PER_COMMAND = 1_000;

  /** Commands on their way at once; further tasks wait and are gathered. */
  static final int MAX_IN_FLIGHT = 4;

  /** When to try again what was refused or failed, unless news comes first. */
  static final long RETRY_MILLIS = 100;

  private final long epoch;
  private final SwarmBus bus;
  private final TimeSource time;
  private final Counter placed;
  private final Counter refused;
  private final Timer answered;

  private ClusterState newest = ClusterState.EMPTY;
  private Placer placer;
  private boolean retrying;
  private boolean stopped;
  private int inFlight;

  /** Placement for this epoch. */
  public PlacementVerticle(long epoch, SwarmBus bus, TimeSource time, MeterRegistry meters) {
    this.epoch = epoch;
    this.bus = bus;
    this.time = time;
    placed = placements(meters, "placed");
    refused = placements(meters, "refused");
    answered =
        Timer.builder("swarm.placement.commit")
            .description("From choosing workers until the choice is committed")
            .serviceLevelObjectives(
                Duration.ofMillis(5),
                Duration.ofMillis(25),
                Duration.ofMillis(100),
                Duration.ofMillis(500),
                Duration.ofSeconds(2))
            .register(meters);
  }

  private static Counter placements(MeterRegistry meters, String outcome) {
    return Counter.builder("swarm.placements")
        .description("Workers chosen for tasks, by what came of it")
        .tag("outcome", outcome)
        .register(meters);
  }

  @Override
  public Future<?> start() {
    return bus.subscribe(Topics.STATE, this::onNews)
        .compose(subscribed -> bus.request(Endpoints.STATE, new StateQuery()))
        .map(view -> begin(view.state()))
        .onSuccess(begun -> place());
  }

  @Override
  public Future<?> stop() {
    stopped = true;
    return Future.succeededFuture();
  }

  private Placer begin(ClusterState view) {
    if (view.index() > newest.index()) newest = view;
    if (newest.epoch().number() != epoch) {
      throw new SwarmException(
          SwarmException.Kind.NOT_LEADER, "epoch is " + newest.epoch().number() + ", not " + epoch);
    }
    placer = new Placer(newest);
    return placer;
  }

  private void onNews(StateNews news) {
    boolean fresh = news.state().index() > newest.index();
    if (fresh) newest = news.state();
    if (placer == null || !fresh) return;
    if (news.replaced()) placer.reconcile(news.state());
    else placer.follow(news.state(), news.changes());
    place();
  }

  private void place() {
    while (!stopped && inFlight < MAX_IN_FLIGHT) {
      List<Placement> chosen = placer.place(MAX_PER_COMMAND);
      if (chosen.isEmpty()) return;
      propose(chosen);
    }
  }

  private void propose(List<Placement> chosen) {
    inFlight++;
    long since = time.nanos();
    bus.request(Endpoints.PROPOSE, new Propose(new Command.PlaceTasks(epoch, chosen)))
        .onComplete(done -> inFlight--)
        .onSuccess(
            taken -> {
              answered.record(Duration.ofNanos(time.nanos() - since));
              onTaken(chosen, taken);
            })
        .onFailure(
            lost -> {
              chosen.forEach(placer::withdraw);
              placeLater();
            });
  }

  private void onTaken(List<Placement> chosen, Taken taken) {
    List<Refusal> refusals = taken.outcome().refused();
    placed.increment(chosen.size() - refusals.size());
    refused.increment(refusals.size());
    for (Refusal refusal : refusals) placer.withdraw(chosen.get(refusal.position()));
    if (refusals.isEmpty()) place();
    else placeLater();
  }

  private void placeLater() {
    if (retrying || stopped) return;
    retrying = true;
    vertx.setTimer(
        RETRY_MILLIS,
        later -> {
          retrying = false;
          place();
        });
  }
}
