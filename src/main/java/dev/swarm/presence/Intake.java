package dev.swarm.presence;

import dev.swarm.bus.Messages.Goodbye;
import dev.swarm.model.Command;
import dev.swarm.model.Judgement;
import dev.swarm.model.ManagerStep;
import dev.swarm.model.Report;
import dev.swarm.model.SwarmException;
import dev.swarm.model.Worker;

/** What the leader makes of what it is sent before it goes into the log. */
final class Intake {
  /** How far a worker's clock is believed. */
  static final long MAX_BACKDATED_MILLIS = 600_000;

  /** Most of a worker's own words that are kept. */
  static final int MAX_REASON_CHARS = 200;

  private Intake() {}

  /**
   * The report with a time near the leader's. Finished tasks are forgotten by age, so a worker
   * whose clock is wrong must not make the cluster forget.
   */
  static Report dated(Report report, long nowMillis) {
    long earliest = nowMillis - MAX_BACKDATED_MILLIS;
    long at = Math.max(earliest, Math.min(nowMillis, report.atMillis()));
    if (at == report.atMillis()) return report;
    return new Report(
        report.session(),
        report.task(),
        report.attempt(),
        report.status(),
        report.message(),
        report.result(),
        at);
  }

  /**
   * The tasks with the leader's time: by it finished ones are forgotten, so a manager whose clock
   * is wrong must not make the cluster forget.
   */
  static Command.SubmitTasks dated(Command.SubmitTasks tasks, long nowMillis) {
    return new Command.SubmitTasks(
        tasks.specs().stream().map(spec -> spec.submittedAt(nowMillis)).toList(),
        tasks.epoch(),
        tasks.chosen());
  }

  /** A goodbye of the session named, and of no other. */
  static Judgement left(Goodbye goodbye, long epoch) {
    String said = goodbye.reason();
    String words = said.length() > MAX_REASON_CHARS ? said.substring(0, MAX_REASON_CHARS) : said;
    String reason = words.isBlank() ? Worker.LEFT : Worker.LEFT + ": " + words;
    return new Judgement(goodbye.session(), epoch, Judgement.Verdict.LEFT, reason);
  }

  /** Whether it lets a manager in: that is first looked at. */
  static boolean admits(Command asked) {
    Command command = asked instanceof Command.Once once ? once.command() : asked;
    return command instanceof Command.AdmitManager;
  }

  /** The command, if it is one that an operator may give; throws DENIED otherwise. */
  static Command operators(Command asked) {
    Command command = asked instanceof Command.Once once ? once.command() : asked;
    boolean allowed =
        command instanceof Command.SubmitTasks
            || command instanceof Command.CancelTask
            || command instanceof Command.SetAvailability
            || command instanceof Command.ChangeSettings
            || command instanceof Command.SetWeight
            || command instanceof Command.AdmitManager
            || command instanceof Command.RemoveManager
            || command instanceof Command.PutManager
            || command instanceof Command.StepManager step && step.step() != ManagerStep.LEAVE;
    if (allowed) return asked;
    throw new SwarmException(
        SwarmException.Kind.DENIED, command.kind() + " is not an operator's command");
  }
}
