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
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What one agent has on disk: its position, its tasks and how far they are, its reports, and the
 * newest list of managers. Knows the row of each, so that the rows of all agents can lie in the
 * order in which they were written.
 */
final class AgentRecords {
  private static final String POSITION = "position";
  private static final String LAST_NUMBER = "last-number";
  private static final String MANAGERS = "managers";

  /**
   * What a former process left.
   *
   * @param managers as {@link KnownManagers} writes them; null for none
   */
  record Contents(
      long incarnation,
      long held,
      long lastNumber,
      byte[] managers,
      List<TaskTable.Entry> tasks,
      List<NumberedReport> reports) {}

  private final String agent;
  private final AgentStore store;
  private final boolean first;
  private final Map<TaskId, String> taskRows = new HashMap<>();
  private final Map<Long, String> reportRows = new HashMap<>();

  /** {@code first}: nobody asked for this agent's records before in this process. */
  AgentRecords(String agent, AgentStore store, boolean first) {
    this.agent = agent;
    this.store = store;
    this.first = first;
  }

  /** Rows that are written together or not at all. */
  final class Step {
    private final List<Write> writes = new ArrayList<>();

    /** The version held is the last thing written of a batch. */
    Step position(long incarnation, long held) {
      return put(Table.POSITIONS, key(POSITION), ascii(incarnation + " " + held));
    }

    Step managers(byte[] list) {
      return put(Table.POSITIONS, key(MANAGERS), list);
    }

    Step task(TaskTable.Entry entry) {
      String row = taskRows.computeIfAbsent(entry.work().id(), id -> store.newRow(agent));
      put(Table.TASKS, row, AgentWire.bytes(entry.work()));
      // A task without progress, or with that of another attempt, is just accepted.
      return entry.state() == TaskTable.State.ACCEPTED
          ? this
          : progress(entry.work(), entry.state());
    }

    Step progress(Work work, TaskTable.State state) {
      String row = taskRows.get(work.id());
      return put(Table.PROGRESS, row, ascii(work.attempt() + " " + state.name()));
    }

    Step forget(TaskId task) {
      String row = taskRows.remove(task);
      return row == null ? this : put(Table.TASKS, row, null).put(Table.PROGRESS, row, null);
    }

    Step report(NumberedReport report) {
      String row = store.newRow(agent);
      reportRows.put(report.number(), row);
      return put(Table.REPORTS, row, AgentWire.report(report).toByteArray())
          .put(Table.POSITIONS, key(LAST_NUMBER), ascii(Long.toString(report.number())));
    }

    Step settled(long reportNumber) {
      String row = reportRows.remove(reportNumber);
      return row == null ? this : put(Table.REPORTS, row, null);
    }

    private Step put(Table table, String key, byte[] value) {
      writes.add(new Write(table, key, value));
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

  /** Reads everything, off the event loop; to be called once, before anything is written. */
  Future<Contents> load() {
    return store.read(this::read);
  }

  private Contents read() {
    try {
      String[] position = text(store.get(Table.POSITIONS, key(POSITION)), "0 0").split(" ");
      String lastNumber = text(store.get(Table.POSITIONS, key(LAST_NUMBER)), "0");
      return new Contents(
          Long.parseLong(position[0]),
          Long.parseLong(position[1]),
          Long.parseLong(lastNumber),
          store.get(Table.POSITIONS, key(MANAGERS)),
          tasks(),
          reports());
    } catch (InvalidProtocolBufferException | RuntimeException damaged) {
      throw new SwarmException(
          SwarmException.Kind.CONFLICT,
          "records of agent " + agent + " cannot be read: " + damaged.getMessage());
    }
  }

  private List<TaskTable.Entry> tasks() throws InvalidProtocolBufferException {
    List<TaskTable.Entry> tasks = new ArrayList<>();
    for (String row : rows(Table.TASKS)) {
      Work work = AgentWire.work(store.get(Table.TASKS, row));
      taskRows.put(work.id(), row);
      tasks.add(new TaskTable.Entry(work, state(work, store.get(Table.PROGRESS, row))));
    }
    tasks.sort(Comparator.comparingLong(entry -> entry.work().version()));
    return tasks;
  }

  private List<String> rows(Table table) {
    return first ? store.leftRows(table, agent) : store.rows(table, agent);
  }

  private static TaskTable.State state(Work work, byte[] progress) {
    String[] words = text(progress, "0 ").split(" ");
    return Integer.parseInt(words[0]) == work.attempt()
        ? TaskTable.State.valueOf(words[1])
        : TaskTable.State.ACCEPTED;
  }

  private List<NumberedReport> reports() throws InvalidProtocolBufferException {
    List<NumberedReport> reports = new ArrayList<>();
    for (String row : rows(Table.REPORTS)) {
      NumberedReport report = AgentWire.report(store.get(Table.REPORTS, row));
      reportRows.put(report.number(), row);
      reports.add(report);
    }
    return reports;
  }

  private String key(String name) {
    return agent + "/" + name;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static String text(byte[] ascii, String missing) {
    return ascii == null ? missing : new String(ascii, StandardCharsets.US_ASCII);
  }
}
