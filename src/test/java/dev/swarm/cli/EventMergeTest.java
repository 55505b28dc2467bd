package dev.swarm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventMergeTest {
  private final EventMerge merge = new EventMerge();

  private static JsonObject event(String id, String second, String manager) {
    return new JsonObject()
        .put("id", id)
        .put("time", "2026-11-23T11:59:" + second + "Z")
        .put("kind", "any")
        .put("manager", manager);
  }

  @Test
  void givenEventsOfSeveralManagers_thenTheLogIsTheOrderAndTimeOrdersWhatIsBesideIt() {
    JsonObject late = event("0a-10-0", "01", null);
    JsonObject early = event("0a-9-10", "05", null);
    JsonObject earlier = event("0a-9-2", "05", null);
    JsonObject m1 = event("0a-9-m1-1", "03", "m1");
    JsonObject m2 = event("0a-9-2-1", "02", "2");
    assertThat(merge.inOrder(List.of(late, m1, early, m2, earlier, late)))
        .containsExactly(earlier, early, m2, m1, late);
  }

  @Test
  void givenMoreThanIsRemembered_thenTheOldestIsNewAgain() {
    for (int i = 0; i <= EventMerge.MAX_KNOWN; i++) {
      assertThat(merge.isNew(event("0a-" + i + "-0", "01", null))).isTrue();
    }
    assertThat(merge.isNew(event("0a-1-0", "01", null))).isFalse();
    assertThat(merge.isNew(event("0a-0-0", "01", null))).isTrue();
  }
}
