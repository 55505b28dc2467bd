package dev.swarm.presence;

import dev.swarm.bus.Endpoints;
import dev.swarm.bus.Messages.Authority;
import dev.swarm.bus.Messages.AuthorityQuery;
import dev.swarm.bus.Messages.Beats;
import dev.swarm.bus.Messages.BeatsTaken;
import dev.swarm.bus.Messages.Goodbyes;
import dev.swarm.bus.Messages.Opens;
import dev.swarm.bus.Messages.Propose;
import dev.swarm.bus.Messages.Reports;
import dev.swarm.bus.Messages.Roster;
import dev.swarm.bus.Messages.SessionBeat;
import dev.swarm.bus.Messages.StateNews;
import dev.swarm.bus.Messages.StateQuery;
import dev.swarm.bus.Messages.Submit;
import dev.swarm.bus.Messages.Taken;
import dev.swarm.bus.Messages.Write;
import dev.swarm.bus.SwarmBus;
import dev.swarm.bus.Topics;
import dev.swarm.model.ClusterState;
import dev.swarm.model.Command;
import dev.swarm.model.HeartbeatSettings;
import dev.swarm.model.Judgement;
import dev.swarm.model.Outcome;
import dev.swarm.model.Refusal;
import dev.swarm.model.SwarmException;
import dev.swarm.model.TimeSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the leader's addresses for the length of one epoch: hears beats, wakes when somebody may
 * be late, proposes what the {@link PresenceTable} says. Decides nothing itself.
 */
