package dev.swarm.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.swarm.bus.Messages.StateNews;
import dev.swarm.bus.SwarmBus;
import dev.swarm.bus.Topics;
import dev.swarm.model.ClusterState;
import dev.swarm.model.Command;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class NewsFeedTest {
  private static final int MANY = 4 * (NewsFeed.MAX_QUEUED + NewsFeed.MAX_BACKLOG);

  private final List<StateNews> seen = new CopyOnWriteArrayList<>();
  private final CountDownLatch released = new CountDownLatch(1);
  private SwarmBus bus;
  private NewsFeed feed;
  private ClusterState state = ClusterState.EMPTY;

  @BeforeEach
  void start(Vertx vertx) {
    bus = new SwarmBus(vertx, "m1");
    run(vertx, context -> feed = new NewsFeed(context, bus));
  }

  /** An event loop left blocked would block the tests that follow. */
  @AfterEach
  void release() {
    released.countDown();
  }

  private void subscribe(Vertx vertx, boolean stuck) {
    run(vertx, context -> bus.subscribe(Topics.STATE, news -> see(news, stuck)));
    await().until(() -> bus.backlog(Topics.STATE) == 0);
  }

  /** Runs on an event loop of its own. */
  private static void run(Vertx vertx, Consumer<Context> work) {
    Group.get(
        vertx.deployVerticle(
            new VerticleBase() {
              @Override
              public Future<?> start() {
                work.accept(context);
                return Future.succeededFuture();
              }
            }));
  }

  private void see(StateNews news, boolean stuck) {
    if (stuck) {
      try {
        released.await();
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    seen.add(news);
  }

  private void apply(int entries) {
    for (int i = 0; i < entries; i++) {
      ClusterState.Applied applied =
          state.apply(
              state.index() + 1, List.of(new Command.BeginEpoch(state.index() + 1, "m1", 0)));
      state = applied.state();
      feed.applied(applied);
    }
  }

  @Test
  void givenAFullQueue_whenTheStateIsMended_thenThatIsToldNonetheless(Vertx vertx) {
    subscribe(vertx, false);
    run(
        vertx,
        context -> {
          feed = new NewsFeed(context, bus);
          apply(NewsFeed.MAX_QUEUED);
          feed.mended(state);
        });
    await().until(() -> !seen.isEmpty() && seen.get(seen.size() - 1).state().equals(state));
    assertThat(seen).anyMatch(StateNews::mended);
  }

  @Test
  void givenAListenerThatKeepsUp_whenEntriesAreApplied_thenItSeesEachInOrder(Vertx vertx) {
    subscribe(vertx, false);
    apply(500);
    await().until(() -> seen.size() == 500);
    assertThat(seen).noneMatch(StateNews::replaced);
    assertThat(seen).extracting(news -> news.state().index()).isSorted();
  }

  @Test
  void givenAListenerThatIsStuck_whenItGoesOn_thenOneReplacedStandsForWhatItMissed(Vertx vertx) {
    subscribe(vertx, true);
    // Faster than they are published, entries are left out: then the backlog does not grow.
    await()
        .pollInSameThread()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(2))
        .until(
            () -> {
              apply(NewsFeed.CAUGHT_UP);
              return bus.backlog(Topics.STATE) >= NewsFeed.MAX_BACKLOG;
            });
    apply(MANY);
    assertThat(bus.backlog(Topics.STATE)).isLessThan(2 * NewsFeed.MAX_BACKLOG);
    released.countDown();
    await().until(() -> seen.get(seen.size() - 1).state().equals(state));
    assertThat(seen.size()).isLessThan(2 * NewsFeed.MAX_BACKLOG);
    assertThat(seen.get(seen.size() - 1).replaced()).isTrue();
    apply(3);
    await().until(() -> seen.get(seen.size() - 1).state().equals(state));
    assertThat(seen.get(seen.size() - 1).replaced()).isFalse();
    assertThat(seen).extracting(news -> news.state().index()).isSorted();
  }
}
