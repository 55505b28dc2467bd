package dev.swarm.codec;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.swarm.log.v1.ClusterRecord;
import dev.swarm.log.v1.EpochRecord;
import dev.swarm.log.v1.ForgottenRecord;
import dev.swarm.log.v1.FormerAgentRecord;
import dev.swarm.log.v1.HistoryRecord;
import dev.swarm.log.v1.JudgementRecord;
import dev.swarm.log.v1.ManagerRecord;
import dev.swarm.log.v1.OutcomeRecord;
import dev.swarm.log.v1.PlacementRecord;
import dev.swarm.log.v1.RefusalRecord;
import dev.swarm.log.v1.RemovalRecord;
import dev.swarm.log.v1.ReportRecord;
import dev.swarm.log.v1.SessionOpenRecord;
import dev.swarm.log.v1.SettingsRecord;
import dev.swarm.log.v1.TaskRecord;
import dev.swarm.log.v1.TaskSpecRecord;
import dev.swarm.log.v1.WorkerRecord;
import dev.swarm.model.Bytes;
import dev.swarm.model.ClusterInfo;
import dev.swarm.model.ClusterState;
import dev.swarm.model.Epoch;
import dev.swarm.model.ForgottenTasks;
import dev.swarm.model.FormerAgent;
import dev.swarm.model.Judgement;
import dev.swarm.model.ManagerInfo;
import dev.swarm.model.Outcome;
import dev.swarm.model.Placement;
import dev.swarm.model.Refusal;
import dev.swarm.model.Report;
import dev.swarm.model.SessionOpen;
import dev.swarm.model.Settings;
import dev.swarm.model.Task;
import dev.swarm.model.TaskSpec;
import dev.swarm.model.Worker;
import dev.swarm.model.WorkerId;
import dev.swarm.model.WorkerTasks;

/** From values of the model to records of {@code swarm.log.v1}. */
final class RecordWriter {
  private RecordWriter() {}

  static ClusterRecord cluster(ClusterInfo cluster) {
    return ClusterRecord.newBuilder()
        .setName(cluster.name())
        .setIncarnation(cluster.incarnation())
        .build();
  }

  static EpochRecord epoch(Epoch epoch) {
    return EpochRecord.newBuilder()
        .setNumber(epoch.number())
        .setTerm(epoch.term())
        .setLeader(epoch.leader())
        .setSinceMillis(epoch.sinceMillis())
        .build();
  }

  static SettingsRecord settings(Settings settings) {
    return SettingsRecord.newBuilder()
        .setPeriodMillis(settings.heartbeat().periodMillis())
        .setJitterPercent(settings.heartbeat().jitterPercent())
        .setTtlMultiplier(settings.heartbeat().ttlMultiplier())
        .setFailoverMultiplier(settings.heartbeat().failoverMultiplier())
        .setMaxPerSecond(settings.heartbeat().maxPerSecond())
        .setPaceMillis(settings.heartbeat().paceMillis())
        .setBatchDelayMillis(settings.batch().maxDelayMillis())
        .setBatchSize(settings.batch().maxSize())
        .setVersion(settings.version())
        .setPromisedMillis(settings.promisedMillis())
        .build();
  }

  static ManagerRecord manager(ManagerInfo manager) {
    return ManagerRecord.newBuilder()
        .setId(manager.id())
        .setMember(manager.member())
        .setNonce(manager.nonce())
        .setApi(manager.api())
        .setRaft(manager.raft())
        .setHttp(manager.http())
        .setWeight(manager.weight())
        .setState(EnumNames.MANAGER_STATE.write(manager.state()))
        .setDrained(manager.drained())
        .build();
  }

  static WorkerRecord worker(Worker worker) {
    WorkerRecord.Builder record = WorkerRecord.newBuilder();
    for (FormerAgent former : worker.formerAgents()) {
      record.addFormerAgents(
          FormerAgentRecord.newBuilder().setBoot(former.boot()).setDial(former.dial()));
    }
    return record
        .setId(worker.id().value())
        .setDescription(worker.description())
        .putAllLabels(worker.labels())
        .setSlots(worker.slots())
        .setAvailability(EnumNames.AVAILABILITY.write(worker.availability()))
        .setSessionNumber(worker.session().number())
        .setSessionManager(worker.session().manager())
        .setSessionManagerBoot(worker.session().managerBoot())
        .setSessionAgentBoot(worker.session().agentBoot())
        .setSessionDial(worker.session().dial())
        .setDown(worker.down())
        .setConfirmedEpoch(worker.confirmedEpoch())
        .setSinceMillis(worker.sinceMillis())
        .setReason(worker.reason())
        .build();
  }

