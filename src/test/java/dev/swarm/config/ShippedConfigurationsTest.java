package dev.swarm.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands in {@code conf} works, for us and for an editor that knows the schema. */
class ShippedConfigurationsTest {

  static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("conf"))) {
      return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
  }

  private static OutputUnit validated(JsonObject config) {
    var options =
        new JsonSchemaOptions().setDraft(Draft.DRAFT202012).setBaseUri("app://swarm/config");
    return Validator.create(JsonSchema.of(Reference.schema()), options).validate(config);
  }

  @Test
  void thePromisedFilesAreThere() throws IOException {
    assertThat(files())
        .extracting(file -> file.getFileName().toString())
        .contains(
            "manager.json", "manager-1.json", "manager-2.json", "manager-3.json", "worker.json");
  }

  @ParameterizedTest
  @MethodSource("files")
  void whenLoaded_thenItIsValid(Path file) {
    assertThat(ConfigFile.load(file, Map.of(), new Properties())).isNotNull();
  }

  @ParameterizedTest
  @MethodSource("files")
  void whenHeldAgainstTheSchema_thenItIsValid(Path file) throws IOException {
    OutputUnit result = validated(new JsonObject(Files.readString(file)));
    assertThat(result.getValid()).as(() -> String.valueOf(result.getErrors())).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"role\":\"manager\",\"id\":\"m1\",\"cluster\":\"c\",\"dataDir\":\"d\",\"x\":1}",
        "{\"role\":\"manager\",\"id\":\"M1\",\"cluster\":\"c\",\"dataDir\":\"d\"}",
        "{\"role\":\"manager\",\"id\":\"m1\",\"cluster\":\"c\",\"dataDir\":\"d\",\"api\":{\"port\":70000}}",
        "{\"role\":\"worker\",\"id\":\"w1\",\"cluster\":\"c\",\"dataDir\":\"d\",\"managers\":[\"x\"]}"
      })
  void givenSomethingWrong_whenHeldAgainstTheSchema_thenItIsNotValid(String config) {
    assertThat(validated(new JsonObject(config)).getValid()).isFalse();
  }

  @Test
  void theThreeManagersFormOneCluster() {
    List<ManagerConfig> three =
        Stream.of("conf/manager-1.json", "conf/manager-2.json", "conf/manager-3.json")
            .map(file -> ConfigFile.load(Path.of(file), Map.of(), new Properties()))
            .map(ManagerConfig.class::cast)
            .toList();
    assertThat(three).extracting(ManagerConfig::id).containsExactly("m1", "m2", "m3");
    assertThat(three).extracting(ManagerConfig::managers).containsOnly(three.get(0).managers());
    assertThat(three).extracting(ManagerConfig::dataDir).doesNotHaveDuplicates();
  }
}
