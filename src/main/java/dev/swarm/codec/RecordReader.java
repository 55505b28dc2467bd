package dev.swarm.codec;

import com.google.protobuf.ByteString;
import dev.swarm.log.v1.ClusterRecord;
import dev.swarm.log.v1.EpochRecord;
import dev.swarm.log.v1.ForgottenRecord;
import dev.swarm.log.v1.HistoryRecord;
import dev.swarm.log.v1.JudgementRecord;
import dev.swarm.log.v1.ManagerRecord;
import dev.swarm.log.v1.OutcomeRecord;
import dev.swarm.log.v1.PlacementRecord;
import dev.swarm.log.v1.RefusalRecord;
import dev.swarm.log.v1.ReportRecord;
import dev.swarm.log.v1.SessionOpenRecord;
import dev.swarm.log.v1.SettingsRecord;
import dev.swarm.log.v1.TaskRecord;
import dev.swarm.log.v1.TaskSpecRecord;
import dev.swarm.log.v1.WorkerRecord;
import dev.swarm.model.BatchSettings;
import dev.swarm.model.Bytes;
import dev.swarm.model.ClusterInfo;
import dev.swarm.model.ClusterState;
import dev.swarm.model.Epoch;
import dev.swarm.model.ForgottenTasks;
import dev.swarm.model.FormerAgent;
import dev.swarm.model.HeartbeatSettings;
import dev.swarm.model.Judgement;
import dev.swarm.model.ManagerInfo;
import dev.swarm.model.Outcome;
import dev.swarm.model.Placement;
import dev.swarm.model.Refusal;
import dev.swarm.model.Report;
import dev.swarm.model.Session;
import dev.swarm.model.SessionOpen;
import dev.swarm.model.SessionRef;
import dev.swarm.model.Settings;
import dev.swarm.model.Task;
import dev.swarm.model.TaskId;
import dev.swarm.model.TaskSpec;
import dev.swarm.model.Worker;
import dev.swarm.model.WorkerId;
import dev.swarm.model.WorkerTasks;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** From records of {@code swarm.log.v1} to values of the model. */
final class RecordReader {
  private RecordReader() {}

  static <P, M> List<M> all(List<P> records, Function<P, M> reader) {
    return records.stream().map(reader).toList();
  }

  static ClusterInfo cluster(ClusterRecord record) {
    return new ClusterInfo(record.getName(), record.getIncarnation());
  }

  static Epoch epoch(EpochRecord record) {
    return new Epoch(
        record.getNumber(), record.getTerm(), record.getLeader(), record.getSinceMillis());
  }

  static Settings settings(SettingsRecord record) {
    return new Settings(
        new HeartbeatSettings(
            record.getPeriodMillis(),
            record.getJitterPercent(),
            record.getTtlMultiplier(),
            record.getFailoverMultiplier(),
            record.getMaxPerSecond(),
            record.getPaceMillis()),
        new BatchSettings(record.getBatchDelayMillis(), record.getBatchSize()),
        record.getVersion(),
        record.getPromisedMillis());
  }

  static ManagerInfo manager(ManagerRecord record) {
    return new ManagerInfo(
        record.getId(),
        record.getMember(),
        record.getNonce(),
        record.getApi(),
        record.getRaft(),
        record.getHttp(),
        record.getWeight(),
        EnumNames.MANAGER_STATE.read(record.getState()),
        record.getDrained());
  }

  static Worker worker(WorkerRecord record) {
    return new Worker(
        new WorkerId(record.getId()),
        record.getDescription(),
        sorted(record.getLabelsMap()),
        record.getSlots(),
        EnumNames.AVAILABILITY.read(record.getAvailability()),
        new Session(
            record.getSessionNumber(),
            record.getSessionManager(),
            record.getSessionManagerBoot(),
            record.getSessionAgentBoot(),
            record.getSessionDial()),
        record.getDown(),
        record.getConfirmedEpoch(),
        record.getSinceMillis(),
        record.getReason(),
        all(
            record.getFormerAgentsList(),
            former -> new FormerAgent(former.getBoot(), former.getDial())));
  }

  static ClusterState.WorkerHistory history(HistoryRecord record) {
    return new ClusterState.WorkerHistory(
        new WorkerId(record.getWorker()),
        record.getCompactedUpTo(),
        all(
            record.getRemovalsList(),
            removal ->
                new WorkerTasks.Removal(removal.getVersion(), new TaskId(removal.getTask()))));
  }

  static TaskSpec spec(TaskSpecRecord record) {
    return new TaskSpec(
        new TaskId(record.getId()),
        record.getKey(),
        record.getName(),
        record.getKind(),
        bytes(record.getPayload()),
        orNull(record.getPinned()),
        record.getMaxAttempts(),
        record.getSubmittedMillis());
  }

  static Task task(TaskRecord record) {
    return new Task(
        spec(record.getSpec()),
        record.getAttempt(),
        orNull(record.getWorker()),
        record.getCancelled(),
        EnumNames.TASK_STATUS.read(record.getStatus()),
        record.getMessage(),
        bytes(record.getResult()),
        record.getStartedMillis(),
        record.getFinishedMillis(),
        record.getVersion(),
        record.getAssignedVersion());
  }

  static ForgottenTasks.Part forgotten(ForgottenRecord record) {
    return new ForgottenTasks.Part(record.getUntilMillis(), List.copyOf(record.getIdsList()));
  }

  static SessionOpen open(SessionOpenRecord record) {
    return new SessionOpen(
        new WorkerId(record.getWorker()),
        record.getAgentBoot(),
        record.getDial(),
        record.getManager(),
        record.getManagerBoot(),
        record.getDescription(),
        record.getLabelsMap(),
        record.getSlots());
  }

  static Judgement judgement(JudgementRecord record) {
    return new Judgement(
        new SessionRef(new WorkerId(record.getWorker()), record.getSession()),
        record.getEpoch(),
        EnumNames.VERDICT.read(record.getVerdict()),
        record.getReason());
  }

  static Placement placement(PlacementRecord record) {
    return new Placement(
        new TaskId(record.getTask()), record.getAttempt(), new WorkerId(record.getWorker()));
  }

  static Report report(ReportRecord record) {
    return new Report(
        new SessionRef(new WorkerId(record.getWorker()), record.getSession()),
        new TaskId(record.getTask()),
        record.getAttempt(),
        EnumNames.TASK_STATUS.read(record.getStatus()),
        record.getMessage(),
        bytes(record.getResult()),
        record.getAtMillis());
  }

  static Outcome outcome(OutcomeRecord record) {
    return new Outcome(record.getIndex(), all(record.getRefusedList(), RecordReader::refusal));
  }

  private static Refusal refusal(RefusalRecord record) {
    return new Refusal(
        record.getPosition(),
        EnumNames.FAILURE_KIND.read(record.getKind()),
        record.getMessage(),
        record.getRetryAfterMillis());
  }

  private static WorkerId orNull(String worker) {
    return worker.isEmpty() ? null : new WorkerId(worker);
  }

  private static Map<String, String> sorted(Map<String, String> labels) {
    return Collections.unmodifiableMap(new TreeMap<>(labels));
  }

  private static Bytes bytes(ByteString bytes) {
    return Bytes.wrap(bytes.toByteArray());
  }
}
