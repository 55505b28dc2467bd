package dev.swarm.worker;

import dev.swarm.model.TaskId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Reports that are not settled, in the order of their numbers. Each is offered once when it is new,
 * and again every period while it is unsettled.
 */
final class Outbox {
  /** Reports offered at a time, oldest first; a manager keeps no more of one worker. */
  static final int WINDOW = 256;

  /** Unsettled reports at which the agent starts no more tasks. */
  static final int MAX_UNSETTLED = 10_000;

  private final NavigableMap<Long, NumberedReport> unsettled = new TreeMap<>();
  private long lastNumber;
  private long offeredUpTo;
  private long offeredBeforeBeat;

  Outbox(long lastNumber, Collection<NumberedReport> reports) {
    this.lastNumber = lastNumber;
    reports.forEach(this::add);
  }

  /** The number of the next report; never given twice. */
  long nextNumber() {
    return ++lastNumber;
  }

  /** The report is safely on record: it may be offered. */
  void add(NumberedReport report) {
    lastNumber = Math.max(lastNumber, report.number());
    unsettled.put(report.number(), report);
  }

  /** Everything up to this number is settled; returns the numbers that were waiting for it. */
  List<Long> settledUpTo(long number) {
    var settled = unsettled.headMap(number, true);
    List<Long> numbers = List.copyOf(settled.keySet());
    settled.clear();
    return numbers;
  }

  /** A new session has been offered nothing. */
  void sessionOpened() {
    offeredUpTo = 0;
    offeredBeforeBeat = 0;
  }

  /** Reports within the window that this session has not been offered. */
  List<NumberedReport> fresh() {
    List<NumberedReport> fresh = new ArrayList<>();
    for (NumberedReport report : window()) {
      if (report.number() > offeredUpTo) fresh.add(report);
    }
    if (!fresh.isEmpty()) offeredUpTo = fresh.get(fresh.size() - 1).number();
    return fresh;
  }

  /** A period has passed: reports offered before the last one began that are still unsettled. */
  List<NumberedReport> overdue() {
    long before = offeredBeforeBeat;
    offeredBeforeBeat = offeredUpTo;
    return window().stream().filter(report -> report.number() <= before).toList();
  }

  private List<NumberedReport> window() {
    return unsettled.values().stream().limit(WINDOW).toList();
  }

  /** Whether so much is unsettled that no more tasks should be started. */
  boolean full() {
    return unsettled.size() >= MAX_UNSETTLED;
  }

  /** How many reports are not settled. */
  int size() {
    return unsettled.size();
  }

  /** Whether a report of this task is not settled. */
  boolean speaksOf(TaskId task) {
    return unsettled.values().stream().anyMatch(report -> report.task().equals(task));
  }
}
