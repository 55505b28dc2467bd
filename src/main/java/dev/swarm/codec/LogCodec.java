package dev.swarm.codec;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.swarm.log.v1.LogEntry;
import dev.swarm.log.v1.OutcomesRecord;
import dev.swarm.model.ClusterState;
import dev.swarm.model.Command;
import dev.swarm.model.Outcome;
import dev.swarm.model.Rules;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/**
 * Commands, outcomes and states as bytes. What cannot be read, whether damaged or written by a
 * newer program, is an {@link UnreadableException}.
 */
public final class LogCodec {
  /** The newest of entries and snapshots; raised by whatever an older program must not skip. */
  public static final int VERSION = 3;

  /** Of what every program so far can read: entries by the first rules, commands, outcomes. */
  private static final int FIRST_RULES = 2;

  private LogCodec() {}

  /**
   * One entry of the log.
   *
   * @param atMillis wall clock of the leader that wrote it; 0 when it did not say. For people only
   * @param rules what its commands mean
   */
  public record Entry(List<Command> commands, long atMillis, Rules rules) {
    /** An entry of this program. */
    public Entry(List<Command> commands, long atMillis) {
      this(commands, atMillis, Rules.NEWEST);
    }
  }

  /** Commands as bytes, as they travel: what they mean is decided where they are written. */
  public static byte[] encode(List<Command> commands) {
    return encode(new Entry(commands, 0, Rules.FIRST));
  }

  /** A log entry as bytes. */
  public static byte[] encode(Entry written) {
    LogEntry.Builder entry =
        LogEntry.newBuilder()
            .setVersion(versionOf(written.rules()))
            .setAtMillis(written.atMillis());
    written.commands().forEach(command -> entry.addCommands(CommandCodec.write(command)));
    return entry.build().toByteArray();
  }

  /**
   * Makes one entry of several: it has the commands of the first, then of the second, and so on,
   * and the time of the last.
   */
  public static byte[] join(List<byte[]> entries) {
    if (entries.size() == 1) return entries.get(0);
    ByteArrayOutputStream joined =
        new ByteArrayOutputStream(entries.stream().mapToInt(entry -> entry.length).sum());
    entries.forEach(joined::writeBytes);
    return joined.toByteArray();
  }

  /** The commands of one log entry. */
  public static List<Command> decode(byte[] bytes) {
    return decodeEntry(bytes).commands();
  }

  /** One log entry. */
  public static Entry decodeEntry(byte[] bytes) {
    LogEntry entry = parse("log entry", () -> LogEntry.parseFrom(bytes));
    checkVersion("log entry", entry.getVersion());
    return new Entry(
        RecordReader.all(entry.getCommandsList(), CommandCodec::read),
        entry.getAtMillis(),
        rulesOf(entry.getVersion()));
  }

  /** What became of the commands of one log entry, as bytes. */
  public static byte[] encodeOutcomes(List<Outcome> outcomes) {
    OutcomesRecord.Builder record = OutcomesRecord.newBuilder().setVersion(FIRST_RULES);
    outcomes.forEach(outcome -> record.addOutcomes(RecordWriter.outcome(outcome)));
    return record.build().toByteArray();
  }

  /** What became of the commands of one log entry. */
  public static List<Outcome> decodeOutcomes(byte[] bytes) {
    OutcomesRecord record = parse("outcomes", () -> OutcomesRecord.parseFrom(bytes));
    checkVersion("outcomes", record.getVersion());
    return RecordReader.all(record.getOutcomesList(), RecordReader::outcome);
  }

  /** Writes a state; does not close the stream. */
  public static void writeSnapshot(ClusterState state, OutputStream out) throws IOException {
    SnapshotCodec.write(state, out);
  }

  /** Reads a state to the end of the stream; fails when its records do not give its digest. */
  public static ClusterState readSnapshot(InputStream in) throws IOException {
    try {
      return SnapshotCodec.read(in);
    } catch (InvalidProtocolBufferException damaged) {
      throw new UnreadableException("snapshot is damaged: " + damaged.getMessage(), damaged);
    } catch (UnreadableException known) {
      throw known;
    } catch (RuntimeException impossible) {
      throw new UnreadableException("snapshot is damaged: " + impossible.getMessage(), impossible);
    }
  }

  /** The format version of the snapshot that the stream begins with. */
  public static int snapshotVersion(InputStream in) throws IOException {
    return SnapshotCodec.version(in);
  }

  static int versionOf(Rules rules) {
    return switch (rules) {
      case FIRST -> FIRST_RULES;
      case SECOND -> VERSION;
    };
  }

  static Rules rulesOf(int version) {
    return version <= FIRST_RULES ? Rules.FIRST : Rules.SECOND;
  }

  static void checkVersion(String what, int version) {
    if (version < 1) throw new UnreadableException(what + " has no format version");
    if (version > VERSION) {
      throw UnreadableException.newer(
          what + " has format version " + version + ", this program knows 1 to " + VERSION);
    }
  }

  private static <T> T parse(String what, Parsing<T> parsing) {
    try {
      return parsing.parse();
    } catch (InvalidProtocolBufferException damaged) {
      throw new UnreadableException(what + " is damaged: " + damaged.getMessage(), damaged);
    }
  }

  private interface Parsing<T> {
    T parse() throws InvalidProtocolBufferException;
  }
}
