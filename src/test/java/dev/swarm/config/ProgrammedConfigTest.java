package dev.swarm.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Configurations that a host application makes, and ports that are chosen at the start. */
class ProgrammedConfigTest {
  private final AtomicInteger nextFree = new AtomicInteger(9_001);

  private static JsonObject alone() {
    return new JsonObject().put("id", "m1").put("cluster", "demo").put("dataDir", "d");
  }

  private static JsonObject port(int port) {
    return new JsonObject().put("port", port);
  }

  private ManagerConfig started(JsonObject json) {
    return ManagerConfig.of(json).withFreePorts(host -> nextFree.getAndIncrement());
  }

  @Test
  void givenNoRole_whenRead_thenTheTypeSaysIt() {
    JsonObject worker = alone().put("managers", new JsonArray().add("h:7001"));
    assertThat(WorkerConfig.of(worker).managers()).containsExactly(new Address("h", 7_001));
    assertThat(worker.fieldNames()).doesNotContain("role");
    assertThat(ManagerConfig.of(alone()).http().port()).isEqualTo(7_201);
  }

  @Test
  void givenTheOtherRoleOrAnUnknownKey_whenRead_thenItIsRefused() {
    assertThatThrownBy(() -> ManagerConfig.of(alone().put("role", "worker")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("'worker' must be manager");
    assertThatThrownBy(() -> ManagerConfig.of(alone().put("rol", "manager")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("rol: unknown key");
  }

  @Test
  void givenPort0_whenStarted_thenOthersAreToldThePortThatWasChosen() {
    ManagerConfig started = started(alone().put("api", port(0)).put("http", port(0)));
    assertThat(started.api()).isEqualTo(Listener.at("127.0.0.1", 9_001));
    assertThat(started.http()).isEqualTo(Listener.at("127.0.0.1", 9_002));
    assertThat(started.raft().listener().port()).isEqualTo(7_101);
    assertThat(started.managers())
        .containsExactly(
            new ManagerEntry(
                "m1",
                new Address("127.0.0.1", 9_001),
                new Address("127.0.0.1", 7_101),
                new Address("127.0.0.1", 9_002)));
  }

  @Test
  void givenAHostToAdvertise_whenStartedOnPort0_thenItGetsThatPortToo() {
    JsonObject api = port(0).put("host", "0.0.0.0").put("advertise", "public.example");
    Listener started = started(alone().put("api", api)).api();
    assertThat(started.listen()).isEqualTo(new Address("0.0.0.0", 9_001));
    assertThat(started.advertise()).isEqualTo(new Address("public.example", 9_001));
  }

  @Test
  void givenFixedPorts_whenStarted_thenNothingChanges() {
    ManagerConfig fixed = ManagerConfig.of(alone());
    assertThat(fixed.withFreePorts(host -> nextFree.getAndIncrement())).isSameAs(fixed);
  }
}
