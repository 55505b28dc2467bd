package dev.swarm.worker;

import dev.swarm.model.Bytes;
import dev.swarm.model.TaskId;
import dev.swarm.model.TaskStatus;
import dev.swarm.model.TimeSource;
import dev.swarm.v1.RefusedReport;
import dev.swarm.v1.ReportAck;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where assignments come in and reports go out. Nothing is started, and nothing offered, before its
 * record is on disk.
 */
final class WorkDesk {
  private static final Logger log = LoggerFactory.getLogger(WorkDesk.class);

  /** Batches whose record is not on disk yet; above that the stream is not read. */
  static final int MAX_UNWRITTEN = 64;

  /** How long the agent waits, when it stops, for what runs to end. */
  private static final long STOP_MILLIS = 3_000;

  private static final class Run {
    final TaskRun task;
    boolean begun;
    boolean stopAsked;

    Run(TaskRun task) {
      this.task = task;
    }
  }

  private final Vertx vertx;
  private final Context context;
  private final AgentOptions options;
  private final AgentTimings timings;
  private final AgentRecords records;
  private final TaskExecutor executor;
  private final TimeSource time;
  private final AgentListener listener;
  private final Consumer<Throwable> onFailure;
  private final TaskTable table;
  private final Outbox outbox;
  private final Map<TaskId, Run> running = new HashMap<>();

  private Session session;
  private int unwritten;
  private boolean upToDate;
  private boolean failed;
  private Promise<Void> stopping;
  private Future<Void> lastReport = Future.succeededFuture();

