package dev.swarm.membership;

import dev.swarm.bus.Messages.GroupMember;
import dev.swarm.bus.Messages.GroupView;
import dev.swarm.membership.Step.Change;
import dev.swarm.membership.Step.Commit;
import dev.swarm.membership.Step.Rest;
import dev.swarm.membership.Step.Yield;
import dev.swarm.model.ClusterState;
import dev.swarm.model.Command;
import dev.swarm.model.ManagerInfo;
import dev.swarm.model.ManagerState;
import dev.swarm.model.Worker;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Compares the committed records with the Raft group and says what to do next, one thing at a time.
 * A member whose place was taken is out before the one that took it comes in: with it gone, no more
 * managers are needed for a majority than before. Nobody is taken out unless a majority of those
 * that stay answers. What it remembers may be lost: it makes it patient, not right.
 */
final class Reconciler {
  /** One that does not catch up, or cannot be reached, is tried again after so long ... */
  static final long TRY_AGAIN_NANOS = 5_000_000_000L;

  /** ... and later each time, up to this: meanwhile the group can do nothing else. */
  static final long MOST_NANOS = 60_000_000_000L;

  /** A leaving manager with workers stays in the group for so long, so that they can move. */
  static final long PATIENCE_NANOS = 30_000_000_000L;

  private static final Step REST = new Rest();

  private final String self;
  private final Map<GroupMember, Pause> resting = new HashMap<>();
  private final Map<GroupMember, Long> leavingSince = new HashMap<>();

  /** After a failure. */
  private record Pause(long untilNanos, long lengthNanos) {}

  /** For this manager, which leads. */
  Reconciler(String self) {
    this.self = self;
  }

  /** The member could not be made a voter, or did not take over: others have their turn. */
  void failed(GroupMember member, long nowNanos) {
    Pause before = resting.get(member);
    long length = before == null ? TRY_AGAIN_NANOS : Math.min(MOST_NANOS, 2 * before.lengthNanos());
    resting.put(member, new Pause(nowNanos + length, length));
  }

  private boolean rests(GroupMember member, long nowNanos) {
    Pause pause = resting.get(member);
    return pause != null && nowNanos - pause.untilNanos() < 0;
  }

  /** What to do now. */
  Step next(ClusterState state, GroupView group, long nowNanos) {
    Step settled = commit(state, group);
    if (settled != REST || !group.settled()) return settled;
    Step out = takeOutStrays(state, group, nowNanos);
    if (out != REST) return out;
    Step in = takeIn(state, group, nowNanos);
    return in != REST ? in : takeOutLeaving(state, group, nowNanos);
  }

  /** What the group has become already. */
  private static Step commit(ClusterState state, GroupView group) {
    for (ManagerInfo manager : state.managers().values()) {
      boolean votes = group.voters().stream().anyMatch(voter -> is(voter, manager));
      if (manager.state() == ManagerState.JOINING && votes && group.settled()) {
        return new Commit(new Command.PromoteManager(manager.id(), manager.member()));
      }
      if (manager.state() == ManagerState.LEAVING && !votes && group.settled()) {
        return new Commit(new Command.ForgetManager(manager.id(), manager.member()));
      }
    }
    return REST;
  }

  private Step takeOutStrays(ClusterState state, GroupView group, long nowNanos) {
    for (GroupMember voter : group.voters()) {
      ManagerInfo record = state.managers().get(voter.manager());
      if (record != null && record.member() == voter.member()) continue;
      String why =
          record == null
              ? "manager " + voter.manager() + " is no member any more"
              : "another member has the place of manager " + voter.manager();
      Step out = takeOut(voter, state, group, nowNanos, why);
      if (out != REST) return out;
    }
    return REST;
  }

  private Step takeIn(ClusterState state, GroupView group, long nowNanos) {
    if (!majority(group.heard().size(), group.voters().size())) return REST;
    for (ManagerInfo manager : state.managers().values()) {
      boolean wanted =
          manager.state() != ManagerState.LEAVING
              && group.voters().stream().noneMatch(voter -> is(voter, manager));
      GroupMember added = member(manager);
      if (!wanted || rests(added, nowNanos)) continue;
      List<GroupMember> voters = new ArrayList<>(group.voters());
      voters.add(added);
      return new Change(voters, added, "manager " + manager.id() + " joins");
    }
    return REST;
  }

  private Step takeOutLeaving(ClusterState state, GroupView group, long nowNanos) {
    for (ManagerInfo manager : state.managers().values()) {
      if (manager.state() != ManagerState.LEAVING) continue;
      long since = leavingSince.computeIfAbsent(member(manager), unseen -> nowNanos);
      boolean heard = group.heard().stream().anyMatch(one -> is(one, manager));
      boolean wait = heard && nowNanos - since < PATIENCE_NANOS && hasWorkers(state, manager.id());
      if (wait) continue;
      for (GroupMember voter : group.voters()) {
        if (!is(voter, manager)) continue;
        Step out = takeOut(voter, state, group, nowNanos, "manager " + manager.id() + " leaves");
        if (out != REST) return out;
      }
    }
    return REST;
  }

  private Step takeOut(
      GroupMember leaver, ClusterState state, GroupView group, long nowNanos, String reason) {
    List<GroupMember> stay =
        group.voters().stream().filter(voter -> !voter.equals(leaver)).toList();
    long heard = stay.stream().filter(group.heard()::contains).count();
    if (stay.isEmpty() || !majority(heard, stay.size())) return REST;
    if (!leaver.manager().equals(self)) return new Change(stay, null, reason);
    return stay.stream()
        .filter(group.heard()::contains)
        .filter(heir -> stays(state.managers().get(heir.manager()), heir))
        .filter(heir -> !rests(heir, nowNanos))
        .<Step>map(Yield::new)
        .findFirst()
        .orElse(REST);
  }

  private static boolean stays(ManagerInfo record, GroupMember heir) {
    return record != null && record.member() == heir.member() && record.state().votes();
  }

  private static GroupMember member(ManagerInfo manager) {
    return new GroupMember(manager.id(), manager.member(), manager.raft());
  }

  private static boolean hasWorkers(ClusterState state, String manager) {
    for (Worker worker : state.workers().values()) {
      if (!worker.down() && worker.session().manager().equals(manager)) return true;
    }
    return false;
  }

  private static boolean is(GroupMember member, ManagerInfo manager) {
    return member.manager().equals(manager.id()) && member.member() == manager.member();
  }

  private static boolean majority(long heard, int of) {
    return heard > of / 2;
  }
}
