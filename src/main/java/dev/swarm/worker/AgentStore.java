package dev.swarm.worker;

import dev.swarm.model.Causes;
import dev.swarm.model.SwarmException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.FileStore;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.type.ByteArrayDataType;
import org.h2.mvstore.type.StringDataType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The record of all agents of a process: one file. What several agents write in the same moment
 * shares one commit and one fsync, and lies together in the file, because rows are numbered as they
 * come: the agent's id is the end of a row's key. The event loops never wait for the disk.
 */
public final class AgentStore {
  private static final Logger log = LoggerFactory.getLogger(AgentStore.class);

  /** Name of the file within the data folder. */
  public static final String FILE = "agents.mvstore";

  /** Space of replaced rows is used again after so long; every commit is synced before the next. */
  private static final int RETENTION_MILLIS = 100;

  /** A file that is larger than this, and mostly holes, is made smaller when writing pauses. */
  static final long TIDY_ABOVE_BYTES = 16L << 20;

  /** Least share of a large file that must be in use, in percent. */
  private static final int TIDY_BELOW_PERCENT = 50;

  /** Writing pauses when nothing was written for so long. */
  private static final long PAUSE_MILLIS = 1_000;

  /** Time for making it smaller at once; what is left to do is done in the next pause. */
  private static final int TIDY_AT_MOST_MILLIS = 50;

  /** Of the number with which a row's key begins. */
  private static final int ROW_DIGITS = 16;

  /** The kinds of rows. */
  enum Table {
    /** Incarnation and version held, last report number, list of managers; by agent. */
    POSITIONS,
    /** Tasks as assigned, payload included; by row. */
    TASKS,
    /** How far a started task has come: apart from the payload, so that it is not written again. */
    PROGRESS,
    /** Reports not settled; by row. */
    REPORTS
  }

  /** One row to be written, or to be removed when the value is null. */
  record Write(Table table, String key, byte[] value) {}

  private final Vertx vertx;
  private final Context owner;
  private final MVStore store;
  private final Map<Table, MVMap<String, byte[]>> maps = new EnumMap<>(Table.class);
  private final WorkerExecutor disk;
  private final GroupCommit commits;
  private final AtomicBoolean tidying = new AtomicBoolean();
  private final AtomicLong lastRow = new AtomicLong();

  /** Agents whose records were asked for. */
  private final Set<String> agents = ConcurrentHashMap.newKeySet();

  /** The rows that a former process left, by table and agent, until the agent asks for them. */
  private final Map<Table, Map<String, List<String>>> leftRows = new EnumMap<>(Table.class);

  private AgentStore(Context owner, MVStore store, WorkerExecutor disk) {
    this.vertx = owner.owner();
    this.owner = owner;
    this.store = store;
    this.disk = disk;
    for (Table table : Table.values()) maps.put(table, open(table));
    for (Table table : List.of(Table.TASKS, Table.REPORTS)) leftRows.put(table, leftRows(table));
    this.commits = new GroupCommit(vertx, disk, this::commit);
  }

  private MVMap<String, byte[]> open(Table table) {
    return store.openMap(
        table.name().toLowerCase(java.util.Locale.ROOT),
        new MVMap.Builder<String, byte[]>()
            .keyType(StringDataType.INSTANCE)
            .valueType(ByteArrayDataType.INSTANCE));
  }

  /** Opens the store in a data folder, or makes it; fails with one clear line. */
  public static Future<AgentStore> open(Vertx vertx, Path dataDir) {
    Path file = dataDir.toAbsolutePath().resolve(FILE);
    WorkerExecutor disk = vertx.createSharedWorkerExecutor("swarm-store-" + file, 1);
    Context owner = vertx.getOrCreateContext();
    return disk.executeBlocking(() -> new AgentStore(owner, openFile(file), disk))
        .onFailure(failure -> disk.close());
  }

  /** A store that forgets all with the process, for agents that need no more. */
  public static AgentStore inMemory(Vertx vertx) {
    MVStore memory = new MVStore.Builder().autoCommitDisabled().open();
    return new AgentStore(vertx.getOrCreateContext(), memory, null);
  }

  private static MVStore openFile(Path file) {
    try {
      Files.createDirectories(file.getParent());
      MVStore store =
          new MVStore.Builder()
              .fileName(file.toString())
              .autoCommitDisabled()
              .autoCommitBufferSize(0)
              .open();
      store.setRetentionTime(RETENTION_MILLIS);
      store.setVersionsToKeep(0);
      return store;
    } catch (MVStoreException failure) {
      throw refused(file, failure);
    } catch (IOException | IllegalArgumentException failure) {
      throw new SwarmException(
          SwarmException.Kind.CONFLICT, "agent store " + file + " cannot be opened: " + failure);
    }
  }

