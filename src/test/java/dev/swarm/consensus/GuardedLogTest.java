package dev.swarm.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.swarm.Needs;
import dev.swarm.bus.Messages.GuardChanged;
import dev.swarm.bus.Messages.GuardState;
import dev.swarm.bus.SwarmBus;
import dev.swarm.bus.Topics;
import dev.swarm.config.FreePorts;
import dev.swarm.consensus.formation.Formed;
import dev.swarm.consensus.guard.Disk;
import dev.swarm.consensus.guard.Trouble;
import dev.swarm.consensus.guard.Verdict;
import dev.swarm.consensus.meters.ConsensusMeters;
import dev.swarm.consensus.raft.LogListener;
import dev.swarm.consensus.raft.RaftOptions;
import dev.swarm.consensus.raft.RatisLog;
import dev.swarm.consensus.raft.Standing;
import dev.swarm.consensus.storage.LogFiles;
import dev.swarm.lab.LiveFiles;
import dev.swarm.model.ClusterState;
import dev.swarm.model.Command;
import dev.swarm.model.SwarmException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.internal.VertxInternal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** One manager's log: what the guard does to it when its files or its disk fail it. */
class GuardedLogTest implements LogOwner {
  private static final long FIRST_ATTEMPT_MILLIS = 500;

  @TempDir Path root;

  private final Vertx vertx = Vertx.vertx();
  private final Context context = ((VertxInternal) vertx).createEventLoopContext();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final List<GuardChanged> told = new CopyOnWriteArrayList<>();
  private final List<LogListener> listeners = new CopyOnWriteArrayList<>();
  private final List<RatisLog> opened = new CopyOnWriteArrayList<>();
  private final List<ClusterState> replaced = new CopyOnWriteArrayList<>();
  private Path folder;
  private RaftOptions options;
  private GuardedLog log;
  private long looking;

  /** Holds back whoever applies an entry. */
  private volatile CountDownLatch applying;

  /** Holds back whoever opens the log. */
  private volatile CountDownLatch openingAgain;

  private volatile boolean waiting;

  /** Why a log that is opened again is lost before anybody can use it. */
  private volatile String lostAtOnce = "";

  @BeforeEach
  void port() throws IOException {
    folder = root.resolve("m1");
    try (FreePorts free = new FreePorts(ThreadLocalRandom.current())) {
      int port = free.applyAsInt("127.0.0.1");
      options =
          new RaftOptions(
              "m1",
              "test",
              folder,
              "127.0.0.1",
              port,
              List.of(new RaftOptions.Member("m1", "127.0.0.1:" + port)),
              150,
              300,
              1_000);
    }
  }

  private void open() throws IOException {
    Formed.group(List.of("m1"), "test", id -> folder);
    SwarmBus bus = new SwarmBus(vertx, "m1");
    bus.subscribe(Topics.GUARD, told::add);
    log =
        new GuardedLog(
            context, options, this::open, this, bus, Group.TIME, new ConsensusMeters(registry));
    GuardedLog opening = log;
    on(() -> opening.open());
    looking = vertx.setPeriodic(100, timer -> context.runOnContext(turn -> opening.look()));
  }

  private RatisLog open(LogListener listener) {
    if (openingAgain != null) hold(openingAgain);
    RatisLog ratis = RatisLog.open(options, LogFiles.SEGMENT_BYTES, listener, Group.TIME);
    opened.add(ratis);
    listeners.add(listener);
    if (!lostAtOnce.isEmpty()) listener.closed(lostAtOnce);
    return ratis;
  }