  WorkDesk(
      Vertx vertx,
      AgentOptions options,
      AgentTimings timings,
      AgentRecords records,
      AgentRecords.Contents contents,
      TaskExecutor executor,
      TimeSource time,
      AgentListener listener,
      Consumer<Throwable> onFailure) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.options = options;
    this.timings = timings;
    this.records = records;
    this.executor = executor;
    this.time = time;
    this.listener = listener;
    this.onFailure = onFailure;
    this.table = new TaskTable(contents.incarnation(), contents.held(), contents.tasks());
    this.outbox = new Outbox(contents.lastNumber(), contents.reports());
  }

  TaskTable table() {
    return table;
  }

  /** What a former process had started and not finished is lost: an attempt is never run twice. */
  void recover() {
    for (Work work : table.started()) {
      end(work, TaskResult.lost("agent restarted while it ran"));
    }
  }

  /** A session is open: everything unsettled is offered, and work goes on. */
  void connected(Session opened, long incarnation) {
    session = opened;
    if (table.welcomed(incarnation, outbox::tasks)) upToDate = false;
    outbox.sessionOpened();
    if (unwritten > MAX_UNWRITTEN) session.pause();
    offerFresh();
    if (upToDate) startMore();
    else vertx.setTimer(timings.settleMillis(), id -> settleFor(opened));
  }

  private void settleFor(Session opened) {
    if (session == opened) nowUpToDate();
  }

  private void nowUpToDate() {
    upToDate = true;
    startMore();
  }

  /** No session: what runs goes on, nothing is started. */
  void disconnected() {
    session = null;
    upToDate = false;
  }

  /** Takes a batch from the current session. */
  void assigned(WorkBatch batch) {
    TaskTable.Outcome outcome = table.apply(batch);
    switch (outcome.kind()) {
      case APPLIED -> applied(outcome);
      case GAP -> session.send(AgentWire.resync());
      case GATHERED, IGNORED -> {}
    }
  }

  private void applied(TaskTable.Outcome outcome) {
    AgentRecords.Step step = records.step();
    outcome.forgotten().forEach(step::forget);
    outcome.taken().forEach(step::task);
    step.position(table.incarnation(), table.held());
    if (++unwritten > MAX_UNWRITTEN) session.pause();
    step.write().onSuccess(done -> written()).onFailure(this::fail);
    outcome.stopped().forEach(this::stop);
    nowUpToDate();
  }

  private void written() {
    if (--unwritten <= MAX_UNWRITTEN && session != null) session.resume();
  }

  private void stop(Work work) {
    Run run = running.get(work.id());
    if (run != null && run.task.attempt() == work.attempt()) stop(run);
  }

  private void stop(Run run) {
    if (run.stopAsked) return;
    run.stopAsked = true;
    if (run.begun) executor.stop(run.task);
  }

  private void startMore() {
    while (mayStart()) {
      Optional<Work> waiting = table.next(running.keySet());
      if (waiting.isEmpty()) return;
      begin(waiting.get());
    }
  }

  private boolean mayStart() {
    return upToDate
        && !failed
        && stopping == null
        && running.size() < options.slots()
        && !outbox.full();
  }

  private void begin(Work work) {
    if (work.cancel()) {
      end(work, TaskResult.cancelled("cancelled before it started"));
    } else if (!work.kind().equals(executor.kind())) {
      end(
          work,
          TaskResult.rejected(
              "worker "
                  + options.id()
                  + " runs '"
                  + executor.kind()
                  + "' tasks, not '"
                  + work.kind()
                  + "'"));
    } else {
      start(work);
    }
  }

  private void start(Work work) {
    table.mark(work.id(), TaskTable.State.STARTED);
    Run run =
        new Run(new TaskRun(options.id(), work.id(), work.attempt(), work.name(), work.payload()));
    running.put(work.id(), run);
    AgentRecords.Step step = records.step().progress(work, TaskTable.State.STARTED);
    report(step, work, TaskStatus.RUNNING, "", Bytes.EMPTY).onSuccess(done -> run(run));
  }

  private void run(Run run) {
    if (run.stopAsked) {
      finished(run, TaskResult.cancelled("stopped before it started"));
      return;
    }
    run.begun = true;
    listener.taskStarted(options.id(), run.task.task(), run.task.attempt());
    execute(run.task)
        .recover(failure -> Future.succeededFuture(TaskResult.failed(failure.toString())))
        .onSuccess(result -> context.runOnContext(here -> finished(run, result)));
  }

  private Future<TaskResult> execute(TaskRun task) {
    try {
      return executor.start(task);
    } catch (RuntimeException bug) {
      log.error("bug: executor '{}' failed to start a task", executor.kind(), bug);
      return Future.failedFuture(bug);
    }
  }

  private void finished(Run run, TaskResult result) {
    running.remove(run.task.task());
    table
        .find(run.task.task(), run.task.attempt())
        .ifPresent(entry -> end(entry.work(), asAsked(entry.work(), result)));
    if (stopping != null && running.isEmpty()) stopping.tryComplete();
    startMore();
  }

  /** An executor that was told to stop says CANCELLED; that is true only if a client asked. */
  private static TaskResult asAsked(Work work, TaskResult result) {
    return result.status() == TaskStatus.CANCELLED && !work.cancel()
        ? TaskResult.lost("agent stopped while it ran")
        : result;
  }

  private void end(Work work, TaskResult result) {
    table.mark(work.id(), TaskTable.State.DONE);
    AgentRecords.Step step = records.step().progress(work, TaskTable.State.DONE);
    report(step, work, result.status(), result.message(), result.result());
  }

  private Future<Void> report(
      AgentRecords.Step step, Work work, TaskStatus status, String message, Bytes result) {
    NumberedReport report =
        new NumberedReport(
            outbox.nextNumber(), work.id(), work.attempt(), status, message, result, time.millis());
    lastReport = step.report(report).write().onSuccess(done -> kept(report)).onFailure(this::fail);
    return lastReport;
  }

  private void kept(NumberedReport report) {
    outbox.add(report);
    listener.reported(
        options.id(), report.number(), report.task(), report.attempt(), report.status());
    offerFresh();
  }

  /** The manager need not be offered these again. */
  void settled(ReportAck ack) {
    for (RefusedReport refused : ack.getRefusedList()) {
      log.debug(
          "{}: report {} refused: {}", options.id(), refused.getNumber(), refused.getReason());
    }
    List<Long> numbers = outbox.settledUpTo(ack.getSettledUpTo());
    if (numbers.isEmpty()) return;
    AgentRecords.Step step = records.step();
    numbers.forEach(step::settled);
    step.write().onFailure(this::fail);
    offerFresh();
    startMore();
  }

  /** A period has passed: what was offered before it and is not settled is offered again. */
  void periodPassed() {
    if (mayOffer()) AgentWire.reports(outbox.overdue()).forEach(session::send);
    offerFresh();
  }

  private void offerFresh() {
    if (mayOffer()) AgentWire.reports(outbox.fresh()).forEach(session::send);
  }

  /** A manager that does not read is offered them a period later. */
  private boolean mayOffer() {
    return session != null && !session.full();
  }

  private void fail(Throwable failure) {
    if (failed) return;
    failed = true;
    running.values().forEach(this::stop);
    onFailure.accept(failure);
  }

  /** Stops what runs; succeeds when all of it has ended and is on record, or after a while. */
  Future<Void> stop() {
    stopping = Promise.promise();
    if (running.isEmpty() || failed) return lastReport.otherwiseEmpty();
    running.values().forEach(this::stop);
    long timer = vertx.setTimer(STOP_MILLIS, id -> stopping.tryComplete());
    return stopping
        .future()
        .onComplete(done -> vertx.cancelTimer(timer))
        .compose(done -> lastReport.otherwiseEmpty());
  }
}
