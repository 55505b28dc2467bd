package dev.swarm.worker;

import dev.swarm.model.TaskId;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
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

  /** Bytes of unsettled results at which the agent starts no more tasks. */
  static final long MAX_UNSETTLED_BYTES = 32L << 20;

  private final NavigableMap<Long, NumberedReport> unsettled = new TreeMap<>();
  private long bytes;
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
    bytes += report.result().size();
  }

  /** Everything up to this number is settled; returns the numbers that were waiting for it. */
  List<Long> settledUpTo(long number) {
    var settled = unsettled.headMap(number, true);
    List<Long> numbers = List.copyOf(settled.keySet());
    for (NumberedReport report : settled.values()) bytes -= report.result().size();
    settled.clear();
    return numbers;
  }

  /** A new session has been offered nothing. */
  void sessionOpened() {
    offeredUpTo = 0;
    offeredBeforeBeat = 0;
  }

  /**
   * Reports within the window that this session has not been offered; call only when they can be
   * sent: a manager takes the first number it hears for the oldest that is not settled.
   */
  List<NumberedReport> fresh() {
    if (unsettled.isEmpty()) return List.of();
    var fresh = unsettled.subMap(Math.min(offeredUpTo + 1, windowEnd()), windowEnd());
    List<NumberedReport> reports = List.copyOf(fresh.values());
    if (!reports.isEmpty()) offeredUpTo = reports.get(reports.size() - 1).number();
    return reports;
  }

  /** A period has passed: reports offered before the last one began that are still unsettled. */
  List<NumberedReport> overdue() {
    if (unsettled.isEmpty()) return List.of();
    long before = Math.min(offeredBeforeBeat + 1, windowEnd());
    offeredBeforeBeat = offeredUpTo;
    return List.copyOf(unsettled.headMap(before).values());
  }

  /** Numbers are given without a gap: those below this one are the first {@link #WINDOW}. */
  private long windowEnd() {
    return unsettled.firstKey() + WINDOW;
  }

  /** Whether so much is unsettled that no more tasks should be started. */
  boolean full() {
    return unsettled.size() >= MAX_UNSETTLED || bytes >= MAX_UNSETTLED_BYTES;
  }

  /** How many reports are not settled. */
  int size() {
    return unsettled.size();
  }

  /** Tasks of which a report is not settled. */
  Set<TaskId> tasks() {
    Set<TaskId> tasks = new HashSet<>();
    for (NumberedReport report : unsettled.values()) tasks.add(report.task());
    return tasks;
  }
}
