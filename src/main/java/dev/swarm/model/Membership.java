package dev.swarm.model;

/** Who may become a manager of the group, and who may leave it. */
final class Membership {
  private Membership() {}

  /**
   * Why a manager cannot be admitted; null when it can.
   *
   * @param before who has its id; null for nobody
   */
  static String admissionProblem(ManagerInfo wish, ManagerInfo before, Transition state) {
    for (ManagerInfo other : state.managers()) {
      if (other.id().equals(wish.id())) continue;
      String taken = sharedAddress(wish, other);
      if (taken != null) return taken + " is manager " + other.id() + "'s already";
    }
    if (before == null) return numberProblem(state.managers().size());
    if (before.state() == ManagerState.LEAVING) {
      return "manager " + wish.id() + " is leaving: it can join again when it has left";
    }
    if (before.sameMember(wish)) return null;
    if (state.epoch().leader().equals(wish.id())) {
      return "manager " + wish.id() + " is there and leads: give the new one another id";
    }
    return before.member() == state.index()
        ? "manager " + wish.id() + " has just been admitted with another folder"
        : null;
  }

  private static String numberProblem(int managers) {
    if (managers < Limits.MAX_MANAGERS) return null;
    return "the cluster has "
        + managers
        + " managers, and more make every change slower and nothing safer: remove one first";
  }

  private static String sharedAddress(ManagerInfo wish, ManagerInfo other) {
    if (wish.api().equals(other.api())) return "api address " + wish.api();
    if (wish.raft().equals(other.raft())) return "raft address " + wish.raft();
    if (wish.http().equals(other.http())) return "http address " + wish.http();
    return null;
  }

  /** The record of a manager that is admitted. What an operator set of it stays. */
  static ManagerInfo admitted(ManagerInfo wish, ManagerInfo before, Transition state) {
    if (before == null) return wish.as(state.index()).in(ManagerState.JOINING);
    ManagerInfo known = wish.weighing(before.weight());
    if (before.sameMember(wish)) {
      return known.as(before.member()).in(before.state()).drained(before.drained());
    }
    boolean drained = state.rules().keepDrained() && before.isDrained();
    return known.as(state.index()).in(ManagerState.JOINING).drained(drained);
  }

  /** Why a manager cannot be removed; null when it can. */
  static String removalProblem(ManagerInfo leaving, Transition state) {
    boolean another =
        state.managers().stream()
            .anyMatch(other -> !other.id().equals(leaving.id()) && other.state().votes());
    if (another || !leaving.state().votes()) return null;
    return "manager " + leaving.id() + " is the last one: stop it instead";
  }
}
