package dev.swarm.dispatch;

import dev.swarm.bus.Endpoints;
import dev.swarm.bus.Messages.Reports;
import dev.swarm.dispatch.ReportQueue.Numbered;
import dev.swarm.model.Limits;
import dev.swarm.model.Outcome;
import dev.swarm.model.Refusal;
import dev.swarm.model.SwarmException;
import dev.swarm.v1.ManagerMessage;
import dev.swarm.v1.RefusedReport;
import dev.swarm.v1.ReportAck;
import dev.swarm.v1.TaskReport;
import dev.swarm.v1.TaskReports;
import dev.swarm.wire.FromProto;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Brings reports to the leader until they are settled. One message at a time is under way, so that
 * a worker's reports arrive in their order; a new leader is sent what the old one did not answer.
 */
final class ReportRelay {
  private static final long GATHER_MILLIS = 3;
  private static final long RETRY_MILLIS = 100;
  private static final int MAX_REPORTS = 1_000;

  private record Sent(LiveSession session, Numbered report) {}

  private final Desk desk;
  private final ReportQueue.Budget budget = new ReportQueue.Budget();
  private final Set<LiveSession> ready = new LinkedHashSet<>();
  private final Gathering sending;
  private List<Sent> underWay = List.of();

  ReportRelay(Desk desk) {
    this.desk = desk;
    sending = new Gathering(desk.vertx(), this::send);
  }

  /** A queue for a new session. */
  ReportQueue queue() {
    return new ReportQueue(budget);
  }

  /** A worker says what became of tasks. */
  void offered(LiveSession session, TaskReports reports) {
    for (TaskReport report : reports.getReportsList()) offer(session, report);
    tell(session);
    if (!session.reports().hasWaiting()) return;
    ready.add(session);
    sending.in(GATHER_MILLIS);
  }

  private void offer(LiveSession session, TaskReport report) {
    if (report.getNumber() < 1) return;
    try {
      session
          .reports()
          .offer(new Numbered(report.getNumber(), FromProto.report(session.ref(), report)));
    } catch (SwarmException bad) {
      session.reports().refuse(report.getNumber(), bad.getMessage());
    }
  }

  private void send() {
    if (!underWay.isEmpty()) return;
    List<Sent> batch = take();
    if (batch.isEmpty()) return;
    underWay = batch;
    desk.bus()
        .request(
            Endpoints.REPORTS,
            new Reports(batch.stream().map(sent -> sent.report().report()).toList(), false))
        .onComplete(taken -> answered(batch, taken.outcome()), failure -> failed(batch));
  }

  private List<Sent> take() {
    List<Sent> batch = new ArrayList<>();
    long bytes = 0;
    LiveSession unfinished = null;
    Iterator<LiveSession> all = ready.iterator();
    while (all.hasNext() && batch.size() < MAX_REPORTS && bytes < Limits.MAX_BATCH_BYTES) {
      LiveSession session = all.next();
      all.remove();
      int room = MAX_REPORTS - batch.size();
      for (Numbered report : session.reports().take(room, Limits.MAX_BATCH_BYTES - bytes)) {
        batch.add(new Sent(session, report));
        bytes += report.bytes();
      }
      if (session.reports().hasWaiting()) {
        unfinished = session;
        break;
      }
    }
    if (unfinished != null) ready.add(unfinished); // behind the others: it has had its turn
    return batch;
  }

  private void answered(List<Sent> batch, Outcome outcome) {
    Refusal[] refusals = new Refusal[batch.size()];
    for (Refusal refusal : outcome.refused()) {
      if (refusal.position() < refusals.length) refusals[refusal.position()] = refusal;
    }
    for (int i = 0; i < refusals.length; i++) {
      Sent sent = batch.get(i);
      if (refusals[i] == null) sent.session().reports().committed(sent.report());
      else sent.session().reports().refused(sent.report(), refusals[i]);
    }
    Set<LiveSession> touched = new LinkedHashSet<>();
    for (Sent sent : batch) touched.add(sent.session());
    for (LiveSession session : touched) {
      if (desk.sessions().holds(session)) tell(session);
    }
    done(batch, outcome.refused().isEmpty() ? GATHER_MILLIS : RETRY_MILLIS);
  }

  private void failed(List<Sent> batch) {
    if (batch != underWay) return; // a new leader has been sent them again
    for (Sent sent : batch) sent.session().reports().retry(sent.report());
    done(batch, RETRY_MILLIS);
  }

  private void done(List<Sent> batch, long nextMillis) {
    for (Sent sent : batch) {
      boolean more = sent.session().reports().hasWaiting();
      if (more && desk.sessions().holds(sent.session())) ready.add(sent.session());
    }
    if (batch == underWay) underWay = List.of();
    if (!ready.isEmpty()) sending.in(nextMillis);
  }

  /** A leader begins: what the one before did not answer is sent again, at once. */
  void newLeader() {
    failed(underWay);
  }

  /** Says what is settled, if there is news and the worker reads. */
  void tell(LiveSession session) {
    if (!session.stream().writable()) return;
    ReportQueue.Settled settled = session.reports().tell();
    if (settled == null) return;
    ReportAck.Builder ack = ReportAck.newBuilder().setSettledUpTo(settled.upTo());
    for (ReportQueue.Refused refused : settled.refused()) {
      ack.addRefused(
          RefusedReport.newBuilder().setNumber(refused.number()).setReason(refused.reason()));
    }
    session.stream().send(ManagerMessage.newBuilder().setReportAck(ack).build());
  }

  /** Forgets a session that is over. */
  void closed(LiveSession session) {
    ready.remove(session);
  }

  void stop() {
    sending.stop();
  }
}