  private static SwarmException refused(Path file, MVStoreException failure) {
    String why =
        switch (failure.getErrorCode()) {
          case DataUtils.ERROR_FILE_LOCKED -> " is in use by another process";
          case DataUtils.ERROR_READING_FAILED -> " cannot be read: " + Causes.first(failure);
          case DataUtils.ERROR_WRITING_FAILED -> " cannot be written: " + Causes.first(failure);
          default ->
              " is damaged ("
                  + failure.getMessage()
                  + "); move it away to start with an empty one: reports not settled are lost";
        };
    return new SwarmException(SwarmException.Kind.CONFLICT, "agent store " + file + why);
  }

  /** The records of one agent. */
  AgentRecords records(String agent) {
    return new AgentRecords(agent, this, agents.add(agent));
  }

  private Map<String, List<String>> leftRows(Table table) {
    Map<String, List<String>> rows = new ConcurrentHashMap<>();
    for (String row : maps.get(table).keySet()) {
      rows.computeIfAbsent(row.substring(ROW_DIGITS), agent -> new ArrayList<>()).add(row);
      lastRow.accumulateAndGet(Long.parseLong(row, 0, ROW_DIGITS, 16), Math::max);
    }
    return rows;
  }

  /** The key of the next row, which is the agent's. */
  String newRow(String agent) {
    return HexFormat.of().toHexDigits(lastRow.incrementAndGet()) + agent;
  }

  /** The keys of the rows that a former process left of the agent; asked for once. */
  List<String> leftRows(Table table, String agent) {
    List<String> left = leftRows.get(table).remove(agent);
    return left == null ? List.of() : left;
  }

  /** The keys of all rows of the agent as they are now; looks at those of all agents. Blocks. */
  List<String> rows(Table table, String agent) {
    return maps.get(table).keySet().stream()
        .filter(row -> row.substring(ROW_DIGITS).equals(agent))
        .toList();
  }

  /** The value of a row, or null. Blocks. */
  byte[] get(Table table, String key) {
    return maps.get(table).get(key);
  }

  /** Runs what reads the store where it may block. */
  <T> Future<T> read(java.util.concurrent.Callable<T> reading) {
    return disk == null ? vertx.executeBlocking(reading) : disk.executeBlocking(reading);
  }

  /** Writes rows together; succeeds, on the caller's context, when they are on the disk. */
  Future<Void> write(List<Write> writes) {
    if (disk != null) {
      Future<Void> written = commits.add(writes);
      tidyLater();
      return written;
    }
    try {
      apply(writes);
      return Future.succeededFuture();
    } catch (MVStoreException closed) {
      return Future.failedFuture(closed);
    }
  }

  /** One timer for the process, and none while nothing is written. */
  private void tidyLater() {
    if (!tidying.compareAndSet(false, true)) return;
    // On the context of who opened the store: a writer's own timers end with its verticle.
    long before = commits.added();
    owner.runOnContext(here -> vertx.setTimer(PAUSE_MILLIS, later -> tidy(before)));
  }

  private void tidy(long before) {
    if (store.isClosed()) return;
    if (commits.added() != before) {
      tidying.set(false);
      tidyLater();
      return;
    }
    read(this::shrink)
        .onComplete(
            smaller -> {
              tidying.set(false);
              if (smaller) tidyLater();
            },
            failure -> {
              if (!store.isClosed()) log.warn("agent store stays large: {}", failure.toString());
            });
  }

  /** Moves rows together, for a moment; true when it helped, so that there may be more to do. */
  private boolean shrink() {
    FileStore<?> file = store.getFileStore();
    long before = file.size();
    int inUse = Math.min(file.getFillRate(), file.getChunksFillRate());
    if (before < TIDY_ABOVE_BYTES || inUse > TIDY_BELOW_PERCENT) return false;
    store.compactFile(TIDY_AT_MOST_MILLIS);
    return file.size() < before;
  }

  private void commit(List<List<Write>> group) {
    group.forEach(this::apply);
    store.commit();
    store.sync();
  }

  private void apply(List<Write> writes) {
    for (Write write : writes) {
      MVMap<String, byte[]> map = maps.get(write.table());
      if (write.value() == null) map.remove(write.key());
      else map.put(write.key(), write.value());
    }
  }

  /** Waits for what is being written, then closes the file. */
  public Future<Void> close() {
    if (disk == null) {
      store.close();
      return Future.succeededFuture();
    }
    return commits
        .close()
        .compose(
            done ->
                disk.<Void>executeBlocking(
                    () -> {
                      store.close();
                      return null;
                    }))
        .eventually(() -> disk.close());
  }
}
