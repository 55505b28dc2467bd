package dev.swarm.wire;

import dev.swarm.model.Bytes;
import dev.swarm.model.ManagerState;
import dev.swarm.model.Report;
import dev.swarm.model.SessionOpen;
import dev.swarm.model.SessionRef;
import dev.swarm.model.SwarmException;
import dev.swarm.model.TaskId;
import dev.swarm.model.TaskStatus;
import dev.swarm.model.WorkerId;

/** From messages of {@code swarm.v1} to the model; what is not acceptable throws BAD_REQUEST. */
public final class FromProto {
  private FromProto() {}

  /** What a worker says of a task, spoken in the given session. */
  public static Report report(SessionRef session, dev.swarm.v1.TaskReport report) {
    return new Report(
        session,
        new TaskId(report.getTask()),
        report.getAttempt(),
        status(report.getStatus()),
        report.getMessage(),
        Bytes.wrap(report.getResult().toByteArray()),
        report.getAtMillis());
  }

  /** A worker's first message, as the wish for a session on the manager it reached. */
  public static SessionOpen hello(dev.swarm.v1.Hello hello, String manager, long managerBoot) {
    return new SessionOpen(
        new WorkerId(hello.getWorker()),
        hello.getBoot(),
        hello.getDial(),
        manager,
        managerBoot,
        hello.getDescription(),
        hello.getLabelsMap(),
        hello.getSlots());
  }

  /** Where a manager stands; ACTIVE when its managers do not say, or are newer than we are. */
  public static ManagerState state(dev.swarm.v1.ManagerState state) {
    return switch (state) {
      case MANAGER_STATE_DRAINING -> ManagerState.DRAINING;
      case MANAGER_STATE_RETIRING -> ManagerState.RETIRING;
      case MANAGER_STATE_STOPPING -> ManagerState.STOPPING;
      case MANAGER_STATE_ACTIVE, MANAGER_STATE_UNSPECIFIED, UNRECOGNIZED -> ManagerState.ACTIVE;
    };
  }

  /** A session as the link names it. */
  public static SessionRef session(dev.swarm.v1.SessionRef ref) {
    return new SessionRef(new WorkerId(ref.getWorker()), ref.getNumber());
  }

  /** The status of a task. */
  public static TaskStatus status(dev.swarm.v1.TaskStatus status) {
    return switch (status) {
      case TASK_STATUS_PENDING -> TaskStatus.PENDING;
      case TASK_STATUS_ASSIGNED -> TaskStatus.ASSIGNED;
      case TASK_STATUS_RUNNING -> TaskStatus.RUNNING;
      case TASK_STATUS_COMPLETE -> TaskStatus.COMPLETE;
      case TASK_STATUS_FAILED -> TaskStatus.FAILED;
      case TASK_STATUS_REJECTED -> TaskStatus.REJECTED;
      case TASK_STATUS_CANCELLED -> TaskStatus.CANCELLED;
      case TASK_STATUS_LOST -> TaskStatus.LOST;
      case TASK_STATUS_UNSPECIFIED, UNRECOGNIZED ->
          throw SwarmException.badRequest("task status is missing or unknown");
    };
  }
}
