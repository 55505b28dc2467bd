package dev.swarm.codec;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import dev.swarm.log.v1.SnapshotHeader;
import dev.swarm.log.v1.SnapshotRecord;
import dev.swarm.model.ClusterState;
import dev.swarm.model.ForgottenTasks;
import dev.swarm.model.ManagerInfo;
import dev.swarm.model.Task;
import dev.swarm.model.Worker;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/** A whole state as a stream of records, so that no message is ever large. */
final class SnapshotCodec {
  private static final int BUFFER_BYTES = 64 << 10;

  private SnapshotCodec() {}

  static void write(ClusterState state, OutputStream out) throws IOException {
    ClusterState.Records records = state.records();
    CodedOutputStream stream = CodedOutputStream.newInstance(out, BUFFER_BYTES);
    write(stream, header(state, records));
    for (ManagerInfo manager : records.managers()) {
      write(stream, record().setManager(RecordWriter.manager(manager)).build());
    }
    for (Worker worker : records.workers()) {
      write(stream, record().setWorker(RecordWriter.worker(worker)).build());
    }
    for (ClusterState.WorkerHistory history : records.history()) {
      write(stream, record().setHistory(RecordWriter.history(history)).build());
    }
    for (Task task : records.tasks()) {
      write(stream, record().setTask(RecordWriter.task(task)).build());
    }
    for (ForgottenTasks.Part part : records.forgotten()) {
      write(stream, record().setForgotten(RecordWriter.forgotten(part)).build());
    }
    stream.flush();
  }

  private static SnapshotRecord.Builder record() {
    return SnapshotRecord.newBuilder();
  }

  private static SnapshotHeader header(ClusterState state, ClusterState.Records records) {
    return SnapshotHeader.newBuilder()
        .setVersion(LogCodec.versionOf(records.rules()))
        .setIndex(records.index())
        .setDigest(state.digest())
        .setCluster(RecordWriter.cluster(records.cluster()))
        .setNextSession(records.nextSession())
        .setEpoch(RecordWriter.epoch(records.epoch()))
        .setSettings(RecordWriter.settings(records.settings()))
        .setManagers(records.managers().size())
        .setWorkers(records.workers().size())
        .setHistories(records.history().size())
        .setTasks(records.tasks().size())
        .setForgotten(records.forgotten().size())
        .addAllWrites(records.writes())
        .build();
  }

  private static void write(CodedOutputStream stream, MessageLite message) throws IOException {
    stream.writeUInt32NoTag(message.getSerializedSize());
    message.writeTo(stream);
  }

  static ClusterState read(InputStream in) throws IOException {
    CodedInputStream stream = CodedInputStream.newInstance(in, BUFFER_BYTES);
    SnapshotHeader header = next(stream, SnapshotHeader.parser());
    LogCodec.checkVersion("snapshot", header.getVersion());
    Contents contents = new Contents();
    long count =
        (long) header.getManagers()
            + header.getWorkers()
            + header.getHistories()
            + header.getTasks()
            + header.getForgotten();
    for (long i = 0; i < count; i++) contents.add(next(stream, SnapshotRecord.parser()));
    if (!stream.isAtEnd()) throw new UnreadableException("snapshot goes on after its last record");
    ClusterState state = contents.under(header).toState();
    if (state.digest() != header.getDigest()) {
      throw new UnreadableException(
          "snapshot at index "
              + header.getIndex()
              + " is damaged: its records do not give the digest written in it");
    }
    return state;
  }

  static int version(InputStream in) throws IOException {
    CodedInputStream stream = CodedInputStream.newInstance(in, BUFFER_BYTES);
    return next(stream, SnapshotHeader.parser()).getVersion();
  }

  private static <T> T next(CodedInputStream stream, Parser<T> parser) throws IOException {
    if (stream.isAtEnd()) throw new UnreadableException("snapshot ends too early");
    int outer = stream.pushLimit(stream.readRawVarint32());
    T message = parser.parseFrom(stream);
    if (stream.getBytesUntilLimit() != 0) throw new UnreadableException("snapshot ends too early");
    stream.popLimit(outer);
    stream.resetSizeCounter();
    return message;
  }

  /** The records of a snapshot as they come in. */
  private static final class Contents {
    private final List<ManagerInfo> managers = new ArrayList<>();
    private final List<Worker> workers = new ArrayList<>();
    private final List<ClusterState.WorkerHistory> histories = new ArrayList<>();
    private final List<Task> tasks = new ArrayList<>();
    private final List<ForgottenTasks.Part> forgotten = new ArrayList<>();

    void add(SnapshotRecord record) {
      switch (record.getBodyCase()) {
        case MANAGER -> managers.add(RecordReader.manager(record.getManager()));
        case WORKER -> workers.add(RecordReader.worker(record.getWorker()));
        case HISTORY -> histories.add(RecordReader.history(record.getHistory()));
        case TASK -> tasks.add(RecordReader.task(record.getTask()));
        case FORGOTTEN -> forgotten.add(RecordReader.forgotten(record.getForgotten()));
        case BODY_NOT_SET ->
            throw UnreadableException.newer("it holds a record that this program does not know");
      }
    }

    ClusterState.Records under(SnapshotHeader header) {
      return new ClusterState.Records(
          RecordReader.cluster(header.getCluster()),
          header.getNextSession(),
          RecordReader.epoch(header.getEpoch()),
          RecordReader.settings(header.getSettings()),
          managers,
          workers,
          histories,
          tasks,
          forgotten,
          List.copyOf(header.getWritesList()),
          LogCodec.rulesOf(header.getVersion()),
          header.getIndex());
    }
  }
}
