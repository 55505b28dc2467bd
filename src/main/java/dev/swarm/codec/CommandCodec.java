package dev.swarm.codec;

import dev.swarm.log.v1.BeginClusterRecord;
import dev.swarm.log.v1.BeginEpochRecord;
import dev.swarm.log.v1.CancelTaskRecord;
import dev.swarm.log.v1.ChangeSettingsRecord;
import dev.swarm.log.v1.CommandRecord;
import dev.swarm.log.v1.ForgetPromiseRecord;
import dev.swarm.log.v1.MemberRecord;
import dev.swarm.log.v1.OnceRecord;
import dev.swarm.log.v1.OpenSessionsRecord;
import dev.swarm.log.v1.PlaceTasksRecord;
import dev.swarm.log.v1.ReportTasksRecord;
import dev.swarm.log.v1.SetAvailabilityRecord;
import dev.swarm.log.v1.SetPaceRecord;
import dev.swarm.log.v1.SetStatusRecord;
import dev.swarm.log.v1.SetWeightRecord;
import dev.swarm.log.v1.StepManagerRecord;
import dev.swarm.log.v1.SubmitTasksRecord;
import dev.swarm.model.Command;
import dev.swarm.model.TaskId;
import dev.swarm.model.WorkerId;

/** One command as a record, and back. */
final class CommandCodec {
  private CommandCodec() {}

  static CommandRecord write(Command command) {
    CommandRecord.Builder record = CommandRecord.newBuilder();
    if (command instanceof Command.BeginCluster c) record.setBeginCluster(beginCluster(c));
    else if (command instanceof Command.BeginEpoch c) record.setBeginEpoch(beginEpoch(c));
    else if (command instanceof Command.PutManager c)
      record.setPutManager(RecordWriter.manager(c.manager()));
    else if (command instanceof Command.OpenSessions c) record.setOpenSessions(openSessions(c));
    else if (command instanceof Command.SetStatus c) record.setSetStatus(setStatus(c));
    else if (command instanceof Command.SetAvailability c)
      record.setSetAvailability(setAvailability(c));
    else if (command instanceof Command.SubmitTasks c) record.setSubmitTasks(submitTasks(c));
    else if (command instanceof Command.PlaceTasks c) record.setPlaceTasks(placeTasks(c));
    else if (command instanceof Command.ReportTasks c) record.setReportTasks(reportTasks(c));
    else if (command instanceof Command.CancelTask c) record.setCancelTask(cancelTask(c));
    else if (command instanceof Command.ChangeSettings c)
      record.setChangeSettings(changeSettings(c));
    else if (command instanceof Command.SetPace c)
      record.setSetPace(
          SetPaceRecord.newBuilder()
              .setEpoch(c.epoch())
              .setVersion(c.version())
              .setPaceMillis(c.paceMillis()));
    else if (command instanceof Command.ForgetPromise c)
      record.setForgetPromise(
          ForgetPromiseRecord.newBuilder().setEpoch(c.epoch()).setVersion(c.version()));
    else if (command instanceof Command.SetWeight c)
      record.setSetWeight(
          SetWeightRecord.newBuilder().setManager(c.manager()).setWeight(c.weight()));
    else if (command instanceof Command.StepManager c)
      record.setStepManager(
          StepManagerRecord.newBuilder()
              .setManager(c.manager())
              .setStep(EnumNames.MANAGER_STEP.write(c.step())));
    else if (command instanceof Command.AdmitManager c)
      record.setAdmitManager(RecordWriter.manager(c.wish()));
    else if (command instanceof Command.PromoteManager c)
      record.setPromoteManager(member(c.manager(), c.member()));
    else if (command instanceof Command.RemoveManager c)
      record.setRemoveManager(member(c.manager(), c.member()));
    else if (command instanceof Command.ForgetManager c)
      record.setForgetManager(member(c.manager(), c.member()));
    else if (command instanceof Command.Once c)
      record.setOnce(OnceRecord.newBuilder().setWrite(c.write()).setCommand(write(c.command())));
    else throw new IllegalStateException("no encoding for " + command.kind());
    return record.build();
  }

