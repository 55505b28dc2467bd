package dev.swarm.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.ratis.conf.RaftProperties;
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
    return RaftSettings.of(options, RaftSettings.SEGMENT_BYTES, folder);
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
}
