package dev.swarm.dispatch;

import dev.swarm.model.Assignments;
import dev.swarm.model.Change;
import dev.swarm.model.Limits;
import dev.swarm.model.TaskId;
import dev.swarm.model.WorkerId;
import dev.swarm.v1.ManagerMessage;
import dev.swarm.wire.ToProto;
import io.reactivex.rxjava3.core.Scheduler;
import io.vertx.rxjava3.RxHelper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Tells workers what they are to do: first all that they do not know, then what changes. */
final class AssignmentRelay {
  private final Desk desk;
  private final Scheduler scheduler;

  AssignmentRelay(Desk desk) {
    this.desk = desk;
    scheduler = RxHelper.scheduler(desk.context());
  }

  /** Gives a session its batches; to be called before its stream can be lost. */
  void prepare(LiveSession session) {
    AssignmentBatches batches =
        new AssignmentBatches(
            () -> desk.state().settings().batch(),
            scheduler,
            changes -> gathered(session, changes),
            desk.meters()::timers);
    session.gather(batches, desk.state().index());
  }

  /** Begins a session whose worker holds the given version of the given incarnation. */
  void start(LiveSession session, long incarnation, long version) {
    boolean known = incarnation == desk.state().cluster().incarnation();
    tell(session, known ? version : 0);
  }

  /** Tells the complete set: the worker has found a gap. */
  void resync(LiveSession session) {
    session.batches().close();
    tell(session, 0);
  }

  private void tell(LiveSession session, long held) {
    int before = session.pending().size();
    session.pending().start(since(held, session), desk.now());
    session.gather(session.batches(), desk.state().index());
    desk.meters().pending(session.pending().size() - before);
    flush(session);
  }

  private Assignments since(long held, LiveSession session) {
    return Assignments.since(held, session.ref().worker(), desk.state());
  }

  /** Everything may be different: tells what differs from what the worker was told last. */
  void recompute(LiveSession session) {
    session.batches().close();
    restart(session);
    flush(session);
  }

  private void restart(LiveSession session) {
    int before = session.pending().size();
    Assignments difference = since(session.pending().resumeFrom(), session);
    session.pending().restart(difference, desk.now());
    session.gather(session.batches(), desk.state().index());
    desk.meters().pending(session.pending().size() - before);
  }

  /** Passes on what one log entry changed. */
  void changed(List<Change> changes, long index) {
    Map<LiveSession, List<PendingChange>> news = new LinkedHashMap<>();
    for (Change change : changes) {
      if (!(change instanceof Change.TaskChanged task)) continue;
      if (task.takenFrom() != null) note(task.takenFrom(), task, true, index, news);
      if (task.givenTo() != null) note(task.givenTo(), task, false, index, news);
    }
    news.forEach(this::gather);
  }

  private void note(
      WorkerId worker,
      Change.TaskChanged change,
      boolean taken,
      long index,
      Map<LiveSession, List<PendingChange>> news) {
    LiveSession session = desk.sessions().of(worker);
    if (session == null || index <= session.startVersion()) return;
    TaskId id = change.after() == null ? change.before().id() : change.after().id();
    PendingChange pending =
        new PendingChange(id, taken ? null : change.after(), index, false, desk.now());
    news.computeIfAbsent(session, first -> new ArrayList<>(1)).add(pending);
  }

  private void gather(LiveSession session, List<PendingChange> news) {
    int last = news.size() - 1;
    for (int i = 0; i < last; i++) session.batches().add(news.get(i));
    session.batches().add(news.get(last).asLast());
  }

  private void gathered(LiveSession session, List<PendingChange> changes) {
    int before = session.pending().size();
    for (PendingChange change : changes) {
      // A difference computed meanwhile has it already.
      if (change.version() > session.startVersion()) session.pending().add(change);
    }
    desk.meters().pending(session.pending().size() - before);
    flush(session);
  }

  /** Sends what is pending for as long as the worker reads. */
  void flush(LiveSession session) {
    while (session.stream().writable()) {
      if (session.pending().behind()) restart(session);
      int before = session.pending().size();
      int maxSize = desk.state().settings().batch().maxSize();
      Batch batch = session.pending().next(maxSize, Limits.MAX_BATCH_BYTES);
      if (batch == null) return;
      desk.meters().pending(session.pending().size() - before);
      session.stream().send(message(batch));
      desk.meters().sent(batch, desk.now());
    }
  }

  private static ManagerMessage message(Batch batch) {
    dev.swarm.v1.Assignments.Builder assignments =
        dev.swarm.v1.Assignments.newBuilder()
            .setBase(batch.base())
            .setResult(batch.result())
            .setComplete(batch.complete())
            .setMore(batch.more());
    batch.tasks().forEach(task -> assignments.addTasks(ToProto.assigned(task)));
    batch.removed().forEach(id -> assignments.addRemoved(id.value()));
    return ManagerMessage.newBuilder().setAssignments(assignments).build();
  }
}
