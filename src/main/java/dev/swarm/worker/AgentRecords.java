package dev.swarm.worker;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.swarm.model.SwarmException;
import dev.swarm.model.TaskId;
import dev.swarm.worker.AgentStore.Table;
import dev.swarm.worker.AgentStore.Write;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What one agent has on disk: its position, its tasks and how far they are, its reports. */
final class AgentRecords {
  private static final String INCARNATION = "incarnation";
  private static final String HELD = "held";
  private static final String LAST_NUMBER = "last-number";

  /** What a former process left. */
  record Contents(
      long incarnation,
      long held,
      long lastNumber,
      List<TaskTable.Entry> tasks,
      List<NumberedReport> reports) {}

  private final String prefix;
  private final AgentStore store;

  AgentRecords(String agent, AgentStore store) {
    this.prefix = agent + "/";
    this.store = store;
  }

  /** Rows that are written together or not at all. */
  final class Step {
    private final List<Write> writes = new ArrayList<>();

    /** The version held is the last thing written of a batch. */
    Step position(long incarnation, long held) {
      return put(Table.POSITIONS, INCARNATION, number(incarnation))
          .put(Table.POSITIONS, HELD, number(held));
    }

    Step task(TaskTable.Entry entry) {
      return put(Table.TASKS, entry.work().id().value(), AgentWire.bytes(entry.work()))
          .progress(entry.work(), entry.state());
    }

    Step progress(Work work, TaskTable.State state) {
      String progress = work.attempt() + " " + state.name();
      return put(Table.PROGRESS, work.id().value(), progress.getBytes(StandardCharsets.US_ASCII));
    }

    Step forget(TaskId task) {
      return put(Table.TASKS, task.value(), null).put(Table.PROGRESS, task.value(), null);
    }

    Step report(NumberedReport report) {
      return put(Table.REPORTS, key(report.number()), AgentWire.report(report).toByteArray())
          .put(Table.POSITIONS, LAST_NUMBER, number(report.number()));
    }

    Step settled(long reportNumber) {
      return put(Table.REPORTS, key(reportNumber), null);
    }

    private Step put(Table table, String key, byte[] value) {
      writes.add(new Write(table, prefix + key, value));
      return this;
    }

    /** Succeeds when all of it is on disk, and everything asked before it. */
    Future<Void> write() {
      return store.write(writes);
    }
  }

  Step step() {
    return new Step();
  }

  /** Reads everything, off the event loop. */
  Future<Contents> load() {
    return store.read(this::read);
  }

  private Contents read() {
    try {
      List<NumberedReport> reports = new ArrayList<>();
      for (byte[] bytes : rows(Table.REPORTS).values()) reports.add(AgentWire.report(bytes));
      Map<String, byte[]> positions = rows(Table.POSITIONS);
      return new Contents(
          number(positions.get(INCARNATION)),
          number(positions.get(HELD)),
          number(positions.get(LAST_NUMBER)),
          tasks(),
          reports);
    } catch (InvalidProtocolBufferException | RuntimeException damaged) {
      throw new SwarmException(
          SwarmException.Kind.CONFLICT,
          "records of agent " + prefix + " cannot be read: " + damaged.getMessage());
    }
  }

  private List<TaskTable.Entry> tasks() throws InvalidProtocolBufferException {
    Map<String, byte[]> progress = rows(Table.PROGRESS);
    List<TaskTable.Entry> tasks = new ArrayList<>();
    for (var row : rows(Table.TASKS).entrySet()) {
      String[] words = new String(progress.get(row.getKey()), StandardCharsets.US_ASCII).split(" ");
      tasks.add(
          new TaskTable.Entry(AgentWire.work(row.getValue()), TaskTable.State.valueOf(words[1])));
    }
    tasks.sort(Comparator.comparingLong(entry -> entry.work().version()));
    return tasks;
  }

  private Map<String, byte[]> rows(Table table) {
    Map<String, byte[]> rows = new LinkedHashMap<>();
    var cursor = store.map(table).cursor(prefix);
    while (cursor.hasNext()) {
      String key = cursor.next();
      if (!key.startsWith(prefix)) break;
      rows.put(key.substring(prefix.length()), cursor.getValue());
    }
    return rows;
  }

  private static String key(long number) {
    return String.format("%019d", number);
  }

  private static byte[] number(long value) {
    return Long.toString(value).getBytes(StandardCharsets.US_ASCII);
  }

  private static long number(byte[] value) {
    return value == null ? 0 : Long.parseLong(new String(value, StandardCharsets.US_ASCII));
  }
}
