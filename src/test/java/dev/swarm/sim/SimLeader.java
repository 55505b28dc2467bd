package dev.swarm.sim;

import dev.swarm.bus.Messages.Authority;
import dev.swarm.bus.Messages.SessionBeat;
import dev.swarm.bus.Messages.StateNews;
import dev.swarm.model.Command;
import dev.swarm.model.Judgement;
import dev.swarm.model.Outcome;
import dev.swarm.model.Placement;
import dev.swarm.model.Report;
import dev.swarm.model.SessionOpen;
import dev.swarm.model.SessionRef;
import dev.swarm.model.Settings;
import dev.swarm.placement.Placer;
import dev.swarm.presence.MassLossBrake;
import dev.swarm.presence.PresenceTable;
import dev.swarm.presence.Reign;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A leader from its election to its end: the production's reign and placer, wired to the log. */
final class SimLeader {
  private final VirtualTime time;
  private final SimLog log;
  private final MassLossBrake.Threshold brake;
  private final List<PresenceTable.Late> verdicts = new ArrayList<>();
  final long term;

  private Reign reign;
  private Placer placer;
  private boolean dead;
  private long stoppedUntil;

  SimLeader(VirtualTime time, SimLog log, String manager, MassLossBrake.Threshold brake) {
    this.time = time;
    this.log = log;
    this.brake = brake;
    term = log.elect();
    log.subscribe(this::onNews);
    log.propose(term, new Command.BeginEpoch(term, manager, time.nowMillis()), begun -> begin());
  }

  private void begin() {
    if (dead || log.state().epoch().term() != term) return;
    reign = new Reign(log.state(), brake, time.now());
    placer = new Placer(log.state());
    look();
    place();
  }

  boolean ready() {
    return reign != null && !dead;
  }

  List<PresenceTable.Late> verdicts() {
    return verdicts;
  }

  Reign reign() {
    return reign;
  }

  /** Its process is gone. */
  void kill() {
    dead = true;
  }

  /** Its process stands still: nothing is done, what arrives waits. */
  void stop(double millis) {
    stoppedUntil = time.now() + (long) (millis * 1e6);
  }

  private boolean stopped() {
    return time.now() < stoppedUntil;
  }

  /** Does it now, or as soon as the process runs again. */
  private void whenRunning(Runnable action) {
    if (stopped()) time.in((stoppedUntil - time.now()) / 1e6, action);
    else action.run();
  }

  private void onNews(StateNews news) {
    whenRunning(
        () -> {
          if (!ready()) return;
          reign.follow(news, time.now());
          placer.follow(news.state(), news.changes());
          place();
        });
  }

  private boolean authority() {
    if (log.authority(term)) {
      reign.proven(new Authority(term, log.state().index()), time.now());
      return true;
    }
    reign.unproven(time.now());
    return false;
  }

  /** The sessions refused; null when the leader may not confirm, or is none. */
  List<SessionRef> beats(List<SessionBeat> beats) {
    if (!ready() || stopped() || !authority()) return null;
    List<SessionRef> refused = reign.take(beats, time.now());
    say();
    return refused;
  }

  void open(SessionOpen wish) {
    if (!ready() || stopped()) return;
    log.propose(
        term,
        new Command.OpenSessions(log.state().epoch().number(), List.of(wish), time.nowMillis()),
        done -> {});
  }

  /** What the dead answer is never told: null, as when it is not known what became of it. */
  void reports(List<Report> reports, Consumer<Outcome> answer) {
    if (!ready() || stopped()) {
      time.in(2_000, () -> answer.accept(null));
      return;
    }
    log.propose(
        term, new Command.ReportTasks(reports), outcome -> answer.accept(dead ? null : outcome));
  }

  private void look() {
    if (dead) return;
    if (stopped()) {
      whenRunning(this::look);
      return;
    }
    if (authority()) {
      verdicts.addAll(reign.judge(time.now()));
      say();
      forgetPromise();
    }
    time.in(Math.max(25, reign.nanosUntilNextLook(time.now()) / 1e6), this::look);
  }

  private void forgetPromise() {
    Settings agreed = log.state().settings();
    if (agreed.promisedMillis() == 0 || !reign.promisesOver()) return;
    long epoch = log.state().epoch().number();
    log.propose(term, new Command.ForgetPromise(epoch, agreed.version()), done -> {});
  }

  private void say() {
    while (reign.waiting()) {
      List<Judgement> judgements = reign.next();
      if (judgements.isEmpty()) return;
      log.propose(
          term,
          new Command.SetStatus(judgements, time.nowMillis()),
          outcome -> {
            if (outcome == null) reign.again(judgements);
          });
    }
  }

  private void place() {
    List<Placement> chosen = placer.place(1_000);
    if (chosen.isEmpty()) return;
    log.propose(
        term,
        new Command.PlaceTasks(log.state().epoch().number(), chosen),
        outcome -> {
          if (outcome == null) chosen.forEach(placer::withdraw);
          else outcome.refused().forEach(no -> placer.withdraw(chosen.get(no.position())));
        });
  }
}