  private static BeginClusterRecord beginCluster(Command.BeginCluster command) {
    BeginClusterRecord.Builder record =
        BeginClusterRecord.newBuilder()
            .setCluster(RecordWriter.cluster(command.cluster()))
            .setSettings(RecordWriter.settings(command.settings()));
    command.managers().forEach(manager -> record.addManagers(RecordWriter.manager(manager)));
    return record.build();
  }

  private static BeginEpochRecord beginEpoch(Command.BeginEpoch command) {
    return BeginEpochRecord.newBuilder()
        .setTerm(command.term())
        .setLeader(command.leader())
        .setAtMillis(command.atMillis())
        .build();
  }

  private static MemberRecord member(String manager, long member) {
    return MemberRecord.newBuilder().setManager(manager).setMember(member).build();
  }

  private static OpenSessionsRecord openSessions(Command.OpenSessions command) {
    OpenSessionsRecord.Builder record =
        OpenSessionsRecord.newBuilder().setEpoch(command.epoch()).setAtMillis(command.atMillis());
    command.opens().forEach(open -> record.addOpens(RecordWriter.open(open)));
    return record.build();
  }

  private static SetStatusRecord setStatus(Command.SetStatus command) {
    SetStatusRecord.Builder record = SetStatusRecord.newBuilder().setAtMillis(command.atMillis());
    command.judgements().forEach(one -> record.addJudgements(RecordWriter.judgement(one)));
    return record.build();
  }

  private static SetAvailabilityRecord setAvailability(Command.SetAvailability command) {
    return SetAvailabilityRecord.newBuilder()
        .setWorker(command.worker().value())
        .setAvailability(EnumNames.AVAILABILITY.write(command.availability()))
        .setAtMillis(command.atMillis())
        .build();
  }

  private static SubmitTasksRecord submitTasks(Command.SubmitTasks command) {
    SubmitTasksRecord.Builder record = SubmitTasksRecord.newBuilder();
    command.specs().forEach(spec -> record.addSpecs(RecordWriter.spec(spec)));
    record.setEpoch(command.epoch());
    command.chosen().forEach(worker -> record.addChosen(worker.value()));
    return record.build();
  }

  private static PlaceTasksRecord placeTasks(Command.PlaceTasks command) {
    PlaceTasksRecord.Builder record = PlaceTasksRecord.newBuilder().setEpoch(command.epoch());
    command.placements().forEach(one -> record.addPlacements(RecordWriter.placement(one)));
    return record.build();
  }

  private static ReportTasksRecord reportTasks(Command.ReportTasks command) {
    ReportTasksRecord.Builder record = ReportTasksRecord.newBuilder();
    command.reports().forEach(report -> record.addReports(RecordWriter.report(report)));
    return record.build();
  }

  private static CancelTaskRecord cancelTask(Command.CancelTask command) {
    return CancelTaskRecord.newBuilder()
        .setTask(command.task().value())
        .setAtMillis(command.atMillis())
        .build();
  }

  private static ChangeSettingsRecord changeSettings(Command.ChangeSettings command) {
    return ChangeSettingsRecord.newBuilder()
        .setSettings(RecordWriter.settings(command.settings()))
        .setExpectedVersion(command.expectedVersion())
        .build();
  }

