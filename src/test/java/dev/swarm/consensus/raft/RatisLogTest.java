package dev.swarm.consensus.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.swarm.codec.LogCodec;
import dev.swarm.config.FreePorts;
import dev.swarm.consensus.Group;
import dev.swarm.consensus.formation.Formation;
import dev.swarm.consensus.formation.Formed;
import dev.swarm.consensus.gate.Entrance.NotNowException;
import dev.swarm.consensus.storage.LogFiles;
import dev.swarm.log.v1.LogEntry;
import dev.swarm.model.ClusterState;
import dev.swarm.model.Command;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.ratis.client.RaftClient;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.retry.RetryPolicies;
import org.apache.ratis.util.CodeInjectionForTesting;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class RatisLogTest {
  private static final byte[] ENTRY = LogCodec.encode(List.of(new Command.BeginEpoch(1, "m1", 0)));

  @TempDir Path root;
  private final LogFailures failures = new LogFailures();
  private RaftOptions options;
  private RatisLog log;
  private Formation formation;

  @BeforeEach
  void open() throws IOException {
    int port;
    try (FreePorts free = new FreePorts(ThreadLocalRandom.current())) {
      port = free.applyAsInt("127.0.0.1");
    }
    options =
        new RaftOptions(
            "m1",
            "test",
            root,
            "127.0.0.1",
            port,
            List.of(new RaftOptions.Member("m1", "127.0.0.1:" + port)),
            150,
            300,
            1_000);
    formation = Formed.group(List.of("m1"), "test", id -> root);
    log = RatisLog.open(options, LogFiles.SEGMENT_BYTES, failures, Group.TIME);
    await().until(() -> log.standing().leads());
  }

  @AfterEach
  void close() {
    log.close();
  }

  @Test
  void givenAnEntryOfANewerProgram_whenApplied_thenTheReplicaStopsInsteadOfSkippingIt() {
    log.entrance().propose(LogEntry.newBuilder().setVersion(99).build().toByteArray(), 1);
    await().until(() -> !log.standing().alive());
    assertThat(failures.reasons).anyMatch(reason -> reason.contains("format version 99"));
    assertThat(log.standing().leads()).isFalse();
    log.close();
    failures.reasons.clear();
    log = RatisLog.open(options, LogFiles.SEGMENT_BYTES, failures, Group.TIME);
    await().until(() -> !failures.reasons.isEmpty());
    assertThat(log.state()).isEqualTo(ClusterState.EMPTY);
  }

  @Test
  void givenACommittedEntry_whenOfferedAgainUnderItsNumber_thenItCountsOnce() throws Exception {
    byte[] first = log.entrance().propose(ENTRY, 7).get(10, TimeUnit.SECONDS);
    byte[] again = log.entrance().propose(ENTRY, 7).get(10, TimeUnit.SECONDS);
    assertThat(again).isEqualTo(first);
    assertThat(LogCodec.decodeOutcomes(log.entrance().propose(ENTRY, 8).get(10, TimeUnit.SECONDS)))
        .singleElement()
        .satisfies(outcome -> assertThat(outcome.refused()).hasSize(1));
  }

  @Test
  void givenADiskThatTakesNothing_whenMoreIsOffered_thenItIsRefusedAndNotKept() throws Exception {
    CountDownLatch reached = new CountDownLatch(1);
    CountDownLatch disk = new CountDownLatch(1);
    CodeInjectionForTesting.put(
        "RaftServerImpl.appendTransaction",
        (local, remote, arguments) -> {
          reached.countDown();
          try {
            return !disk.await(60, TimeUnit.SECONDS);
          } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
          }
        });
    try {
      List<CompletableFuture<byte[]>> taken = new ArrayList<>();
      taken.add(log.entrance().propose(ENTRY, 1));
      assertThat(reached.await(10, TimeUnit.SECONDS)).isTrue();
      for (int i = 0; i < LogEntrance.MAX_WAITING_ATTEMPTS; i++)
        taken.add(log.entrance().propose(ENTRY, 1));
      assertThat(log.entrance().propose(ENTRY, 2))
          .failsWithin(Duration.ofSeconds(10))
          .withThrowableOfType(ExecutionException.class)
          .withCauseInstanceOf(NotNowException.class);
      disk.countDown();
      for (CompletableFuture<byte[]> one : taken) one.get(10, TimeUnit.SECONDS);
      assertThat(LogCodec.decodeOutcomes(taken.get(0).get()).get(0).refused()).isEmpty();
    } finally {
      disk.countDown();
      CodeInjectionForTesting.remove("RaftServerImpl.appendTransaction");
    }
  }

  @Test
  void givenASnapshotOnDemand_thenItIsTakenAtOnce_andAgainWithNothingNewInIt() throws Exception {
    log.entrance().propose(ENTRY, 1).get(10, TimeUnit.SECONDS);
    long taken = log.snapshot().get(10, TimeUnit.SECONDS);
    assertThat(taken).isPositive();
    assertThat(log.snapshot().get(10, TimeUnit.SECONDS)).isGreaterThanOrEqualTo(taken);
  }

  private interface Wish {
    RaftClientReply of(RaftClient stranger) throws IOException;
  }

  @TestFactory
  Stream<DynamicTest> givenAStranger_whenItAsksTheRaftPort_thenItIsRefusedAndNothingHappens() {
    RaftGroupId group = RaftGroupId.valueOf(formation.id());
    RaftPeer self =
        RaftPeer.newBuilder().setId("m1-1").setAddress(options.members().get(0).address()).build();
    RaftPeer foreign = RaftPeer.newBuilder().setId("x1-1").setAddress("127.0.0.1:1").build();
    Map<String, Wish> wishes =
        Map.of(
            "a write", s -> s.io().send(Message.valueOf("anything")),
            "a read", s -> s.io().sendReadOnly(Message.valueOf("anything")),
            "other members", s -> s.admin().setConfiguration(List.of(self, foreign)),
            "another leader", s -> s.admin().transferLeadership(self.getId(), 1_000),
            "a snapshot", s -> s.getSnapshotManagementApi(self.getId()).create(1_000),
            "the end", s -> s.getGroupManagementApi(self.getId()).remove(group, true, false));
    return wishes.entrySet().stream()
        .map(wish -> dynamicTest(wish.getKey(), () -> refused(group, self, wish.getValue())));
  }

  private void refused(RaftGroupId group, RaftPeer self, Wish wish) throws IOException {
    try (RaftClient stranger =
        RaftClient.newBuilder()
            .setRaftGroup(RaftGroup.valueOf(group, self))
            .setProperties(new RaftProperties())
            .setRetryPolicy(RetryPolicies.noRetry())
            .build()) {
      assertThatThrownBy(() -> wish.of(stranger))
          .satisfies(
              failure ->
                  assertThat(failure)
                      .hasStackTraceContaining("PERMISSION_DENIED: only members of the group"));
    }
    assertThat(failures.reasons).isEmpty();
    assertThat(log.standing().leads()).isTrue();
    assertThat(log.otherPeers()).isEmpty();
  }
}
