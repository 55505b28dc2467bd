package dev.swarm.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PortionsTest {
  private static final int PORTION = 3;

  private final Vertx vertx = Vertx.vertx();
  private final List<Integer> done = new CopyOnWriteArrayList<>();
  private final Portions<Integer> portions = new Portions<>(vertx, PORTION, this::act);

  @AfterEach
  void close() {
    vertx.close().await();
  }

  /** Odd ones need nothing done. */
  private boolean act(int number) {
    if (number % 2 != 0) return false;
    done.add(number);
    return true;
  }

  private static List<Integer> evens(int below) {
    return numbers(below).stream().filter(number -> number % 2 == 0).toList();
  }

  private static List<Integer> numbers(int below) {
    return IntStream.range(0, below).boxed().toList();
  }

  private <T> T onLoop(Callable<T> work) {
    Promise<T> result = Promise.promise();
    vertx.runOnContext(
        turn -> {
          try {
            result.complete(work.call());
          } catch (Exception failure) {
            result.fail(failure);
          }
        });
    return result.future().await();
  }

  private void awaitDone(int below) {
    await().atMost(Duration.ofSeconds(5)).until(() -> done.size() >= evens(below).size());
    assertThat(done).isEqualTo(evens(below));
  }

  @Test
  void whenFewAreAdded_thenTheyAreDoneAtOnce() {
    List<Integer> atOnce =
        onLoop(
            () -> {
              portions.add(numbers(6));
              return List.copyOf(done);
            });
    assertThat(atOnce).isEqualTo(evens(6));
  }

  @Test
  void whenManyAreAdded_thenTimersHaveTheirTurnsInBetween() {
    List<Integer> seen = new CopyOnWriteArrayList<>();
    List<Integer> atOnce =
        onLoop(
            () -> {
              portions.add(numbers(100));
              vertx.setTimer(1, fired -> seen.add(done.size()));
              return List.copyOf(done);
            });
    assertThat(atOnce).hasSize(PORTION);
    awaitDone(100);
    await().atMost(Duration.ofSeconds(5)).until(() -> !seen.isEmpty());
    assertThat(seen.get(0)).isLessThan(evens(100).size());
  }

  @Test
  void whenMoreAreAddedInTheSameTurn_thenTheyWaitForTheNext() {
    List<Integer> atOnce =
        onLoop(
            () -> {
              portions.add(numbers(2));
              portions.add(numbers(10));
              return List.copyOf(done);
            });
    assertThat(atOnce).hasSize(1);
    await().atMost(Duration.ofSeconds(5)).until(() -> done.size() == 6);
    assertThat(done).containsExactly(0, 0, 2, 4, 6, 8);
  }

  @Test
  void whenStopped_thenNothingMoreIsDone() {
    onLoop(
        () -> {
          portions.add(numbers(100));
          portions.stop();
          return null;
        });
    onLoop(
            () -> {
              Promise<Void> later = Promise.promise();
              vertx.setTimer(20, fired -> later.complete());
              return later.future();
            })
        .await();
    assertThat(done).hasSize(PORTION);
  }
}
