package dev.swarm.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swarm.model.SwarmException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import org.junit.jupiter.api.Test;

class GateTest {
  private final Gate gate = new Gate("guests", 2);

  @Test
  void givenAFullGate_whenAnotherComes_thenItIsToldToComeAgain() {
    Promise<String> first = Promise.promise();
    Promise<String> second = Promise.promise();
    gate.pass(first::future);
    gate.pass(second::future);

    Future<String> third = gate.pass(() -> Future.succeededFuture("in"));
    assertThat(third.cause())
        .isInstanceOfSatisfying(
            SwarmException.class,
            full -> {
              assertThat(full.kind()).isEqualTo(SwarmException.Kind.OVERLOADED);
              assertThat(full.retryAfterMillis()).isPositive();
            });

    first.fail("gone");
    assertThat(gate.pass(() -> Future.succeededFuture("in")).result()).isEqualTo("in");
  }

  @Test
  void givenOneThatIsTurnedAwayInside_whenItIsGone_thenItsPlaceIsFree() {
    for (int i = 0; i < 3; i++) {
      Future<String> refused =
          gate.pass(
              () -> {
                throw SwarmException.badRequest("no");
              });
      assertThat(refused.cause()).hasMessage("no");
    }
  }
}
