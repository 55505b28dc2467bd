package dev.swarm.worker;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import dev.swarm.model.Bytes;
import dev.swarm.model.TaskId;
import dev.swarm.v1.AssignedTask;
import dev.swarm.v1.Assignments;
import dev.swarm.v1.Goodbye;
import dev.swarm.v1.Heartbeat;
import dev.swarm.v1.Hello;
import dev.swarm.v1.ManagerAddress;
import dev.swarm.v1.Managers;
import dev.swarm.v1.Resync;
import dev.swarm.v1.TaskReport;
import dev.swarm.v1.TaskReports;
import dev.swarm.v1.WorkerMessage;
import dev.swarm.wire.FromProto;
import dev.swarm.wire.ToProto;
import java.util.ArrayList;
import java.util.List;

/** Where protobuf stops on the worker's side: the stream's messages, and tasks on record. */
final class AgentWire {
  /** Reports in one message, in bytes of result; a message may hold twice that. */
  private static final int MAX_REPORTS_BYTES = 256 << 10;

  private AgentWire() {}

  static WorkerMessage hello(AgentOptions options, long boot, long dial, TaskTable table) {
    return WorkerMessage.newBuilder()
        .setHello(
            Hello.newBuilder()
                .setCluster(options.cluster())
                .setWorker(options.id())
                .setBoot(boot)
                .setDial(dial)
                .setIncarnation(table.incarnation())
                .setVersion(table.held())
                .setDescription(options.description())
                .putAllLabels(options.labels())
                .setSlots(options.slots()))
        .build();
  }

  static WorkerMessage beat(long seq) {
    return WorkerMessage.newBuilder().setHeartbeat(Heartbeat.newBuilder().setSeq(seq)).build();
  }

  static WorkerMessage resync() {
    return WorkerMessage.newBuilder().setResync(Resync.getDefaultInstance()).build();
  }

  static WorkerMessage goodbye(String reason) {
    return WorkerMessage.newBuilder().setGoodbye(Goodbye.newBuilder().setReason(reason)).build();
  }

  /** The reports in as few messages as their size allows. */
  static List<WorkerMessage> reports(List<NumberedReport> reports) {
    List<WorkerMessage> messages = new ArrayList<>();
    TaskReports.Builder message = TaskReports.newBuilder();
    int bytes = 0;
    for (NumberedReport report : reports) {
      message.addReports(report(report));
      bytes += report.result().size();
      if (bytes < MAX_REPORTS_BYTES) continue;
      messages.add(WorkerMessage.newBuilder().setReports(message).build());
      message = TaskReports.newBuilder();
      bytes = 0;
    }
    if (message.getReportsCount() > 0) {
      messages.add(WorkerMessage.newBuilder().setReports(message).build());
    }
    return messages;
  }

  static TaskReport report(NumberedReport report) {
    return TaskReport.newBuilder()
        .setNumber(report.number())
        .setTask(report.task().value())
        .setAttempt(report.attempt())
        .setStatus(ToProto.status(report.status()))
        .setMessage(report.message())
        .setResult(UnsafeByteOperations.unsafeWrap(report.result().array()))
        .setAtMillis(report.atMillis())
        .build();
  }

  static NumberedReport report(byte[] bytes) throws InvalidProtocolBufferException {
    TaskReport report = TaskReport.parseFrom(bytes);
    return new NumberedReport(
        report.getNumber(),
        new TaskId(report.getTask()),
        report.getAttempt(),
        FromProto.status(report.getStatus()),
        report.getMessage(),
        Bytes.wrap(report.getResult().toByteArray()),
        report.getAtMillis());
  }

  static WorkBatch batch(Assignments batch) {
    return new WorkBatch(
        batch.getBase(),
        batch.getResult(),
        batch.getComplete(),
        batch.getMore(),
        batch.getTasksList().stream().map(AgentWire::work).toList(),
        batch.getRemovedList().stream().map(TaskId::new).toList());
  }

  static Work work(AssignedTask task) {
    return new Work(
        new TaskId(task.getId()),
        task.getAttempt(),
        task.getName(),
        task.getKind(),
        Bytes.wrap(task.getPayload().toByteArray()),
        task.getCancel(),
        task.getVersion());
  }

  static Work work(byte[] bytes) throws InvalidProtocolBufferException {
    return work(AssignedTask.parseFrom(bytes));
  }

  static byte[] bytes(Work work) {
    return AssignedTask.newBuilder()
        .setId(work.id().value())
        .setAttempt(work.attempt())
        .setName(work.name())
        .setKind(work.kind())
        .setPayload(UnsafeByteOperations.unsafeWrap(work.payload().array()))
        .setCancel(work.cancel())
        .setVersion(work.version())
        .build()
        .toByteArray();
  }

  static List<Manager> managers(Managers managers) {
    return managers.getManagersList().stream().map(AgentWire::manager).toList();
  }

  private static Manager manager(ManagerAddress manager) {
    return new Manager(
        manager.getId(),
        manager.getApi(),
        manager.getWeight(),
        FromProto.state(manager.getState()));
  }
}
