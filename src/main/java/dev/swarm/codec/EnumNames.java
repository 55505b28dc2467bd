package dev.swarm.codec;

import java.util.EnumMap;
import java.util.Map;

/** Pairs the constants of one of our enums with those of its record, by name. */
final class EnumNames<M extends Enum<M>, P extends Enum<P>> {
  /** How statuses of tasks are written. */
  static final EnumNames<dev.swarm.model.TaskStatus, dev.swarm.log.v1.TaskStatus> TASK_STATUS =
      new EnumNames<>(
          "TASK_STATUS_", dev.swarm.model.TaskStatus.class, dev.swarm.log.v1.TaskStatus.class);

  /** How availabilities are written. */
  static final EnumNames<dev.swarm.model.Availability, dev.swarm.log.v1.Availability> AVAILABILITY =
      new EnumNames<>(
          "AVAILABILITY_", dev.swarm.model.Availability.class, dev.swarm.log.v1.Availability.class);

  /** How verdicts are written. */
  static final EnumNames<dev.swarm.model.Judgement.Verdict, dev.swarm.log.v1.Verdict> VERDICT =
      new EnumNames<>(
          "VERDICT_", dev.swarm.model.Judgement.Verdict.class, dev.swarm.log.v1.Verdict.class);

  /** How states of managers are written. */
  static final EnumNames<dev.swarm.model.ManagerState, dev.swarm.log.v1.ManagerState>
      MANAGER_STATE =
          new EnumNames<>(
              "MANAGER_STATE_",
              dev.swarm.model.ManagerState.class,
              dev.swarm.log.v1.ManagerState.class);

  /** How steps of managers are written. */
  static final EnumNames<dev.swarm.model.ManagerStep, dev.swarm.log.v1.ManagerStep> MANAGER_STEP =
      new EnumNames<>(
          "MANAGER_STEP_", dev.swarm.model.ManagerStep.class, dev.swarm.log.v1.ManagerStep.class);

  /** How kinds of failures are written. */
  static final EnumNames<dev.swarm.model.SwarmException.Kind, dev.swarm.log.v1.FailureKind>
      FAILURE_KIND =
          new EnumNames<>(
              "FAILURE_KIND_",
              dev.swarm.model.SwarmException.Kind.class,
              dev.swarm.log.v1.FailureKind.class);

  private final Map<M, P> written;
  private final Map<P, M> read;

  private EnumNames(String prefix, Class<M> model, Class<P> record) {
    written = new EnumMap<>(model);
    read = new EnumMap<>(record);
    for (M constant : model.getEnumConstants()) {
      P same = Enum.valueOf(record, prefix + constant.name());
      written.put(constant, same);
      read.put(same, constant);
    }
  }

  P write(M constant) {
    return written.get(constant);
  }

  M read(P constant) {
    M known = read.get(constant);
    if (known == null) {
      throw UnreadableException.newer(constant + " is not known to this program");
    }
    return known;
  }
}
