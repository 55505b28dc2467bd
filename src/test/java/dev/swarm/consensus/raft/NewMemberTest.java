package dev.swarm.consensus.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.swarm.bus.Messages.GroupMember;
import dev.swarm.codec.LogCodec;
import dev.swarm.config.FreePorts;
import dev.swarm.consensus.Group;
import dev.swarm.consensus.Tasks;
import dev.swarm.consensus.formation.Formation;
import dev.swarm.consensus.formation.Formed;
import dev.swarm.lab.LiveFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A group of one whose log begins with a snapshot, and a member that was not there before. */
class NewMemberTest {
  private static final long MEMBER = 41;
  private static final int SNAPSHOT_EVERY = 20;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path root;
  private Formation formation;
  private RaftOptions oldest;
  private RaftOptions newest;
  private RatisLog log;
  private RatisLog joiner;
  private GroupMember m1;
  private GroupMember m2;
  private int call;

  @BeforeEach
  void begin() throws Exception {
    int[] ports = {freePort(), freePort()};
    m1 = new GroupMember("m1", 1, "127.0.0.1:" + ports[0]);
    m2 = new GroupMember("m2", MEMBER, "127.0.0.1:" + ports[1]);
    formation = Formed.group(List.of("m1"), "test", id -> root.resolve(id));
    oldest = options("m1", ports[0], List.of(new RaftOptions.Member("m1", m1.address())));
    newest = options("m2", ports[1], List.of());
    log = open(oldest);
    await().until(() -> log.standing().leads());
    // A snapshot is taken, and the log cut, beside an entry that is applied: there must be more.
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(5))
        .until(
            () -> {
              commit();
              return !hasFirstEntry();
            });
  }

  @AfterEach
  void close() {
    if (joiner != null) joiner.close();
    log.close();
  }

  private static int freePort() throws IOException {
    try (FreePorts free = new FreePorts(ThreadLocalRandom.current())) {
      return free.applyAsInt("127.0.0.1");
    }
  }

  private RaftOptions options(String id, int port, List<RaftOptions.Member> members) {
    return new RaftOptions(
        id, "test", root.resolve(id), "127.0.0.1", port, members, 150, 300, SNAPSHOT_EVERY);
  }

  private RatisLog open(RaftOptions options) {
    return RatisLog.open(options, Group.SEGMENT_BYTES, new LogFailures(), Group.TIME);
  }

  private void commit() throws Exception {
    byte[] entry = LogCodec.encode(List.of(Tasks.submit("t" + ++call, 300)));
    log.entrance().propose(entry, call).get(10, TimeUnit.SECONDS);
  }

  private boolean hasFirstEntry() {
    return LiveFiles.below(root.resolve("m1")).stream()
        .anyMatch(file -> file.getFileName().toString().matches("log_(inprogress_)?0.*"));
  }

  @Test
  void givenASnapshotAndAPurgedLog_whenAMemberIsAdded_thenItHasAll_votes_andIsStillOneWhenBack()
      throws Exception {
    Formed.join(newest.dataDir(), "test", "m2", formation, MEMBER, m2.address());
    joiner = open(newest);
    assertThat(joiner.group().voters()).as("it knows of none yet").isEmpty();
    log.regroup(List.of(m1, m2)).get(30, TimeUnit.SECONDS);
    assertThat(log.group().voters()).containsExactly(m1, m2);
    commit();
    awaitSameState();

    // Both are needed now.
    joiner.close();
    joiner = open(newest);
    await().atMost(PATIENCE).ignoreExceptions().until(this::firstLeads);
    commit();
    awaitSameState();
    assertThat(joiner.group().voters()).containsExactly(m1, m2);

    log.regroup(List.of(m1)).get(30, TimeUnit.SECONDS);
    joiner.close();
    joiner = null;
    commit();
    assertThat(log.group().voters()).containsExactly(m1);
  }

  /** Either may have been elected: the first is to lead. */
  private boolean firstLeads() throws Exception {
    if (joiner.standing().leads()) joiner.handOver("m1-1").get(10, TimeUnit.SECONDS);
    return log.standing().leads();
  }

  private void awaitSameState() {
    await()
        .untilAsserted(() -> assertThat(joiner.state().digest()).isEqualTo(log.state().digest()));
  }
}
