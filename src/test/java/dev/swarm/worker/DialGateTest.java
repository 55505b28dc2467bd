package dev.swarm.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DialGateTest {
  private static final int PLACES = 8;

  private final Vertx vertx = Vertx.vertx();
  private final ContextInternal context = ((VertxInternal) vertx).createEventLoopContext();
  private final DialGate gate = new DialGate(context.nettyEventLoop(), PLACES);
  private final List<Integer> begun = new CopyOnWriteArrayList<>();
  private final Queue<Promise<String>> open = new ArrayDeque<>();

  @AfterEach
  void close() throws Exception {
    AgentStoreTest.get(vertx.close());
  }

  /** Does something on the gate's event loop, and waits until it is done. */
  private void there(Runnable something) throws Exception {
    Promise<Void> done = Promise.promise();
    context.runOnContext(
        ours -> {
          try {
            something.run();
            done.complete();
          } catch (Throwable wrong) {
            done.fail(wrong);
          }
        });
    AgentStoreTest.get(done.future());
  }

  /** A dial that ends when the test says so. */
  private Future<String> dial(int number) {
    return gate.pass(
        context,
        () -> {
          begun.add(number);
          Promise<String> end = Promise.promise();
          open.add(end);
          return end.future();
        });
  }

  private void dialAll(int count) {
    for (int i = 0; i < count; i++) dial(i);
  }

  @Test
  void whenThereIsAPlace_thenTheDialBeginsAtOnceAndItsEndIsPassedOn() throws Exception {
    there(
        () -> {
          Future<String> dialled = dial(1);
          assertThat(begun).containsExactly(1);
          assertThat(dialled.isComplete()).isFalse();
          open.poll().complete("there");
          assertThat(dialled.result()).isEqualTo("there");
          Future<String> refused = dial(2);
          open.poll().fail("refused");
          assertThat(refused.cause()).hasMessage("refused");
        });
  }

  @Test
  void givenAllPlacesTaken_whenTwoAreLeft_thenThoseThatWaitLongestBegin() throws Exception {
    fillAndLeaveTwo();
  }

  private void fillAndLeaveTwo() throws Exception {
    Promise<List<Integer>> after = Promise.promise();
    there(
        () -> {
          dialAll(PLACES + 3);
          assertThat(begun).hasSize(PLACES);
          open.poll().complete("there");
          open.poll().fail("refused");
          // Behind the turns of those who waited, and long before mute dials lose their places.
          context.runOnContext(next -> after.complete(List.copyOf(begun)));
        });
    assertThat(AgentStoreTest.get(after.future())).hasSize(PLACES + 2).endsWith(PLACES, PLACES + 1);
  }

  @Test
  void givenDialsThatAreNeverAnswered_whenOthersWait_thenTheirTurnComes() throws Exception {
    there(() -> dialAll(10 * PLACES));
    await().until(() -> begun.size() == 10 * PLACES);
    assertThat(begun).isSorted();
  }

  @Test
  void givenDialsThatEndAfterTheyLostTheirPlaces_thenEachPlaceIsLeftOnce() throws Exception {
    there(() -> dialAll(2 * PLACES));
    await().until(() -> begun.size() == 2 * PLACES);
    there(
        () -> {
          open.forEach(end -> end.complete("late"));
          open.clear();
          begun.clear();
        });
    fillAndLeaveTwo();
  }

  @Test
  void whenADialHadToWait_thenItBeginsInItsOwnContext() throws Exception {
    Context other = context.duplicate();
    Promise<Context> begunIn = Promise.promise();
    there(
        () -> {
          dialAll(PLACES);
          gate.pass(
              other,
              () -> {
                begunIn.complete(Vertx.currentContext());
                return Future.succeededFuture();
              });
        });
    assertThat(AgentStoreTest.get(begunIn.future())).isSameAs(other);
  }
}
