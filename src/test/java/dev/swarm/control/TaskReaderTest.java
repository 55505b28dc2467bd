package dev.swarm.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swarm.model.TaskSpec;
import dev.swarm.model.TimeSource;
import io.vertx.core.json.JsonObject;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TaskReaderTest {
  private final TaskReader reader =
      new TaskReader(new Random(1), new TimeSource(() -> 0, () -> 1_000));

  private TaskSpec read(String json) {
    return reader.read(new JsonObject(json));
  }

  private String payload(String json) {
    return new String(read(json).payload().array(), java.nio.charset.StandardCharsets.UTF_8);
  }

  @Test
  void givenAKey_whenRead_thenTheIdIsItsHash() {
    // printf k1 | sha256sum
    assertThat(read("{\"key\":\"k1\"}").id().value()).isEqualTo("t-6ab9f1eb8f7d3388f4f9");
    assertThat(read("{\"key\":\"k1\"}").key()).isEqualTo("k1");
  }

  @Test
  void givenPayloadsOfEachForm_whenRead_thenTheExecutorGetsTheseBytes() {
    assertThat(payload("{\"payload\":{\"command\":[\"wc\",\"-c\"],\"n\":1}}"))
        .isEqualTo("{\"command\":[\"wc\",\"-c\"],\"n\":1}");
    assertThat(payload("{\"payload\":[1, 2]}")).isEqualTo("[1,2]");
    assertThat(payload("{\"payload\":\"grüß\"}")).isEqualTo("grüß");
    assertThat(read("{\"payloadBase64\":\"AP8=\"}").payload().array())
        .containsExactly(0, (byte) 0xff);
    assertThat(read("{}").payload().size()).isZero();
  }

  @Test
  void givenNothingButBraces_whenRead_thenTheDefaultsHold() {
    TaskSpec spec = read("{}");

    assertThat(spec.kind()).isEqualTo("process");
    assertThat(spec.name()).isEqualTo("process");
    assertThat(spec.pinned()).isNull();
    assertThat(spec.maxAttempts()).isEqualTo(TaskSpec.DEFAULT_ATTEMPTS);
    assertThat(spec.submittedMillis()).isEqualTo(1_000);
    assertThat(spec.key()).matches("[0-9a-f]{32}").isNotEqualTo(read("{}").key());
  }
}
