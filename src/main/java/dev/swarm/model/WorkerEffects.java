package dev.swarm.model;

import dev.swarm.model.SwarmException.Kind;
import java.util.ArrayList;
import java.util.List;

/** What commands about workers do: their sessions, how they are judged, whether they take tasks. */
final class WorkerEffects {
  private WorkerEffects() {}

  static List<Refusal> open(Command.OpenSessions command, Transition state) {
    List<Refusal> refused = new ArrayList<>();
    for (int i = 0; i < command.opens().size(); i++) {
      Refusal refusal = open(i, command.opens().get(i), command, state);
      if (refusal != null) refused.add(refusal);
    }
    return refused;
  }

  private static Refusal open(
      int position, SessionOpen open, Command.OpenSessions command, Transition state) {
    long epoch = command.epoch();
    if (epoch != state.epoch().number()) return epochOver(position, epoch);
    Worker before = state.worker(open.worker());
    if (before != null && !before.down() && before.session().answers(open)) {
      if (before.statusIn(state.epoch()) != WorkerStatus.UP) state.put(before.confirmed(epoch));
      return null;
    }
    Refusal refusal = before == null ? null : before.refusal(position, open);
    if (refusal == null) state.put(opened(open, before, command, state.takeSessionNumber()));
    return refusal;
  }

  private static Worker opened(
      SessionOpen open, Worker before, Command.OpenSessions command, long number) {
    Session session =
        new Session(number, open.manager(), open.managerBoot(), open.agentBoot(), open.dial());
    boolean wasUp = before != null && !before.down();
    return new Worker(
        open.worker(),
        open.description(),
        open.labels(),
        open.slots(),
        before == null ? Availability.ACTIVE : before.availability(),
        session,
        false,
        command.epoch(),
        wasUp ? before.sinceMillis() : command.atMillis(),
        "session opened",
        before == null ? List.of() : before.formerAgentsAfter(open.agentBoot()));
  }

  static List<Refusal> judge(Command.SetStatus command, Transition state) {
    List<Refusal> refused = new ArrayList<>();
    for (int i = 0; i < command.judgements().size(); i++) {
      Refusal refusal = judge(i, command.judgements().get(i), command.atMillis(), state);
      if (refusal != null) refused.add(refusal);
    }
    return refused;
  }

  private static Refusal judge(int position, Judgement judgement, long atMillis, Transition state) {
    Worker worker = state.worker(judgement.session().worker());
    if (judgement.epoch() != state.epoch().number()) return epochOver(position, judgement.epoch());
    if (worker == null || !worker.holds(judgement.session())) {
      return new Refusal(
          position,
          Kind.STALE_SESSION,
          "session " + judgement.session() + " is not the current one");
    }
    switch (judgement.verdict()) {
      case UP -> {
        if (worker.statusIn(state.epoch()) != WorkerStatus.UP) {
          state.put(worker.confirmed(state.epoch().number()));
        }
      }
      case DOWN, LEFT -> end(worker, judgement.reason(), atMillis, state);
    }
    return null;
  }

  private static void end(Worker worker, String reason, long atMillis, Transition state) {
    state.put(worker.ended(atMillis, reason));
    String why = "worker " + worker.id() + " is down: " + reason;
    for (Task task : state.tasksOf(worker.id())) {
      if (task.spec().pinned() != null && !task.cancelled()) continue;
      state.change(task, task.workerLost(why, atMillis, state.index()));
    }
  }

  private static Refusal epochOver(int position, long epoch) {
    return new Refusal(position, Kind.NOT_LEADER, "epoch " + epoch + " is over");
  }

  static List<Refusal> setAvailability(Command.SetAvailability command, Transition state) {
    WorkerId id = command.worker();
    Availability wish = command.availability();
    Worker before = state.worker(id);
    if (before == null) return Refusal.ofAll(Kind.NOT_FOUND, "no worker " + id);
    if (before.availability() != wish) state.put(before.with(wish));
    if (wish == Availability.DRAINED) giveBack(id, command.atMillis(), state);
    return List.of();
  }

  private static void giveBack(WorkerId worker, long atMillis, Transition state) {
    String why = "worker " + worker + " is drained";
    for (Task task : state.tasksOf(worker)) {
      boolean movable = task.spec().pinned() == null && task.status() == TaskStatus.ASSIGNED;
      boolean last = task.attempt() >= task.spec().maxAttempts(); // taking it away would end it
      if (!movable || last || task.cancelled()) continue;
      state.change(task, task.workerLost(why, atMillis, state.index()));
    }
  }
}
