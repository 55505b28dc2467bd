package dev.swarm.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.swarm.bus.EventKind;
import dev.swarm.bus.Messages;
import dev.swarm.model.ClusterState;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Wrong states planted into managers under load: each is noticed, replaced and told. */
class StateWatchTest {
  private static final Duration NOTICED = Duration.ofSeconds(5);

  @TempDir static Path root;
  private static Vertx vertx;
  private static Group group;
  private static final AtomicInteger submitted = new AtomicInteger();
  private final AtomicBoolean stop = new AtomicBoolean();

  @BeforeAll
  static void start() throws IOException {
    vertx = Vertx.vertx();
    group = new Group(vertx, root, 3, 200);
    group.startAll();
  }

  @BeforeEach
  void load() {
    group.leader();
    group.commit(Tasks.submit("t" + submitted.incrementAndGet(), 100));
    next();
  }

  private void next() {
    if (stop.get()) return;
    String name = "t" + submitted.incrementAndGet();
    Future<?> answer = group.propose(group.leader(), Tasks.submit(name, 100));
    answer.onComplete(any -> vertx.setTimer(5, later -> vertx.executeBlocking(this::nextLater)));
  }

  private Object nextLater() {
    next();
    return null;
  }

  @AfterEach
  void stopLoad() {
    stop.set(true);
  }

  @AfterAll
  static void stop() {
    group.close();
    Group.get(vertx.close());
  }

  private static double mended(String manager) {
    return group.meter(manager, "swarm.state.mended");
  }

  private void plantedIsMended(String manager, Runnable plant) {
    group.events.values().forEach(List::clear);
    double before = mended(manager);
    plant.run();
    await()
        .pollInterval(Duration.ofMillis(20))
        .atMost(NOTICED)
        .until(() -> mended(manager) == before + 1);
    assertThat(group.meter(manager, "swarm.state.trusted")).isEqualTo(1);
    stop.set(true);
    ClusterState state = group.agreed();
    assertThat(state.digest()).isEqualTo(state.records().toState().digest());
    assertThat(state.tasks().keySet()).noneMatch(id -> id.value().equals("planted"));
    assertThat(group.news.get(manager)).anyMatch(news -> news.mended());
    await()
        .untilAsserted(
            () ->
                assertThat(group.events.get(manager))
                    .as("of itself, once each")
                    .filteredOn(event -> event.subject().equals(manager))
                    .extracting(Messages.Happened::kind)
                    .containsExactly(EventKind.STATE_DIFFERS, EventKind.STATE_MENDED));
  }

  @Test
  void givenAFollowerWithAnotherState_whenDigestsAreCompared_thenItTakesTheLeaders() {
    String leader = group.leader();
    String odd = group.follower();
    double differed = group.meter(leader, "swarm.state.digests", "result", "different");
    plantedIsMended(odd, () -> PlantedState.into(group.verticles.get(odd), PlantedState::diverged));
    assertThat(group.events.get(leader))
        .anySatisfy(
            event -> {
              assertThat(event.kind()).isEqualTo(EventKind.STATE_DIFFERS);
              assertThat(event.subject()).isEqualTo(odd);
              assertThat(event.message()).contains("differs from the majority");
            });
    assertThat(group.leader()).as("nobody else was disturbed").isEqualTo(leader);
    assertThat(group.meter(leader, "swarm.state.digests", "result", "different"))
        .isGreaterThan(differed);
    assertThat(group.meter(leader, "swarm.state.digests", "result", "equal")).isPositive();
    group.stop(odd);
    group.start(odd);
    group.leader();
    double equal = group.meter(leader, "swarm.state.digests", "result", "equal");
    group.commit(Tasks.submit("t" + submitted.incrementAndGet(), 100));
    await().until(() -> group.meter(leader, "swarm.state.digests", "result", "equal") >= equal + 2);
    assertThat(mended(odd)).as("what is on its disk is right, too").isZero();
  }

  @Test
  void givenALeaderWithAnotherState_whenBothFollowersAgree_thenItLeadsNoMoreAndTakesTheirs() {
    String odd = group.leader();
    plantedIsMended(odd, () -> PlantedState.into(group.verticles.get(odd), PlantedState::diverged));
    assertThat(group.leader()).isNotEqualTo(odd);
  }

  @Test
  void givenABitFlippedInMemory_whenTheNextSnapshotIsTaken_thenItIsFoundAndMended() {
    String odd = group.follower();
    await().until(() -> !group.state(odd).tasks().isEmpty());
    plantedIsMended(odd, () -> PlantedState.into(group.verticles.get(odd), PlantedState::flipped));
  }
}
