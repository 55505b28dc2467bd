package dev.swarm.control;

import dev.swarm.bus.EventKind;
import dev.swarm.bus.Messages.Happened;
import dev.swarm.model.Change;
import dev.swarm.model.Epoch;
import dev.swarm.model.ManagerInfo;
import dev.swarm.model.ManagerState;
import dev.swarm.model.Worker;
import java.util.ArrayList;
import java.util.List;

/**
 * Which of the changes in the log an operator should hear of, and in what words: the same on every
 * manager. Nothing of tasks, heartbeats, and workers that merely go to another manager.
 */
final class CommittedEvents {
  private CommittedEvents() {}

  /** What there is to say of a change; null for nothing. */
  static Happened of(Change change) {
    if (change instanceof Change.WorkerChanged worker) return of(worker);
    if (change instanceof Change.ManagerChanged one) return of(one.before(), one.manager());
    if (change instanceof Change.EpochBegan epoch) return of(epoch.before(), epoch.epoch());
    if (change instanceof Change.ManagerRemoved removed) {
      ManagerInfo manager = removed.manager();
      String what = "is out of the group; it was member " + manager.member();
      return new Happened(EventKind.MANAGER_REMOVED, manager.id(), what);
    }
    if (change instanceof Change.SettingsChanged settings) {
      if (settings.before().agreesWith(settings.settings())) return null; // a promise is over
      String what = SettingsText.difference(settings.before(), settings.settings());
      return new Happened(EventKind.SETTINGS_CHANGED, "", what);
    }
    return null;
  }

  private static Happened of(Change.WorkerChanged change) {
    Worker before = change.before();
    Worker after = change.after();
    String manager = after.session().manager();
    if (before == null) return of(EventKind.WORKER_NEW, after, "on manager " + manager);
    if (after.down() && !before.down()) return ended(after);
    if (before.down() && !after.down()) {
      long seconds = Math.max(0, after.sinceMillis() - before.sinceMillis()) / 1_000;
      String was = " after " + seconds + "s down (" + before.reason() + ")";
      return of(EventKind.WORKER_UP, after, "on manager " + manager + was);
    }
    if (before.availability() != after.availability()) {
      String what = "is " + after.availability() + ", was " + before.availability();
      return of(EventKind.WORKER_AVAILABILITY, after, what);
    }
    if (!change.takenOver()) return null;
    String what =
        "another process, on manager %s, has its session, before it one on manager %s: it was"
            + " restarted, or two machines have one id";
    return of(
        EventKind.WORKER_TAKENOVER,
        after,
        String.format(what, manager, before.session().manager()));
  }

  private static Happened ended(Worker after) {
    EventKind kind = after.leftInOrder() ? EventKind.WORKER_LEFT : EventKind.WORKER_DOWN;
    return of(kind, after, after.reason() + "; was on manager " + after.session().manager());
  }

  private static Happened of(EventKind kind, Worker worker, String message) {
    return new Happened(kind, worker.id().value(), message);
  }

  private static Happened of(Epoch before, Epoch now) {
    boolean again = now.leader().equals(before.leader());
    String what = (again ? "leads again in term " : "leads in term ") + now.term();
    if (!again && !before.leader().isEmpty()) what += ", before it " + before.leader();
    return new Happened(EventKind.LEADER_CHANGED, now.leader(), what);
  }

  private static Happened of(ManagerInfo before, ManagerInfo now) {
    if (before == null || before.state() != now.state() || before.member() != now.member()) {
      return new Happened(kind(now.state()), now.id(), standing(before, now));
    }
    if (before.weight() != now.weight()) {
      String what = "weighs " + now.weight() + ", before " + before.weight();
      return new Happened(EventKind.MANAGER_WEIGHT, now.id(), what);
    }
    String moves = moves(before, now);
    return moves.isEmpty() ? null : new Happened(EventKind.MANAGER_MOVED, now.id(), moves);
  }

  private static EventKind kind(ManagerState state) {
    return switch (state) {
      case JOINING -> EventKind.MANAGER_JOINING;
      case ACTIVE -> EventKind.MANAGER_ACTIVE;
      case DRAINING -> EventKind.MANAGER_DRAINING;
      case RETIRING -> EventKind.MANAGER_RETIRING;
      case STOPPING -> EventKind.MANAGER_STOPPING;
      case LEAVING -> EventKind.MANAGER_LEAVING;
    };
  }

  private static String standing(ManagerInfo before, ManagerInfo now) {
    return switch (now.state()) {
      case JOINING -> "admitted as member " + now.member() + placeOf(before) + "; catches up";
      case ACTIVE -> active(before);
      case DRAINING -> "an operator drains it: its workers go elsewhere, it stays a member";
      case RETIRING -> "an operator drains it: its workers go elsewhere, then it leaves the group";
      case STOPPING -> "its process is about to end: its workers go elsewhere";
      case LEAVING -> "on its way out of the group";
    };
  }

  private static String placeOf(ManagerInfo before) {
    return before == null ? "" : " in the place of member " + before.member();
  }

  private static String active(ManagerInfo before) {
    if (before == null) return "a founder of the cluster";
    return switch (before.state()) {
      case JOINING -> "has caught up and votes";
      case STOPPING -> "its process is back";
      case ACTIVE, DRAINING, RETIRING, LEAVING -> "takes workers again";
    };
  }

  private static String moves(ManagerInfo before, ManagerInfo now) {
    List<String> moves = new ArrayList<>();
    move("api", before.api(), now.api(), moves);
    move("raft", before.raft(), now.raft(), moves);
    move("http", before.http(), now.http(), moves);
    return String.join(", ", moves);
  }

  private static void move(String port, String before, String now, List<String> moves) {
    if (!before.equals(now)) moves.add(port + " at " + now + ", before at " + before);
  }
}
