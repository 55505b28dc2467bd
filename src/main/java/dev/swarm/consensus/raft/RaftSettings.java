package dev.swarm.consensus.raft;

import dev.swarm.consensus.gate.ProposalQueue;
import dev.swarm.consensus.snapshots.SnapshotFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;

/** What Ratis is told. Whatever is not named here stays as Ratis has it. */
final class RaftSettings {
  /** Largest Raft message between managers. */
  private static final SizeInBytes MESSAGE = SizeInBytes.valueOf("16MB");

  /** Piece of a snapshot sent at once. */
  private static final SizeInBytes SNAPSHOT_CHUNK = SizeInBytes.valueOf("4MB");

  /** Space taken for a log file ahead of its entries. */
  private static final int PREALLOCATED_BYTES = 4 << 20;

  /** Log kept in memory for followers that are a little behind. */
  private static final SizeInBytes SEGMENT_CACHE = SizeInBytes.valueOf("64MB");

  /** Proposals that Ratis holds; above the number of entries that are ever under way. */
  private static final int PENDING_WRITES = 256;

  private static final SizeInBytes PENDING_WRITE_BYTES = SizeInBytes.valueOf("64MB");

  /** Answers to entries, for attempts after the first: longer than an entry is ever attempted. */
  private static final TimeDuration ANSWERS_KEPT =
      TimeDuration.valueOf(2 * ProposalQueue.LIMIT_NANOS, TimeUnit.NANOSECONDS);

  /**
   * How long the leader waits before it calls a follower again that does not answer: wait and
   * count. Ratis' own goes up to 5 s, and a follower that came back would wait that long to be
   * heard.
   */
  private static final String CALL_AGAIN = "1ms,5, 100ms,50, 500ms,1000000";

  /** A new member votes when it lags by less: it may be needed for a majority at once. */
  private static final int CATCH_UP_ENTRIES = 100;

  /** One that is silent for so many longest election time-outs is not taken in. */
  private static final int ELECTIONS_OF_SILENCE = 5;

  /** But for so long it may be busy with a snapshot. */
  private static final int LEAST_SILENCE_MILLIS = 10_000;

  private RaftSettings() {}

  /**
   * The settings.
   *
   * @param alone whether this manager is the whole group, as far as it knows
   */
  static RaftProperties of(RaftOptions options, boolean alone, int segmentBytes, Path storage) {
    RaftProperties properties = new RaftProperties();
    RaftConfigKeys.Rpc.setType(properties, new ObservedGrpc());
    RaftServerConfigKeys.setStorageDir(properties, List.of(storage.toFile()));
    network(properties, options, alone);
    membership(properties, options);
    log(properties, segmentBytes);
    snapshots(properties);
    RaftServerConfigKeys.Write.setElementLimit(properties, PENDING_WRITES);
    RaftServerConfigKeys.Write.setByteLimit(properties, PENDING_WRITE_BYTES);
    RaftServerConfigKeys.RetryCache.setExpiryTime(properties, ANSWERS_KEPT);
    RaftServerConfigKeys.LeaderElection.setPreVote(properties, true);
    return properties;
  }

  /** A new member gets the log first; it has a vote when it is as close as this, or not yet. */
  private static void membership(RaftProperties properties, RaftOptions options) {
    RaftServerConfigKeys.setStagingCatchupGap(properties, CATCH_UP_ENTRIES);
    RaftServerConfigKeys.setStagingTimeout(
        properties,
        millis(Math.max(LEAST_SILENCE_MILLIS, ELECTIONS_OF_SILENCE * options.electionMaxMillis())));
  }

  private static void network(RaftProperties properties, RaftOptions options, boolean alone) {
    GrpcConfigKeys.Server.setHost(properties, options.raftHost());
    GrpcConfigKeys.Server.setPort(properties, options.raftPort());
    GrpcConfigKeys.setMessageSizeMax(properties, MESSAGE);
    RaftServerConfigKeys.Log.Appender.setRetryPolicy(properties, CALL_AGAIN);
    RaftServerConfigKeys.Rpc.setTimeoutMin(properties, millis(options.electionMinMillis()));
    RaftServerConfigKeys.Rpc.setTimeoutMax(properties, millis(options.electionMaxMillis()));
    firstElection(properties, options, alone);
  }

  /**
   * After a start there is seldom a leader to wait for, and where there is one the others do not
   * vote for us. A manager alone has nobody to wait for.
   */
  private static void firstElection(RaftProperties properties, RaftOptions options, boolean alone) {
    int least = alone ? 1 : options.electionMinMillis() / 2;
    int most = alone ? 10 : options.electionMaxMillis() / 2;
    RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMin(properties, millis(least));
    RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMax(properties, millis(most));
  }

  private static void log(RaftProperties properties, int segmentBytes) {
    RaftServerConfigKeys.Log.setSegmentSizeMax(properties, SizeInBytes.valueOf(segmentBytes));
    RaftServerConfigKeys.Log.setPreallocatedSize(
        properties, SizeInBytes.valueOf(Math.min(segmentBytes, PREALLOCATED_BYTES)));
    RaftServerConfigKeys.Log.setSegmentCacheSizeMax(properties, SEGMENT_CACHE);
    // The extra entry per commit is what tells followers of the commit at once.
    RaftServerConfigKeys.Log.setLogMetadataEnabled(properties, true);
    // Composed appends of two streams of one leader may pass each other when a line comes back: the
    // log then has a gap, and every later append fails with the first.
    RaftServerConfigKeys.Log.setAppendEntriesComposeEnabled(properties, false);
    // What takeSnapshot() returns is the oldest snapshot kept: the log is purged up to there.
    RaftServerConfigKeys.Log.setPurgeUptoSnapshotIndex(properties, true);
    RaftServerConfigKeys.Log.setPurgeGap(properties, 1);
  }

  private static void snapshots(RaftProperties properties) {
    // Ratis asks after every entry; ClusterStateMachine decides.
    RaftServerConfigKeys.Snapshot.setAutoTriggerEnabled(properties, true);
    RaftServerConfigKeys.Snapshot.setAutoTriggerThreshold(properties, 1);
    RaftServerConfigKeys.Snapshot.setTriggerWhenStopEnabled(properties, false);
    RaftServerConfigKeys.Snapshot.setRetentionFileNum(properties, SnapshotFiles.KEPT);
    RaftServerConfigKeys.Log.Appender.setSnapshotChunkSizeMax(properties, SNAPSHOT_CHUNK);
  }

  private static TimeDuration millis(int millis) {
    return TimeDuration.valueOf(millis, TimeUnit.MILLISECONDS);
  }
}
