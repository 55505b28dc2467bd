package dev.swarm.dispatch;

import dev.swarm.model.Refusal;
import dev.swarm.model.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The reports of one session that are not settled yet. A report is settled when it is committed, or
 * refused for good; the worker hears of the unbroken row of settled ones. What finds no room is
 * dropped without a word: the worker offers it again.
 */
final class ReportQueue {
  /** Unsettled reports held for one worker, or refusals not yet told; more are dropped. */
  static final int MAX_REPORTS = 256;

  /** How far numbers may run ahead of the oldest unsettled one; those further on are dropped. */
  static final int MAX_AHEAD = 4_096;

  /** Bytes that the unsettled reports of all sessions of one dispatcher may take together. */
  static final class Budget {
    /** More reports are dropped. */
    static final long MAX_BYTES = 8L << 20;

    private long used;

    private boolean take(long bytes) {
      if (used + bytes > MAX_BYTES) return false;
      used += bytes;
      return true;
    }

    long used() {
      return used;
    }
  }

  /** A report under the worker's own number. */
  record Numbered(long number, Report report) {
    long bytes() {
      return 128L + report.message().length() + report.result().size();
    }
  }

  /** What a worker is told: all up to a number, and which were refused for good. */
  record Settled(long upTo, List<Refused> refused) {}

  /** A report that will never take effect. */
  record Refused(long number, String reason) {}

  private final Budget budget;
  private final TreeMap<Long, Numbered> waiting = new TreeMap<>();
  private final Map<Long, Numbered> sent = new TreeMap<>();
  private final TreeSet<Long> settled = new TreeSet<>();
  private final List<Refused> refused = new ArrayList<>();
  private long settledUpTo = -1;
  private boolean untold;

  ReportQueue(Budget budget) {
    this.budget = budget;
  }

  /**
   * Takes a report to be settled; workers offer theirs in the order of their numbers, beginning
   * with the oldest that is not settled. False when there is no room.
   */
  boolean offer(Numbered report) {
    if (!expects(report.number())) return true;
    if (waiting.size() + sent.size() + refused.size() >= MAX_REPORTS) return false;
    if (report.number() > settledUpTo + MAX_AHEAD) return false;
    if (!budget.take(report.bytes())) return false;
    waiting.put(report.number(), report);
    return true;
  }

  /** Refuses a report that is not acceptable as it is, whatever the state. */
  void refuse(long number, String reason) {
    if (!expects(number) || number > settledUpTo + MAX_AHEAD) return;
    if (refused.size() >= MAX_REPORTS) return; // of a worker that does not read
    settle(number, reason);
  }

  private boolean expects(long number) {
    if (settledUpTo < 0) settledUpTo = number - 1;
    if (number <= settledUpTo || settled.contains(number)) {
      untold = true; // the worker offers it again: it has not heard
      return false;
    }
    return !waiting.containsKey(number) && !sent.containsKey(number);
  }

  /** Takes the oldest reports to be sent to the leader, within both limits. */
  List<Numbered> take(int maxReports, long maxBytes) {
    List<Numbered> taken = new ArrayList<>();
    long bytes = 0;
    while (!waiting.isEmpty() && taken.size() < maxReports) {
      Numbered next = waiting.firstEntry().getValue();
      bytes += next.bytes();
      if (bytes > maxBytes) break;
      waiting.remove(next.number());
      sent.put(next.number(), next);
      taken.add(next);
    }
    return taken;
  }

  /** No answer came for a report: it is to be sent again. */
  void retry(Numbered report) {
    if (sent.remove(report.number()) != null) waiting.put(report.number(), report);
  }

  /** A report is committed. */
  void committed(Numbered report) {
    if (forget(report)) settle(report.number(), null);
  }

  /** A report was refused: for good, or for this session only, or for now. */
  void refused(Numbered report, Refusal refusal) {
    switch (refusal.kind()) {
      case STALE_SESSION -> forget(report);
      case NO_LEADER, NOT_LEADER, TIMEOUT, OVERLOADED -> retry(report);
      case CONFLICT, NOT_FOUND, BAD_REQUEST, DENIED -> {
        if (forget(report)) settle(report.number(), refusal.message());
      }
    }
  }

  private boolean forget(Numbered report) {
    boolean known = sent.remove(report.number()) != null || waiting.remove(report.number()) != null;
    if (known) budget.used -= report.bytes();
    return known;
  }

  private void settle(long number, String reason) {
    if (reason != null) refused.add(new Refused(number, reason));
    untold = true;
    settled.add(number);
    while (settled.remove(settledUpTo + 1)) settledUpTo++;
  }

  /** What to tell the worker now, or null for nothing; those refused are told once. */
  Settled tell() {
    if (!untold) return null;
    untold = false;
    Settled answer = new Settled(Math.max(0, settledUpTo), List.copyOf(refused));
    refused.clear();
    return answer;
  }

  boolean hasWaiting() {
    return !waiting.isEmpty();
  }

  /** The session is over: gives its room back. */
  void close() {
    for (Numbered report : waiting.values()) budget.used -= report.bytes();
    for (Numbered report : sent.values()) budget.used -= report.bytes();
    waiting.clear();
    sent.clear();
  }
}
