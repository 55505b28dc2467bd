package dev.swarm.dispatch;

import dev.swarm.bus.Endpoints;
import dev.swarm.bus.Messages.Beats;
import dev.swarm.bus.Messages.BeatsTaken;
import dev.swarm.bus.Messages.Goodbyes;
import dev.swarm.bus.Messages.Opens;
import dev.swarm.bus.Messages.Reports;
import dev.swarm.bus.Messages.Roster;
import dev.swarm.bus.Messages.StateNews;
import dev.swarm.bus.Messages.StateView;
import dev.swarm.bus.Messages.Taken;
import dev.swarm.bus.SwarmBus;
import dev.swarm.bus.Topics;
import dev.swarm.edge.Turnstile;
import dev.swarm.model.ClusterState;
import dev.swarm.model.Command;
import dev.swarm.model.Command.OpenSessions;
import dev.swarm.model.Command.ReportTasks;
import dev.swarm.model.Command.SetStatus;
import dev.swarm.model.Judgement;
import dev.swarm.model.Judgement.Verdict;
import dev.swarm.model.Outcome;
import dev.swarm.model.Refusal;
import dev.swarm.model.SessionOpen;
import dev.swarm.model.SessionRef;
import dev.swarm.model.SwarmException;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** The rest of the managers, as a dispatcher sees it: a log, and a leader that may be away. */
final class FakeManagers extends VerticleBase {
  final List<Opens> opens = new CopyOnWriteArrayList<>();
  final List<Beats> beats = new CopyOnWriteArrayList<>();
  final List<Roster> rosters = new CopyOnWriteArrayList<>();
  final List<Reports> reports = new CopyOnWriteArrayList<>();
  final List<Boolean> heard = new CopyOnWriteArrayList<>();
  final AtomicInteger goodbyes = new AtomicInteger();
  volatile SwarmException failure;

  /** Through which sessions are opened; null while any number may be. */
  volatile Turnstile admission;

  volatile long term = 1;
  volatile List<SessionRef> refused = List.of();
  volatile ClusterState state = ClusterState.EMPTY;

  private final SwarmBus bus;

  FakeManagers(SwarmBus bus) {
    this.bus = bus;
  }

  @Override
  public Future<?> start() {
    return Future.all(
        List.of(
            bus.subscribe(Topics.LEADER_HEARD, news -> heard.add(news.heard())),
            bus.serve(Endpoints.STATE, query -> Future.succeededFuture(new StateView(state))),
            bus.serve(Endpoints.OPEN, this::open),
            bus.serve(Endpoints.BEATS, this::beat),
            bus.serve(Endpoints.ROSTER, this::roster),
            bus.serve(Endpoints.REPORTS, this::report),
            bus.serve(Endpoints.GOODBYE, this::goodbye)));
  }

  private <R> Future<R> led(Supplier<R> answer) {
    return failure == null ? Future.succeededFuture(answer.get()) : Future.failedFuture(failure);
  }

  private Future<Taken> open(Opens asked) {
    opens.add(asked);
    return led(() -> new Taken(admission == null ? opened(asked.opens()) : admitted(asked)));
  }

  private Outcome opened(List<SessionOpen> opens) {
    return apply(new OpenSessions(state.epoch().number(), opens, 1_000));
  }

  private Outcome admitted(Opens asked) {
    List<SessionOpen> admitted = new ArrayList<>();
    List<Refusal> refused = new ArrayList<>();
    for (int i = 0; i < asked.opens().size(); i++) {
      if (admission.pass(System.nanoTime())) {
        admitted.add(asked.opens().get(i));
      } else {
        int millis = admission.comeAgainMillis(System.nanoTime());
        refused.add(new Refusal(i, SwarmException.Kind.OVERLOADED, "too many", millis));
      }
    }
    long index = admitted.isEmpty() ? state.index() : opened(admitted).index();
    return new Outcome(index, refused);
  }

  private Future<BeatsTaken> beat(Beats taken) {
    beats.add(taken);
    return led(() -> new BeatsTaken(term, state.index(), refused));
  }

  private Future<BeatsTaken> roster(Roster taken) {
    rosters.add(taken);
    return led(() -> new BeatsTaken(term, state.index(), refused));
  }

  private Future<Taken> report(Reports taken) {
    reports.add(taken);
    return led(() -> new Taken(apply(new ReportTasks(taken.reports()))));
  }

  private Future<Taken> goodbye(Goodbyes said) {
    goodbyes.incrementAndGet();
    List<Judgement> judgements =
        said.goodbyes().stream()
            .map(one -> new Judgement(one.session(), 1, Verdict.LEFT, one.reason()))
            .toList();
    return led(() -> new Taken(apply(new SetStatus(judgements, 1_000))));
  }

  /** Commits these commands as one entry and tells everybody. */
  synchronized Outcome apply(Command... commands) {
    ClusterState.Applied applied = state.apply(state.index() + 1, List.of(commands));
    state = applied.state();
    bus.publish(Topics.STATE, new StateNews(state, applied.changes(), false));
    return applied.outcomes().get(0);
  }

  /** Commits without telling anybody. */
  synchronized void applySilently(Command... commands) {
    state = state.apply(state.index() + 1, List.of(commands)).state();
  }

  /** Tells that everything may be different. */
  synchronized void publishReplaced() {
    bus.publish(Topics.STATE, new StateNews(state, List.of(), true));
  }
}