  static Command read(CommandRecord record) {
    return switch (record.getBodyCase()) {
      case BEGIN_CLUSTER -> beginCluster(record.getBeginCluster());
      case BEGIN_EPOCH -> beginEpoch(record.getBeginEpoch());
      case PUT_MANAGER -> new Command.PutManager(RecordReader.manager(record.getPutManager()));
      case OPEN_SESSIONS -> openSessions(record.getOpenSessions());
      case SET_STATUS -> setStatus(record.getSetStatus());
      case SET_AVAILABILITY -> setAvailability(record.getSetAvailability());
      case SET_PACE ->
          new Command.SetPace(
              record.getSetPace().getEpoch(),
              record.getSetPace().getVersion(),
              record.getSetPace().getPaceMillis());
      case FORGET_PROMISE ->
          new Command.ForgetPromise(
              record.getForgetPromise().getEpoch(), record.getForgetPromise().getVersion());
      case SET_WEIGHT ->
          new Command.SetWeight(
              record.getSetWeight().getManager(), record.getSetWeight().getWeight());
      case STEP_MANAGER ->
          new Command.StepManager(
              record.getStepManager().getManager(),
              EnumNames.MANAGER_STEP.read(record.getStepManager().getStep()));
      case ADMIT_MANAGER ->
          new Command.AdmitManager(RecordReader.manager(record.getAdmitManager()));
      case PROMOTE_MANAGER ->
          new Command.PromoteManager(
              record.getPromoteManager().getManager(), record.getPromoteManager().getMember());
      case REMOVE_MANAGER ->
          new Command.RemoveManager(
              record.getRemoveManager().getManager(), record.getRemoveManager().getMember());
      case FORGET_MANAGER ->
          new Command.ForgetManager(
              record.getForgetManager().getManager(), record.getForgetManager().getMember());
      case SUBMIT_TASKS -> submitTasks(record.getSubmitTasks());
      case PLACE_TASKS -> placeTasks(record.getPlaceTasks());
      case REPORT_TASKS ->
          new Command.ReportTasks(
              RecordReader.all(record.getReportTasks().getReportsList(), RecordReader::report));
      case CANCEL_TASK -> cancelTask(record.getCancelTask());
      case CHANGE_SETTINGS -> changeSettings(record.getChangeSettings());
      case ONCE -> once(record.getOnce());
      case BODY_NOT_SET ->
          throw UnreadableException.newer("it holds a command that this program does not know");
    };
  }

  /** Never one within another: so a damaged record cannot lead astray, either. */
  private static Command once(OnceRecord record) {
    if (record.getCommand().hasOnce()) throw new UnreadableException("a write within a write");
    return new Command.Once(record.getWrite(), read(record.getCommand()));
  }

  private static Command beginCluster(BeginClusterRecord record) {
    return new Command.BeginCluster(
        RecordReader.cluster(record.getCluster()),
        RecordReader.settings(record.getSettings()),
        RecordReader.all(record.getManagersList(), RecordReader::manager));
  }

  private static Command beginEpoch(BeginEpochRecord record) {
    return new Command.BeginEpoch(record.getTerm(), record.getLeader(), record.getAtMillis());
  }

  private static Command openSessions(OpenSessionsRecord record) {
    return new Command.OpenSessions(
        record.getEpoch(),
        RecordReader.all(record.getOpensList(), RecordReader::open),
        record.getAtMillis());
  }

  private static Command setStatus(SetStatusRecord record) {
    return new Command.SetStatus(
        RecordReader.all(record.getJudgementsList(), RecordReader::judgement),
        record.getAtMillis());
  }

  private static Command setAvailability(SetAvailabilityRecord record) {
    return new Command.SetAvailability(
        new WorkerId(record.getWorker()),
        EnumNames.AVAILABILITY.read(record.getAvailability()),
        record.getAtMillis());
  }

  private static Command submitTasks(SubmitTasksRecord record) {
    return new Command.SubmitTasks(
        RecordReader.all(record.getSpecsList(), RecordReader::spec),
        record.getEpoch(),
        RecordReader.all(record.getChosenList(), WorkerId::new));
  }

  private static Command placeTasks(PlaceTasksRecord record) {
    return new Command.PlaceTasks(
        record.getEpoch(), RecordReader.all(record.getPlacementsList(), RecordReader::placement));
  }

  private static Command cancelTask(CancelTaskRecord record) {
    return new Command.CancelTask(new TaskId(record.getTask()), record.getAtMillis());
  }

  private static Command changeSettings(ChangeSettingsRecord record) {
    return new Command.ChangeSettings(
        RecordReader.settings(record.getSettings()), record.getExpectedVersion());
  }
}
