package dev.swarm.wire;

import com.google.protobuf.UnsafeByteOperations;
import dev.swarm.model.ManagerInfo;
import dev.swarm.model.ManagerState;
import dev.swarm.model.Report;
import dev.swarm.model.SessionRef;
import dev.swarm.model.Task;
import dev.swarm.model.TaskStatus;
import java.util.Collection;

/** From the model to messages of {@code swarm.v1}. */
public final class ToProto {
  private ToProto() {}

  /** What a worker says of a task; the number is the sender's. */
  public static dev.swarm.v1.TaskReport report(long number, Report report) {
    return dev.swarm.v1.TaskReport.newBuilder()
        .setNumber(number)
        .setTask(report.task().value())
        .setAttempt(report.attempt())
        .setStatus(status(report.status()))
        .setMessage(report.message())
        .setResult(UnsafeByteOperations.unsafeWrap(report.result().array()))
        .setAtMillis(report.atMillis())
        .build();
  }

  /** A task as its worker needs it. */
  public static dev.swarm.v1.AssignedTask assigned(Task task) {
    return dev.swarm.v1.AssignedTask.newBuilder()
        .setId(task.id().value())
        .setAttempt(task.attempt())
        .setName(task.spec().name())
        .setKind(task.spec().kind())
        .setPayload(UnsafeByteOperations.unsafeWrap(task.spec().payload().array()))
        .setCancel(task.cancelled())
        .setVersion(task.assignedVersion())
        .build();
  }

  /** The managers that workers may dial: those on their way in or out are left out. */
  public static dev.swarm.v1.Managers managers(Collection<ManagerInfo> managers) {
    dev.swarm.v1.Managers.Builder list = dev.swarm.v1.Managers.newBuilder();
    for (ManagerInfo manager : managers) {
      switch (manager.state()) {
        case ACTIVE, DRAINING, RETIRING, STOPPING -> list.addManagers(address(manager));
        case JOINING, LEAVING -> {}
      }
    }
    return list.build();
  }

  private static dev.swarm.v1.ManagerAddress address(ManagerInfo manager) {
    return dev.swarm.v1.ManagerAddress.newBuilder()
        .setId(manager.id())
        .setApi(manager.api())
        .setWeight(manager.share())
        .setState(state(manager.state()))
        .build();
  }

  /** The state of a manager that workers may dial; of others they are told nothing. */
  private static dev.swarm.v1.ManagerState state(ManagerState state) {
    return switch (state) {
      case ACTIVE -> dev.swarm.v1.ManagerState.MANAGER_STATE_ACTIVE;
      case DRAINING -> dev.swarm.v1.ManagerState.MANAGER_STATE_DRAINING;
      case RETIRING -> dev.swarm.v1.ManagerState.MANAGER_STATE_RETIRING;
      case STOPPING -> dev.swarm.v1.ManagerState.MANAGER_STATE_STOPPING;
      case JOINING, LEAVING -> dev.swarm.v1.ManagerState.MANAGER_STATE_UNSPECIFIED;
    };
  }

  /** A session as the link names it. */
  public static dev.swarm.v1.SessionRef session(SessionRef session) {
    return dev.swarm.v1.SessionRef.newBuilder()
        .setWorker(session.worker().value())
        .setNumber(session.number())
        .build();
  }

  /** The status of a task. */
  public static dev.swarm.v1.TaskStatus status(TaskStatus status) {
    return switch (status) {
      case PENDING -> dev.swarm.v1.TaskStatus.TASK_STATUS_PENDING;
      case ASSIGNED -> dev.swarm.v1.TaskStatus.TASK_STATUS_ASSIGNED;
      case RUNNING -> dev.swarm.v1.TaskStatus.TASK_STATUS_RUNNING;
      case COMPLETE -> dev.swarm.v1.TaskStatus.TASK_STATUS_COMPLETE;
      case FAILED -> dev.swarm.v1.TaskStatus.TASK_STATUS_FAILED;
      case REJECTED -> dev.swarm.v1.TaskStatus.TASK_STATUS_REJECTED;
      case CANCELLED -> dev.swarm.v1.TaskStatus.TASK_STATUS_CANCELLED;
      case LOST -> dev.swarm.v1.TaskStatus.TASK_STATUS_LOST;
    };
  }
}