  private <T> T on(Supplier<Future<T>> work) {
    CompletableFuture<T> done = new CompletableFuture<>();
    context.runOnContext(
        turn ->
            Future.succeededFuture()
                .compose(now -> work.get())
                .onComplete(done::complete, done::completeExceptionally));
    try {
      return done.get(40, TimeUnit.SECONDS);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof RuntimeException cause) throw cause;
      throw new IllegalStateException(failed.getCause());
    } catch (InterruptedException | TimeoutException late) {
      throw new IllegalStateException(late);
    }
  }

  private long commit(Command command) {
    await().atMost(Duration.ofSeconds(20)).until(() -> standing().leads());
    return on(() -> log.propose(command)).index();
  }

  private Standing standing() {
    return on(() -> Future.succeededFuture(log.standing()));
  }

  private ClusterState state() {
    return on(() -> Future.succeededFuture(log.state()));
  }

  private GuardChanged newest() {
    return told.isEmpty() ? new GuardChanged(GuardState.UP, "") : told.get(told.size() - 1);
  }

  private void awaitGuard(GuardState state) {
    await().atMost(Duration.ofSeconds(30)).until(() -> newest().state() == state);
  }

  private double actions(Verdict.Action action, Trouble trouble) {
    var counter =
        registry
            .find("swarm.guard.actions")
            .tag("action", action.name().toLowerCase(Locale.ROOT))
            .tag("reason", trouble.label())
            .counter();
    return counter == null ? 0 : counter.count();
  }

  @AfterEach
  void close() {
    end();
    Group.get(vertx.close());
  }

  private void end() {
    if (log == null) return;
    vertx.cancelTimer(looking);
    on(() -> log.close().mapEmpty());
    log = null;
  }

  @Test
  void givenALogThatClosedBehindItsBack_whenSeen_thenTheRoleGoesDownAndComesBackWithItsState()
      throws IOException {
    open();
    commit(Tasks.submit("before", 10));
    ClusterState before = state();
    opened.get(0).close();
    awaitGuard(GuardState.DOWN);
    assertThat(newest().reason()).isNotEmpty();
    assertThat(state()).as("it still answers with what it had").isEqualTo(before);
    awaitGuard(GuardState.UP);
    commit(Tasks.submit("after", 10));
    assertThat(state().tasks()).containsAllEntriesOf(before.tasks());
    assertThat(actions(Verdict.Action.TAKE_DOWN, Trouble.CLOSED)).isEqualTo(1);
    assertThat(log.ended().isComplete()).isFalse();
  }

  @Test
  void givenAFullDisk_whenFilledStepByStep_thenRefusedThenDownAndBackWhenThereIsRoom()
      throws Exception {
    Needs.met(Tmpfs.possible(), "root: it mounts a small disk");
    try (Tmpfs disk = Tmpfs.mount(folder, 96)) {
      open();
      commit(Tasks.submit("before", 10));
      disk.fillUpTo(20);
      awaitGuard(GuardState.NO_PROPOSALS);
      assertThatThrownBy(() -> commit(Tasks.submit("refused", 10)))
          .isInstanceOfSatisfying(
              SwarmException.class,
              refusal -> {
                assertThat(refusal.kind()).isEqualTo(SwarmException.Kind.OVERLOADED);
                assertThat(refusal.retryAfterMillis()).isPositive();
              })
          .hasMessageContaining("24 MiB are needed");
      commit(new Command.BeginEpoch(1, "m1", 0));
      disk.fillUpTo(3);
      awaitGuard(GuardState.DOWN);
      assertThat(newest().reason()).contains("of 96 MiB are free");
      disk.clear();
      awaitGuard(GuardState.UP);
      commit(Tasks.submit("after", 10));
      assertThat(log.ended().isComplete()).isFalse();
      end();
    }
  }

  private Path vote() {
    return LiveFiles.below(folder).stream()
        .filter(file -> file.endsWith("raft-meta"))
        .findAny()
        .orElseThrow();
  }

  @Test
  void givenADiskFilledInOneMoment_whenEntriesMeetIt_thenTheVoteIsKeptAndTheRoleComesBack()
      throws Exception {
    Needs.met(Tmpfs.possible(), "root: it mounts a small disk");
    try (Tmpfs disk = Tmpfs.mount(folder, 64)) {
      open();
      commit(Tasks.submit("before", 10));
      assertThat(folder.resolve("reserve")).hasSize(Disk.RESERVE_BYTES);
      disk.fillUpTo(0);
      awaitGuard(GuardState.DOWN);
      Path vote = vote();
      assertThat(vote).content().contains("term=").contains("votedFor=");
      disk.clear();
      awaitGuard(GuardState.UP);
      commit(Tasks.submit("after", 10));
      end();
    }
  }

  @Test
  void givenARecordOfTheVoteThatAFullDiskEmptied_whenTheRoleGoesDown_thenItIsWrittenAnew()
      throws IOException {
    open();
    commit(Tasks.submit("before", 10));
    Path vote = vote();
    List<String> before = Files.readAllLines(vote);
    Files.write(vote, new byte[0]);
    listeners.get(0).logFailed("No space left on device");
    awaitGuard(GuardState.DOWN);
    awaitGuard(GuardState.UP);
    commit(Tasks.submit("after", 10));
    assertThat(before).anyMatch(line -> line.startsWith("votedFor="));
    assertThat(vote).content().contains("votedFor=");
  }

  @Test
  void givenALogThatCannotClose_whenTheRoleGoesDown_thenItEndsInsteadOfWaitingForEver()
      throws IOException {
    open();
    commit(Tasks.submit("before", 10));
    applying = new CountDownLatch(1);
    try {
      context.runOnContext(turn -> log.propose(Tasks.submit("stuck", 10)));
      await().until(() -> waiting);
      listeners.get(0).closed("gone");
      awaitGuard(GuardState.DOWN);
      await().atMost(Duration.ofSeconds(20)).until(() -> log.ended().isComplete());
      assertThat(log.ended().result()).contains("gone").contains("does not close");
    } finally {
      applying.countDown();
    }
  }

  @Test
  void givenALogThatIsJustBeingOpenedAgain_whenAllEnds_thenTheEndWaitsForItAndClosesIt()
      throws Exception {
    open();
    commit(Tasks.submit("before", 10));
    openingAgain = new CountDownLatch(1);
    opened.get(0).close();
    await().atMost(Duration.ofSeconds(20)).until(() -> waiting);
    CompletableFuture<Object> end = new CompletableFuture<>();
    context.runOnContext(turn -> log.close().onComplete(done -> end.complete(turn)));
    on(Future::succeededFuture);
    boolean endedBefore = end.isDone();
    openingAgain.countDown();
    end.get(20, TimeUnit.SECONDS);

    assertThat(endedBefore).as("ended while the log was opened").isFalse();
    assertThat(opened).hasSize(2);
    openingAgain = null;
    open(listeners.get(0)).close();
  }

  @Test
  void givenALogThatIsLostWhileItIsOpenedAgain_thenItIsNotSaidToTakePart() throws Exception {
    open();
    commit(Tasks.submit("before", 10));
    lostAtOnce = "lost again";
    Logger spoken = (Logger) LoggerFactory.getLogger(GuardVoice.class);
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    spoken.addAppender(lines);
    try {
      opened.get(0).close();
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> newest().equals(new GuardChanged(GuardState.DOWN, "lost again")));
      assertThat(told).extracting(GuardChanged::state).containsOnly(GuardState.DOWN);
      on(Future::succeededFuture);
      assertThat(List.copyOf(lines.list))
          .extracting(ILoggingEvent::getFormattedMessage)
          .noneMatch(line -> line.contains("takes part again"));
    } finally {
      spoken.detachAppender(lines);
    }
  }

  @Test
  void givenADiskThatIsJustBeingPrepared_whenAllEnds_thenTheLogIsNotOpenedAgain() throws Exception {
    open();
    commit(Tasks.submit("before", 10));
    vertx.cancelTimer(looking);
    listeners.get(0).closed("gone");
    awaitGuard(GuardState.DOWN);
    CountDownLatch closed = occupyWorkers();
    on(() -> vertx.timer(2 * FIRST_ATTEMPT_MILLIS)); // it waits for a worker, too, from then on
    end();
    closed.countDown();
    CountDownLatch prepared = occupyWorkers();
    on(Future::succeededFuture);
    prepared.countDown();
    occupyWorkers().countDown();

    assertThat(opened).hasSize(1);
  }

  /** Returns when all that was begun on other threads is done, and nothing more will be for now. */
  private CountDownLatch occupyWorkers() {
    CountDownLatch free = new CountDownLatch(1);
    AtomicInteger busy = new AtomicInteger();
    for (int i = 0; i < VertxOptions.DEFAULT_WORKER_POOL_SIZE; i++) {
      vertx.executeBlocking(
          () -> {
            busy.incrementAndGet();
            free.await();
            return null;
          },
          false);
    }
    await().until(() -> busy.get() == VertxOptions.DEFAULT_WORKER_POOL_SIZE);
    return free;
  }

  @Override
  public void look() {}

  @Override
  public void mended(ClusterState state) {}

  @Override
  public void applied(ClusterState.Applied entry) {
    if (applying != null) hold(applying);
  }

  private void hold(CountDownLatch latch) {
    waiting = true;
    try {
      latch.await();
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void replaced(ClusterState state) {
    replaced.add(state);
  }
}
