package dev.swarm.consensus.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swarm.consensus.gate.ProposalQueue;
import dev.swarm.consensus.storage.LogFiles;
import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.junit.jupiter.api.Test;

class RaftSettingsTest {
  private static final TimeUnit MILLIS = TimeUnit.MILLISECONDS;

  private static RaftProperties settings(int managers) {
    List<RaftOptions.Member> members =
        IntStream.rangeClosed(1, managers)
            .mapToObj(i -> new RaftOptions.Member("m" + i, "127.0.0.1:" + (7100 + i)))
            .toList();
    Path folder = Path.of("data");
    RaftOptions options = RaftOptions.of("m1", "test", folder, "127.0.0.1", 7101, members);
    return RaftSettings.of(options, options.members().size() == 1, LogFiles.SEGMENT_BYTES, folder);
  }

  @Test
  void givenAnAnswer_whenItsEntryMayStillBeAttempted_thenItIsKept() {
    assertThat(RaftServerConfigKeys.RetryCache.expiryTime(settings(1)).toLong(TimeUnit.NANOSECONDS))
        .isGreaterThan(ProposalQueue.LIMIT_NANOS + ProposalQueue.ATTEMPT_NANOS);
  }

  @Test
  void givenAManagerAlone_whenItStarts_thenItWaitsForNobody() {
    assertThat(RaftServerConfigKeys.Rpc.firstElectionTimeoutMax(settings(1)).toLong(MILLIS))
        .isLessThanOrEqualTo(10);
    assertThat(RaftServerConfigKeys.Rpc.firstElectionTimeoutMin(settings(3)).toLong(MILLIS))
        .isGreaterThanOrEqualTo(200);
  }

  @Test
  void givenAGroup_whenElected_thenOnlyAfterAPreVote() {
    assertThat(RaftServerConfigKeys.LeaderElection.preVote(settings(3))).isTrue();
  }

  @Test
  void givenTheDefaults_whenTold_thenNothingThatWasNotSyncedIsAcknowledged() {
    RaftProperties properties = settings(3);
    assertThat(RaftServerConfigKeys.Log.unsafeFlushEnabled(properties)).isFalse();
    assertThat(RaftServerConfigKeys.Log.asyncFlushEnabled(properties)).isFalse();
    assertThat(RaftServerConfigKeys.Log.useMemory(properties)).isFalse();
    assertThat(RaftServerConfigKeys.Log.corruptionPolicy(properties))
        .isEqualTo(RaftServerConfigKeys.Log.CorruptionPolicy.EXCEPTION);
    assertThat(RaftServerConfigKeys.storageDir(properties))
        .extracting(File::getName)
        .containsExactly("data");
    assertThat(RaftServerConfigKeys.LeaderElection.memberMajorityAdd(properties)).isFalse();
    assertThat(RaftServerConfigKeys.Read.option(properties))
        .as("state is read from our own machine; Raft's own reads are never asked for")
        .isEqualTo(RaftServerConfigKeys.Read.Option.DEFAULT);
    assertThat(RaftServerConfigKeys.Read.leaderLeaseEnabled(properties)).isFalse();
  }

  @Test
  void givenTheDefaults_whenTold_thenAppendsToTheLogCannotPassEachOther() {
    assertThat(RaftServerConfigKeys.Log.appendEntriesComposeEnabled(settings(3))).isFalse();
  }

  @Test
  void givenTheDefaults_whenTold_thenTheLogReachesBackToTheOldestOfThreeSnapshots() {
    RaftProperties properties = settings(3);
    assertThat(RaftServerConfigKeys.Snapshot.autoTriggerEnabled(properties)).isTrue();
    assertThat(RaftServerConfigKeys.Snapshot.retentionFileNum(properties)).isEqualTo(3);
    assertThat(RaftServerConfigKeys.Log.purgeUptoSnapshotIndex(properties)).isTrue();
    assertThat(RaftServerConfigKeys.Log.Appender.installSnapshotEnabled(properties)).isTrue();
    assertThat(RaftOptions.DEFAULT_SNAPSHOT_EVERY_ENTRIES).isEqualTo(10_000);
  }

  @Test
  void givenTheDefaults_whenTold_thenElectionsAreSlowerThanPausesAndQueuesBounded() {
    RaftProperties properties = settings(3);
    assertThat(RaftServerConfigKeys.Rpc.timeoutMin(properties).toLong(MILLIS)).isEqualTo(500);
    assertThat(RaftServerConfigKeys.Rpc.timeoutMax(properties).toLong(MILLIS)).isEqualTo(1_000);
    assertThat(RaftServerConfigKeys.closeThreshold(properties).toLong(TimeUnit.SECONDS))
        .isEqualTo(60);
    assertThat(RaftServerConfigKeys.Write.elementLimit(properties)).isLessThan(4_096);
    assertThat(RaftServerConfigKeys.Write.byteLimit(properties).getSize())
        .isLessThanOrEqualTo(64L << 20);
    assertThat(GrpcConfigKeys.messageSizeMax(properties, ignored -> {}).getSize())
        .isEqualTo(16L << 20);
    assertThat(GrpcConfigKeys.Server.host(properties)).isEqualTo("127.0.0.1");
  }
}
