package dev.swarm.model;

import dev.swarm.model.SwarmException.Kind;
import java.util.ArrayList;
import java.util.List;

/** What commands about tasks do: from their submission to what became of them. */
final class TaskEffects {
  private TaskEffects() {}

  static List<Refusal> submit(Command.SubmitTasks command, Transition state) {
    List<Refusal> refused = new ArrayList<>();
    for (int i = 0; i < command.specs().size(); i++) {
      Refusal refusal = submit(i, command, state);
      if (refusal != null) refused.add(refusal);
    }
    return refused;
  }

  private static Refusal submit(int position, Command.SubmitTasks command, Transition state) {
    TaskSpec spec = command.specs().get(position);
    Task known = state.task(spec.id());
    if (known != null) {
      if (known.spec().sameWork(spec)) return null;
      String problem = "task " + spec.id() + " exists and asks for other work";
      return new Refusal(position, Kind.CONFLICT, problem);
    }
    if (state.forgot(spec.id(), spec.submittedMillis())) return null;
    if (spec.pinned() != null && state.worker(spec.pinned()) == null) {
      return new Refusal(position, Kind.NOT_FOUND, "no worker " + spec.pinned());
    }
    state.prune(spec.submittedMillis());
    if (!state.makeRoom(spec.payload().size())) {
      return new Refusal(
          position,
          Kind.OVERLOADED,
          "payloads of unfinished tasks reach " + Limits.MAX_HELD_PAYLOAD_BYTES + " bytes");
    }
    Task task = Task.submitted(spec, state.index());
    Worker worker = spec.pinned() == null ? chosen(position, command, state) : null;
    state.add(worker == null ? task : task.placedOn(worker.id(), state.index()));
    return null;
  }

  private static Worker chosen(int position, Command.SubmitTasks command, Transition state) {
    if (position >= command.chosen().size()) return null;
    if (command.epoch() != state.epoch().number()) return null;
    Worker worker = state.worker(command.chosen().get(position));
    return worker != null && worker.takesTasksIn(state.epoch()) ? worker : null;
  }

  static List<Refusal> place(Command.PlaceTasks command, Transition state) {
    List<Refusal> refused = new ArrayList<>();
    for (int i = 0; i < command.placements().size(); i++) {
      Placement placement = command.placements().get(i);
      Task task = state.task(placement.task());
      Worker worker = state.worker(placement.worker());
      String problem = problemOf(placement, task, worker, command.epoch(), state.epoch());
      if (problem == null) {
        // The record's own id: a copy of it for each of its tasks would be memory for nothing.
        state.change(task, task.placedOn(worker.id(), state.index()));
      } else {
        refused.add(new Refusal(i, Kind.CONFLICT, problem));
      }
    }
    return refused;
  }

  private static String problemOf(
      Placement placement, Task task, Worker worker, long epoch, Epoch now) {
    if (epoch != now.number()) return "epoch " + epoch + " is over";
    if (task == null) return "no task " + placement.task();
    if (task.status() != TaskStatus.PENDING || task.attempt() != placement.attempt()) {
      return "task " + task.id() + " is " + task.status() + " at attempt " + task.attempt();
    }
    if (worker == null || worker.statusIn(now) != WorkerStatus.UP) {
      return "worker " + placement.worker() + " is not UP";
    }
    if (worker.availability() != Availability.ACTIVE) {
      return "worker " + worker.id() + " is " + worker.availability();
    }
    return null;
  }

  static List<Refusal> report(Command.ReportTasks command, Transition state) {
    List<Refusal> refused = new ArrayList<>();
    for (int i = 0; i < command.reports().size(); i++) {
      Report report = command.reports().get(i);
      Task task = state.task(report.task());
      Refusal refusal = refusal(i, report, task, state);
      if (refusal != null) refused.add(refusal);
      else if (task.status() != report.status()) take(report, task, state); // else said before
    }
    return refused;
  }

  private static Refusal refusal(int position, Report report, Task task, Transition state) {
    Worker worker = state.worker(report.session().worker());
    if (worker == null || !worker.holds(report.session())) {
      return new Refusal(
          position, Kind.STALE_SESSION, "session " + report.session() + " is not the current one");
    }
    if (task == null) return new Refusal(position, Kind.NOT_FOUND, "no task " + report.task());
    if (!worker.id().equals(task.worker())) {
      return new Refusal(
          position, Kind.DENIED, "task " + task.id() + " is not worker " + worker.id() + "'s");
    }
    if (task.attempt() != report.attempt()) {
      return new Refusal(
          position, Kind.CONFLICT, "task " + task.id() + " is at attempt " + task.attempt());
    }
    if (task.status() != report.status() && task.status().finished()) {
      return new Refusal(position, Kind.CONFLICT, already(task));
    }
    return null;
  }

  private static void take(Report report, Task task, Transition state) {
    state.change(task, after(report, task, state.index()));
    state.prune(report.atMillis());
  }

  private static Task after(Report report, Task task, long at) {
    String message = report.message();
    return switch (report.status()) {
      case RUNNING -> task.started(message, report.atMillis(), at);
      case LOST -> task.workerLost(message, report.atMillis(), at);
      case PENDING, ASSIGNED, COMPLETE, FAILED, REJECTED, CANCELLED ->
          task.finished(report.status(), message, report.result(), report.atMillis(), at);
    };
  }

  static List<Refusal> cancel(Command.CancelTask command, Transition state) {
    Task before = state.task(command.task());
    if (before == null) return Refusal.ofAll(Kind.NOT_FOUND, "no task " + command.task());
    if (before.status() == TaskStatus.CANCELLED || before.cancelled()) return List.of();
    if (before.status().finished()) return Refusal.ofAll(Kind.CONFLICT, already(before));
    WorkerId holder = before.holder();
    Worker worker = holder == null ? null : state.worker(holder);
    long at = command.atMillis();
    state.change(
        before,
        worker != null && worker.down()
            ? before.finished(
                TaskStatus.CANCELLED, "its worker is down", Bytes.EMPTY, at, state.index())
            : before.cancelRequested(at, state.index()));
    return List.of();
  }

  private static String already(Task task) {
    return "task " + task.id() + " is already " + task.status();
  }
}
