package dev.swarm.model;

import dev.swarm.model.SwarmException.Kind;
import java.util.List;

/** What commands about one manager do; {@link Membership} knows who may come and go. */
final class ManagerEffects {
  private ManagerEffects() {}

  static List<Refusal> weigh(Command.SetWeight command, Transition state) {
    ManagerInfo before = state.manager(command.manager());
    if (before == null) return unknown(command.manager());
    if (before.weight() != command.weight()) state.put(before.weighing(command.weight()));
    return List.of();
  }

  static List<Refusal> step(Command.StepManager command, Transition state) {
    ManagerInfo before = state.manager(command.manager());
    if (before == null) return unknown(command.manager());
    ManagerStep step = command.step();
    if (!step.possibleFrom(before.state())) return conflict(standing(before));
    ManagerState next = step.from(before.state());
    if (next == before.state()) return List.of();
    if (step.wantsOthers() && !state.othersTakeWorkers(before.id())) {
      return conflict("no other manager takes workers: those of " + before.id() + " have no place");
    }
    String last = next == ManagerState.LEAVING ? Membership.removalProblem(before, state) : null;
    if (last != null) return conflict(last);
    state.put(before.in(next));
    return List.of();
  }

  static List<Refusal> admit(Command.AdmitManager command, Transition state) {
    ManagerInfo wish = command.wish();
    ManagerInfo before = state.manager(wish.id());
    String problem = Membership.admissionProblem(wish, before, state);
    if (problem != null) return conflict(problem);
    state.put(Membership.admitted(wish, before, state));
    return List.of();
  }

  static List<Refusal> promote(Command.PromoteManager command, Transition state) {
    ManagerInfo before = member(command.manager(), command.member(), state);
    if (before == null) return noMember(command.manager(), command.member());
    if (before.state() != ManagerState.JOINING) return List.of();
    state.put(before.in(before.drained() ? ManagerState.DRAINING : ManagerState.ACTIVE));
    return List.of();
  }

  static List<Refusal> remove(Command.RemoveManager command, Transition state) {
    ManagerInfo before = member(command.manager(), command.member(), state);
    if (before == null) return noMember(command.manager(), command.member());
    if (before.state() == ManagerState.LEAVING) return List.of();
    String problem = Membership.removalProblem(before, state);
    if (problem != null) return conflict(problem);
    state.put(before.in(ManagerState.LEAVING));
    return List.of();
  }

  static List<Refusal> forget(Command.ForgetManager command, Transition state) {
    ManagerInfo before = member(command.manager(), command.member(), state);
    if (before == null) return noMember(command.manager(), command.member());
    if (before.state() != ManagerState.LEAVING) return conflict(standing(before));
    state.remove(before);
    return List.of();
  }

  /** The manager, if that is its membership; null otherwise. */
  private static ManagerInfo member(String manager, long member, Transition state) {
    ManagerInfo known = state.manager(manager);
    return known == null || known.member() != member ? null : known;
  }

  private static String standing(ManagerInfo manager) {
    String standing = "manager " + manager.id() + " is " + manager.state();
    return manager.state() == ManagerState.STOPPING
        ? standing + ": it becomes active by itself when its process is back"
        : standing;
  }

  private static List<Refusal> unknown(String manager) {
    return Refusal.ofAll(Kind.NOT_FOUND, "no manager " + manager);
  }

  private static List<Refusal> noMember(String manager, long member) {
    return Refusal.ofAll(
        Kind.NOT_FOUND, "manager " + manager + " is not member " + member + " of the group");
  }

  private static List<Refusal> conflict(String problem) {
    return Refusal.ofAll(Kind.CONFLICT, problem);
  }
}
