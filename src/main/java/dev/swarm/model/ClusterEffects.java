package dev.swarm.model;

import dev.swarm.model.SwarmException.Kind;
import java.util.List;

/** What commands about the cluster as a whole do: its beginning, its leaders, its settings. */
final class ClusterEffects {
  private ClusterEffects() {}

  static List<Refusal> begin(Command.BeginCluster command, Transition state) {
    if (state.cluster().incarnation() != 0) {
      return Refusal.ofAll(Kind.CONFLICT, "the cluster has already begun");
    }
    state.begin(command.cluster());
    if (state.settings().version() == 0) state.put(command.settings().withVersion(1));
    command.managers().forEach(state::put);
    return List.of();
  }

  static List<Refusal> begin(Command.BeginEpoch command, Transition state) {
    Epoch before = state.epoch();
    if (command.term() <= before.term()) {
      return Refusal.ofAll(
          Kind.CONFLICT, "term " + command.term() + " is not newer than " + before.term());
    }
    state.begin(
        new Epoch(before.number() + 1, command.term(), command.leader(), command.atMillis()));
    return List.of();
  }

  static List<Refusal> change(Command.ChangeSettings command, Transition state) {
    Settings before = state.settings();
    long expected = command.expectedVersion();
    if (expected != 0 && expected != before.version()) return outdated(expected, before);
    Settings wish = command.settings();
    Settings next =
        wish.with(wish.heartbeat().paced(before.heartbeat().paceMillis()))
            .withVersion(before.version() + 1);
    if (!next.agreesWith(before.withVersion(next.version()))) replace(before, next, state);
    return List.of();
  }

  static List<Refusal> pace(Command.SetPace command, Transition state) {
    if (command.epoch() != state.epoch().number()) return over(command.epoch());
    Settings before = state.settings();
    if (before.version() != command.version()) return outdated(command.version(), before);
    Settings next =
        before
            .with(before.heartbeat().paced(command.paceMillis()))
            .withVersion(before.version() + 1);
    replace(before, next, state);
    return List.of();
  }

  private static void replace(Settings before, Settings next, Transition state) {
    state.put(state.rules().keepPromises() ? next.after(before) : next);
  }

  static List<Refusal> forget(Command.ForgetPromise command, Transition state) {
    if (command.epoch() != state.epoch().number()) return over(command.epoch());
    Settings before = state.settings();
    if (before.version() != command.version()) return outdated(command.version(), before);
    if (before.promisedMillis() > 0) state.put(before.promising(0));
    return List.of();
  }

  private static List<Refusal> over(long epoch) {
    return Refusal.ofAll(Kind.NOT_LEADER, "epoch " + epoch + " is over");
  }

  private static List<Refusal> outdated(long expected, Settings now) {
    return Refusal.ofAll(
        Kind.CONFLICT, "settings are at version " + now.version() + ", not " + expected);
  }

  static List<Refusal> once(Command.Once command, Transition state) {
    if (state.done(command.write())) return List.of();
    List<Refusal> refused = command.command().applyTo(state);
    if (refused.isEmpty()) state.remember(command.write());
    return refused;
  }
}
