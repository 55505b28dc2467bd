package dev.swarm.dispatch;

import dev.swarm.dispatch.ReportQueue.Budget;
import dev.swarm.dispatch.ReportQueue.Numbered;
import dev.swarm.model.Outcome;
import dev.swarm.model.Refusal;
import dev.swarm.model.Report;
import java.util.List;

/** The production's queue of one session for the simulation, driven as {@code ReportRelay} does. */
public final class SimReports {
  private final ReportQueue queue = new ReportQueue(new Budget());
  private Sent underWay;

  /** Reports on their way to a leader. */
  public static final class Sent {
    private final List<Numbered> reports;

    private Sent(List<Numbered> reports) {
      this.reports = reports;
    }

    /** What the leader is told. */
    public List<Report> reports() {
      return reports.stream().map(Numbered::report).toList();
    }
  }

  /** The worker offers a report. */
  public void offer(long number, Report report) {
    queue.offer(new Numbered(number, report));
  }

  /** What is to be sent now; null when there is nothing, or a message is under way. */
  public Sent send() {
    if (underWay != null || !queue.hasWaiting()) return null;
    underWay = new Sent(queue.take(1_000, 1 << 20));
    return underWay;
  }

  /** The leader's answer; null when none came. */
  public void answered(Sent sent, Outcome outcome) {
    if (outcome != null) settle(sent, outcome);
    else if (sent == underWay) sent.reports.forEach(queue::retry);
    if (sent == underWay) underWay = null;
  }

  private void settle(Sent sent, Outcome outcome) {
    for (int i = 0; i < sent.reports.size(); i++) {
      Numbered report = sent.reports.get(i);
      Refusal refusal = null;
      for (Refusal one : outcome.refused()) if (one.position() == i) refusal = one;
      if (refusal == null) queue.committed(report);
      else queue.refused(report, refusal);
    }
  }

  /** A leader begins: nobody answers for the one before. */
  public void newLeader() {
    if (underWay != null) answered(underWay, null);
  }

  /** Up to where the worker is told that its reports are settled; 0 when there is no news. */
  public long tell() {
    ReportQueue.Settled settled = queue.tell();
    return settled == null ? 0 : settled.upTo();
  }
}