public final class PresenceVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(PresenceVerticle.class);

  /** Confirmations of so many milliseconds share a command. */
  private static final long GATHER_MILLIS = 10;

  /** Commands of judgements on their way at once; the rest waits and is gathered. */
  private static final int MAX_IN_FLIGHT = 4;

  /** Pause between two looks when somebody is late and cannot be judged yet. */
  private static final long LEAST_SLEEP_MILLIS = 25;

  private final String manager;
  private final long epoch;
  private final SwarmBus bus;
  private final TimeSource time;
  private final MeterRegistry registry;
  private final PresenceOptions options;
  private final Admission admission;
  private final SettingsCare care = new SettingsCare();
  private final Alarms alarms;

  private ClusterState newest = ClusterState.EMPTY;
  private Reign reign;
  private PresenceMeters meters;
  private FailoverProgress progress;
  private boolean gathering;
  private boolean looking;
  private boolean stopped;
  private int inFlight;
  private long missedNanos;

  /** Presence for this epoch of this manager, with the default options. */
  public PresenceVerticle(
      String manager, long epoch, SwarmBus bus, TimeSource time, MeterRegistry meters) {
    this(manager, epoch, PresenceOptions.DEFAULT, bus, time, meters);
  }

  /** Presence for this epoch of this manager. */
  public PresenceVerticle(
      String manager,
      long epoch,
      PresenceOptions options,
      SwarmBus bus,
      TimeSource time,
      MeterRegistry meters) {
    this.manager = manager;
    this.epoch = epoch;
    this.options = options;
    this.bus = bus;
    this.time = time;
    this.registry = meters;
    this.alarms = new Alarms(bus);
    this.admission = new Admission(options.admission(), time.nanos());
  }

  @Override
  public Future<?> start() {
    return bus.subscribe(Topics.STATE, this::onNews)
        .compose(subscribed -> bus.request(Endpoints.STATE, new StateQuery()))
        .map(view -> begin(view.state()))
        .compose(begun -> serve())
        .onSuccess(served -> sleep());
  }

  @Override
  public Future<?> stop() {
    stopped = true;
    return Future.succeededFuture();
  }

  /** Starts from whichever is newer: the view, or what was published while we waited for it. */
  private Reign begin(ClusterState view) {
    if (view.index() > newest.index()) newest = view;
    if (newest.epoch().number() != epoch) {
      throw new SwarmException(
          SwarmException.Kind.NOT_LEADER, "epoch is " + newest.epoch().number() + ", not " + epoch);
    }
    reign = new Reign(newest, options.brake(), time.nanos());
    meters = new PresenceMeters(registry);
    progress = new FailoverProgress(newest.workerCounts().unknown(), time.nanos());
    log.info("{} judges in epoch {}: {}", manager, epoch, newest.workerCounts());
    return reign;
  }

  private Future<?> serve() {
    return Future.all(
        List.of(
            bus.serve(Endpoints.OPEN, this::onOpens),
            bus.serve(Endpoints.BEATS, (Beats beats) -> confirm(beats.beats())),
            bus.serve(Endpoints.ROSTER, this::onRoster),
            bus.serve(Endpoints.REPORTS, this::onReports),
            bus.serve(Endpoints.GOODBYE, this::onGoodbyes),
            bus.serve(Endpoints.WRITES, this::onWrite)));
  }

  private void onNews(StateNews news) {
    if (reign == null) {
      newest = news.state();
      return;
    }
    if (!reign.follow(news, time.nanos())) return;
    newest = news.state();
    meters.saw(news.state().epoch(), news.changes());
    for (FailoverProgress.Phase phase : progress.reached(news.state().workerCounts().unknown())) {
      meters.reached(phase, progress.nanosSince(time.nanos()));
    }
  }

  private Future<BeatsTaken> onRoster(Roster roster) {
    reign.check(roster.epoch());
    return confirm(roster.sessions());
  }

  /** Only who has authority confirms: the answer is what a worker's lease rests on. */
  private Future<BeatsTaken> confirm(List<SessionBeat> beats) {
    return authority()
        .map(
            proven -> {
              var refused = reign.take(beats, time.nanos());
              gather();
              return new BeatsTaken(proven.term(), proven.commitIndex(), refused);
            });
  }

  private Future<Authority> authority() {
    return bus.request(Endpoints.AUTHORITY, new AuthorityQuery())
        .onFailure(unproven -> reign.unproven(time.nanos()))
        .map(authority -> reign.proven(authority, time.nanos()));
  }

  private Future<Taken> onOpens(Opens opens) {
    reign.check(epoch);
    Admission.Entry entry = admission.enter(opens.opens(), time.nanos());
    meters.sentAway(entry.refused().size());
    if (entry.opens().isEmpty()) {
      return Future.succeededFuture(new Taken(new Outcome(newest.index(), entry.refused())));
    }
    return propose(new Command.OpenSessions(epoch, entry.opens(), time.millis()))
        .onComplete(answered -> admission.leave(entry.opens().size()))
        .onSuccess(taken -> alarms.refused(entry.opens(), taken.outcome(), time.nanos()))
        .map(taken -> whole(entry, taken.outcome()));
  }

  private static Taken whole(Admission.Entry entry, Outcome outcome) {
    if (entry.refused().isEmpty()) return new Taken(outcome);
    List<Refusal> refused = new ArrayList<>(entry.refused());
    outcome.refused().forEach(refusal -> refused.add(entry.placed(refusal)));
    return new Taken(new Outcome(outcome.index(), refused));
  }

  private Future<Taken> onReports(Reports reports) {
    reign.check(epoch);
    long now = time.millis();
    return propose(
        new Command.ReportTasks(
            reports.reports().stream().map(report -> Intake.dated(report, now)).toList()));
  }

  private Future<Taken> onGoodbyes(Goodbyes goodbyes) {
    reign.check(epoch);
    List<Judgement> left =
        goodbyes.goodbyes().stream().map(goodbye -> Intake.left(goodbye, epoch)).toList();
    return propose(new Command.SetStatus(left, time.millis()));
  }

  private Future<Taken> onWrite(Write write) {
    reign.check(epoch);
    Command command = Intake.operators(write.command());
    if (Intake.admits(command)) return bus.request(Endpoints.ADMIT, write);
    return command instanceof Command.SubmitTasks tasks
        ? submit(Intake.dated(tasks, time.millis()))
        : propose(command);
  }

  /** Without placement, which starts and ends beside us, the tasks wait for their workers. */
  private Future<Taken> submit(Command.SubmitTasks tasks) {
    return bus.request(Endpoints.SUBMIT, new Submit(tasks))
        .recover(
            failure ->
                failure instanceof SwarmException expected
                        && expected.kind() == SwarmException.Kind.NO_LEADER
                    ? propose(tasks)
                    : Future.failedFuture(failure));
  }

  private Future<Taken> propose(Command command) {
    return bus.request(Endpoints.PROPOSE, new Propose(command));
  }

  private void gather() {
    if (gathering || !reign.waiting()) return;
    gathering = true;
    vertx.setTimer(
        GATHER_MILLIS,
        gathered -> {
          gathering = false;
          say();
        });
  }

  /** Proposes what waits; what fails is said again at the next look. */
  private void say() {
    while (!stopped && inFlight < MAX_IN_FLIGHT && reign.waiting()) {
      List<Judgement> judgements = reign.next();
      if (judgements.isEmpty()) return;
      inFlight++;
      propose(new Command.SetStatus(judgements, time.millis()))
          .onComplete(answered -> inFlight--)
          .onSuccess(said -> say())
          .onFailure(unsaid -> reign.again(judgements));
    }
  }

  /** One timer for all deadlines, which is also the tick that notices a stall. */
  private void sleep() {
    if (stopped) return;
    long millis = TimeUnit.NANOSECONDS.toMillis(reign.nanosUntilNextLook(time.nanos()));
    vertx.setTimer(Math.max(LEAST_SLEEP_MILLIS, millis), woken -> look());
  }

  private void look() {
    if (!looking) {
      looking = true;
      authority().onSuccess(proven -> judge()).onComplete(looked -> looking = false);
    }
    sleep();
  }

  private void judge() {
    for (PresenceTable.Late late : reign.judge(time.nanos())) meters.judged(late);
    if (alarms.held(reign.holds(time.nanos()), reign.holdReason())) meters.massLoss();
    long missed = reign.leftOutNanos() - missedNanos;
    missedNanos += missed;
    if (missed > 0) {
      log.warn(
          "stood still or had no majority: all deadlines move by {} ms",
          TimeUnit.NANOSECONDS.toMillis(missed));
    }
    say();
    careForSettings();
  }

  private void careForSettings() {
    Command change = care.next(newest, reign::promisesOver, time.nanos());
    if (change == null) return;
    HeartbeatSettings agreed = newest.settings().heartbeat();
    propose(change)
        .onSuccess(
            done -> {
              if (change instanceof Command.SetPace pace) {
                log.info(
                    "at most {} beats a second: workers beat every {} ms",
                    agreed.maxPerSecond(),
                    agreed.paced(pace.paceMillis()).effectiveMillis());
              }
            });
  }
}
