package dev.swarm.placement;

import dev.swarm.bus.Endpoints;
import dev.swarm.bus.Messages.Propose;
import dev.swarm.bus.Messages.StateNews;
import dev.swarm.bus.Messages.StateQuery;
import dev.swarm.bus.Messages.Submit;
import dev.swarm.bus.Messages.Taken;
import dev.swarm.bus.SwarmBus;
import dev.swarm.bus.Topics;
import dev.swarm.model.ClusterState;
import dev.swarm.model.Command;
import dev.swarm.model.Placement;
import dev.swarm.model.Refusal;
import dev.swarm.model.SwarmException;
import dev.swarm.model.TaskSpec;
import dev.swarm.model.TimeSource;
import dev.swarm.model.WorkerId;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
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

  /** Committed submissions that we have yet to see in the log, oldest first. */
  private final Deque<Submitted> unseen = new ArrayDeque<>();

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
        .compose(begun -> bus.serve(Endpoints.SUBMIT, this::submit))
        .onSuccess(serving -> place());
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
    forgetSeen();
    place();
  }

  private record Submitted(long index, List<Placement> chosen) {}

  /** Has new tasks committed together with their workers, so that one entry does for both. */
  private Future<Taken> submit(Submit submit) {
    List<TaskSpec> tasks = submit.tasks().specs();
    List<WorkerId> workers = new ArrayList<>();
    List<Placement> chosen = placer.place(tasks, workers);
    long since = time.nanos();
    return bus.request(
            Endpoints.PROPOSE, new Propose(new Command.SubmitTasks(tasks, epoch, workers)))
        .onSuccess(
            taken -> {
              answered.record(Duration.ofNanos(time.nanos() - since));
              unseen.add(new Submitted(taken.outcome().index(), chosen));
              forgetSeen();
            })
        .onFailure(lost -> chosen.forEach(placer::withdraw));
  }

  /** A task that was known before, or refused, leaves no trace in the log by which to follow it. */
  private void forgetSeen() {
    while (!unseen.isEmpty() && unseen.peek().index() <= newest.index()) {
      List<Placement> chosen = unseen.poll().chosen();
      long lost = chosen.stream().filter(placer::withdraw).count();
      placed.increment(chosen.size() - lost);
      refused.increment(lost);
    }
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