  static HistoryRecord history(ClusterState.WorkerHistory history) {
    HistoryRecord.Builder record =
        HistoryRecord.newBuilder()
            .setWorker(history.worker().value())
            .setCompactedUpTo(history.compactedUpTo());
    for (WorkerTasks.Removal removal : history.removals()) {
      record.addRemovals(
          RemovalRecord.newBuilder().setVersion(removal.version()).setTask(removal.task().value()));
    }
    return record.build();
  }

  static TaskSpecRecord spec(TaskSpec spec) {
    return TaskSpecRecord.newBuilder()
        .setId(spec.id().value())
        .setKey(spec.key())
        .setName(spec.name())
        .setKind(spec.kind())
        .setPayload(bytes(spec.payload()))
        .setPinned(orEmpty(spec.pinned()))
        .setMaxAttempts(spec.maxAttempts())
        .setSubmittedMillis(spec.submittedMillis())
        .build();
  }

  static TaskRecord task(Task task) {
    return TaskRecord.newBuilder()
        .setSpec(spec(task.spec()))
        .setAttempt(task.attempt())
        .setWorker(orEmpty(task.worker()))
        .setCancelled(task.cancelled())
        .setStatus(EnumNames.TASK_STATUS.write(task.status()))
        .setMessage(task.message())
        .setResult(bytes(task.result()))
        .setStartedMillis(task.startedMillis())
        .setFinishedMillis(task.finishedMillis())
        .setVersion(task.version())
        .setAssignedVersion(task.assignedVersion())
        .build();
  }

  static ForgottenRecord forgotten(ForgottenTasks.Part part) {
    return ForgottenRecord.newBuilder()
        .setUntilMillis(part.untilMillis())
        .addAllIds(part.ids())
        .build();
  }

  static SessionOpenRecord open(SessionOpen open) {
    return SessionOpenRecord.newBuilder()
        .setWorker(open.worker().value())
        .setAgentBoot(open.agentBoot())
        .setDial(open.dial())
        .setManager(open.manager())
        .setManagerBoot(open.managerBoot())
        .setDescription(open.description())
        .putAllLabels(open.labels())
        .setSlots(open.slots())
        .build();
  }

  static JudgementRecord judgement(Judgement judgement) {
    return JudgementRecord.newBuilder()
        .setWorker(judgement.session().worker().value())
        .setSession(judgement.session().number())
        .setEpoch(judgement.epoch())
        .setVerdict(EnumNames.VERDICT.write(judgement.verdict()))
        .setReason(judgement.reason())
        .build();
  }

  static PlacementRecord placement(Placement placement) {
    return PlacementRecord.newBuilder()
        .setTask(placement.task().value())
        .setAttempt(placement.attempt())
        .setWorker(placement.worker().value())
        .build();
  }

  static ReportRecord report(Report report) {
    return ReportRecord.newBuilder()
        .setWorker(report.session().worker().value())
        .setSession(report.session().number())
        .setTask(report.task().value())
        .setAttempt(report.attempt())
        .setStatus(EnumNames.TASK_STATUS.write(report.status()))
        .setMessage(report.message())
        .setResult(bytes(report.result()))
        .setAtMillis(report.atMillis())
        .build();
  }

  static OutcomeRecord outcome(Outcome outcome) {
    OutcomeRecord.Builder record = OutcomeRecord.newBuilder().setIndex(outcome.index());
    for (Refusal refusal : outcome.refused()) {
      record.addRefused(
          RefusalRecord.newBuilder()
              .setPosition(refusal.position())
              .setKind(EnumNames.FAILURE_KIND.write(refusal.kind()))
              .setMessage(refusal.message())
              .setRetryAfterMillis(refusal.retryAfterMillis()));
    }
    return record.build();
  }

  private static String orEmpty(WorkerId worker) {
    return worker == null ? "" : worker.value();
  }

  /** Nobody changes the bytes of the model, so they need no copy. */
  private static ByteString bytes(Bytes bytes) {
    return UnsafeByteOperations.unsafeWrap(bytes.array());
  }
}
