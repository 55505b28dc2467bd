package dev.swarm.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.swarm.model.SwarmException;
import org.junit.jupiter.api.Test;

/** How many sessions are opened at once. */
class AdmissionTest {
  private final Admission admission = new Admission();

  @Test
  void givenTheLimitIsReached_thenOthersAreToldWhenToComeAgain() {
    admission.enter(Admission.MAX_OPENING);
    var refused = catchThrowableOfType(SwarmException.class, () -> admission.enter(1));
    assertThat(refused.kind()).isEqualTo(SwarmException.Kind.OVERLOADED);
    assertThat(refused.retryAfterMillis()).isEqualTo(Admission.RETRY_AFTER_MILLIS);
    admission.leave(1);
    admission.enter(1);
  }
}
