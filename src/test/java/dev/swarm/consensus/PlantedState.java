package dev.swarm.consensus;

import dev.swarm.consensus.digests.Replica;
import dev.swarm.consensus.raft.RatisLog;
import dev.swarm.model.ClusterState;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.List;
import java.util.function.UnaryOperator;

/** Puts a wrong state into a running replica, as failing memory or a bug would. */
final class PlantedState {
  private PlantedState() {}

  /** An entry had another effect here: one task more, at the same index, digest and all. */
  static ClusterState diverged(ClusterState state) {
    return state.apply(state.index(), List.of(Tasks.submit("planted", 7))).state();
  }

  /** A bit of a record flips in memory: no entry did it, so the digest does not know. */
  static ClusterState flipped(ClusterState state) {
    return new ClusterState(
        state.cluster(),
        state.nextSession() ^ 16,
        state.epoch(),
        state.settings(),
        state.managers(),
        state.workers(),
        state.work(),
        state.tasks(),
        state.pending(),
        state.finished(),
        state.forgotten(),
        state.writes(),
        state.taskCounts(),
        state.workerCounts(),
        state.payloadBytes(),
        state.rules(),
        state.index(),
        state.digest());
  }

  /** Exchanges the state of the replica between two entries. */
  static void into(ConsensusVerticle verticle, UnaryOperator<ClusterState> change) {
    try {
      Object machine = field(log(verticle), "machine");
      Field state = machine.getClass().getDeclaredField("state");
      state.setAccessible(true);
      synchronized (applying(verticle)) {
        state.set(machine, change.apply((ClusterState) state.get(machine)));
      }
    } catch (ReflectiveOperationException renamed) {
      throw new IllegalStateException(renamed);
    }
  }

  /** What is locked while an entry is applied. */
  static Object applying(ConsensusVerticle verticle) {
    try {
      return field(field(log(verticle), "machine"), "applying");
    } catch (ReflectiveOperationException renamed) {
      throw new IllegalStateException(renamed);
    }
  }

  /** The log that the verticle has open. */
  static RatisLog log(ConsensusVerticle verticle) {
    try {
      return ((GuardedLog) field(verticle, "guarded")).current();
    } catch (ReflectiveOperationException renamed) {
      throw new IllegalStateException(renamed);
    }
  }

  /** Lets the replica find out that its state is wrong. */
  static void distrust(ConsensusVerticle verticle) {
    try {
      Object states = field(verticle, "states");
      Method distrust =
          states.getClass().getDeclaredMethod("distrust", Replica.class, String.class);
      distrust.setAccessible(true);
      distrust.invoke(states, log(verticle), "was said to differ");
    } catch (ReflectiveOperationException renamed) {
      throw new IllegalStateException(renamed);
    }
  }

  private static Object field(Object owner, String name) throws ReflectiveOperationException {
    Field field = owner.getClass().getDeclaredField(name);
    field.setAccessible(true);
    return field.get(owner);
  }
}
