package dev.swarm.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The code, the schema and the reference say the same of every key. */
class SchemaTest {
  private static final Map<String, String> COMPLETE =
      Map.of(
          "manager",
          "{\"role\":\"manager\",\"id\":\"m1\",\"cluster\":\"c\",\"dataDir\":\"d\",\"managers\":"
              + "[{\"id\":\"m1\",\"api\":\"127.0.0.1:7001\",\"raft\":\"127.0.0.1:7101\","
              + "\"http\":\"127.0.0.1:7201\"}]}",
          "worker",
          "{\"role\":\"worker\",\"id\":\"w1\",\"cluster\":\"c\",\"dataDir\":\"d\","
              + "\"managers\":[\"h:1\"]}");

  /** Every key that the code asks for → what it says of it. */
  private static Map<String, String> askedFor(String role) {
    var text = JsonText.parse("f", COMPLETE.get(role).getBytes(StandardCharsets.UTF_8));
    var reading = new Reading(text, new Overrides(Map.of(), new Properties()));
    ConfigFile.read(reading);
    var keys = new TreeMap<String, String>();
    reading.keys().forEach((path, key) -> keys.put(path, said(key.preset(), key.range())));
    keys.put("role", said("required", ""));
    return keys;
  }

  private static String said(String preset, String range) {
    return "default " + (preset == null ? "" : preset) + ", range " + range;
  }

  @ParameterizedTest
  @ValueSource(strings = {"manager", "worker"})
  void givenARole_thenSchemaAndCodeHaveTheSameKeysDefaultsAndRanges(String role) {
    var inSchema = new TreeMap<String, String>();
    Reference.keys(role)
        .forEach(
            (path, key) -> inSchema.put(path, said(Reference.preset(key), Reference.range(key))));
    inSchema.remove("$schema");
    assertThat(inSchema).isEqualTo(askedFor(role));
  }

  @ParameterizedTest
  @ValueSource(strings = {"manager", "worker"})
  void givenARole_thenTheReferenceHasTheTableOfTheSchema(String role) throws IOException {
    String begin = "<!-- " + role + " keys: made from config-schema.json -->\n";
    String end = "<!-- end of " + role + " keys -->";
    String document = Files.readString(Reference.DOCUMENT);
    int from = document.indexOf(begin) + begin.length();
    int to = document.indexOf(end);
    assertThat(document).contains(begin, end);
    if (Boolean.getBoolean("swarm.docs.write")) {
      Files.writeString(
          Reference.DOCUMENT,
          document.substring(0, from) + Reference.table(role) + document.substring(to));
    } else {
      assertThat(document.substring(from, to))
          .as("mvn test -Dtest=SchemaTest -Dswarm.docs.write=true writes it")
          .isEqualTo(Reference.table(role));
    }
  }

  @Test
  void givenAnyObjectOfTheSchema_thenItAllowsNothingUnknownAndEveryKeyIsDescribed() {
    for (String role : COMPLETE.keySet()) {
      JsonObject root = Reference.schema().getJsonObject("$defs").getJsonObject(role);
      assertThat(root.getBoolean("additionalProperties")).isFalse();
      Reference.keys(role)
          .forEach(
              (path, key) -> {
                assertThat(key.getString("description")).as(path).isNotBlank();
                if (key.containsKey("properties")) {
                  assertThat(key.getBoolean("additionalProperties")).as(path).isFalse();
                }
              });
    }
  }
}
