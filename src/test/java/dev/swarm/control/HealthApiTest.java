package dev.swarm.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.swarm.bus.Messages.GuardChanged;
import dev.swarm.bus.Messages.GuardState;
import dev.swarm.bus.Messages.LeaderHeard;
import dev.swarm.bus.Messages.MembershipChanged;
import dev.swarm.bus.Topics;
import dev.swarm.model.Bytes;
import dev.swarm.model.Command;
import dev.swarm.model.Report;
import dev.swarm.model.SessionRef;
import dev.swarm.model.TaskId;
import dev.swarm.model.TaskStatus;
import dev.swarm.model.WorkerId;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HealthApiTest {
  private Door door;

  @BeforeEach
  void open() {
    door = new Door(0).withConsensus();
  }

  @AfterEach
  void close() {
    door.close();
  }

  private static JsonObject check(Door.Reply reply, String id) {
    JsonArray checks = reply.json().getJsonArray("checks");
    return checks.stream()
        .map(JsonObject.class::cast)
        .filter(check -> check.getString("id").equals(id))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void givenNoLeader_whenAsked_thenAliveButNotReady() {
    assertThat(door.get("/health/live").status()).isEqualTo(200);
    assertThat(door.get("/health/live").json().getString("status")).isEqualTo("UP");

    Door.Reply ready = door.get("/health/ready");
    assertThat(ready.status()).isEqualTo(503);
    assertThat(ready.json().getString("status")).isEqualTo("DOWN");
    assertThat(ready.json().fieldNames()).containsExactlyInAnyOrder("status", "checks");
    assertThat(check(ready, "leader-known").getJsonObject("data").getString("reason"))
        .isEqualTo("no leader is known at term 0");
    assertThat(check(ready, "state").getString("status")).isEqualTo("UP");
  }

  @Test
  void givenALeader_whenAskedAndWhenItIsLost_thenReadinessFollows() {
    door.consensus.lead("m2", 3);
    await().until(() -> door.get("/health/ready").status() == 200);
    assertThat(check(door.get("/health/ready"), "leader-known").getJsonObject("data"))
        .isEqualTo(new JsonObject().put("leader", "m2"));

    door.consensus.lead("", 4);
    await().until(() -> door.get("/health/ready").status() == 503);
  }

  @Test
  void givenADispatcherThatHearsNoLeader_whenAsked_thenNotReadyUntilAllHearOneAgain() {
    door.consensus.lead("m2", 3);
    await().until(() -> door.get("/health/ready").status() == 200);

    door.bus.publish(Topics.LEADER_HEARD, new LeaderHeard("a", false));
    door.bus.publish(Topics.LEADER_HEARD, new LeaderHeard("b", false));
    door.bus.publish(Topics.LEADER_HEARD, new LeaderHeard("a", true));

    await().until(() -> door.get("/health/ready").status() == 503);
    assertThat(
            check(door.get("/health/ready"), "leader-heard")
                .getJsonObject("data")
                .getString("reason"))
        .isEqualTo("1 dispatchers hear from no leader: they open no sessions");
    door.bus.publish(Topics.LEADER_HEARD, new LeaderHeard("b", true));
    await().until(() -> door.get("/health/ready").status() == 200);
  }

  @Test
  void givenAManagerThatWaitsToFormACluster_whenAsked_thenNotReadyAndSaysForWhom() {
    door.consensus.lead("m2", 3);
    await().until(() -> door.get("/health/ready").status() == 200);

    door.bus.publish(Topics.MEMBERSHIP, new MembershipChanged("no answer from m3"));
    await().until(() -> door.get("/health/ready").status() == 503);
    JsonObject member = check(door.get("/health/ready"), "member");
    assertThat(member.getString("status")).isEqualTo("DOWN");
    assertThat(member.getJsonObject("data").getString("reason")).isEqualTo("no answer from m3");

    door.bus.publish(Topics.MEMBERSHIP, new MembershipChanged(""));
    await().until(() -> door.get("/health/ready").status() == 200);
  }

  @Test
  void givenARoleThatIsDown_whenAsked_thenNotReadyWithTheReasonUntilItIsUp() {
    door.consensus.lead("m2", 3);
    await().until(() -> door.get("/health/ready").status() == 200);

    door.bus.publish(Topics.GUARD, new GuardChanged(GuardState.DOWN, "0 of 64 MiB are free"));
    await().until(() -> door.get("/health/ready").status() == 503);
    assertThat(role().getString("status")).isEqualTo("DOWN");
    assertThat(role().getJsonObject("data").getString("reason")).isEqualTo("0 of 64 MiB are free");

    door.bus.publish(Topics.GUARD, new GuardChanged(GuardState.NO_PROPOSALS, "too full"));
    await().until(() -> door.get("/health/ready").status() == 200);
    assertThat(role().getJsonObject("data").getString("reason")).isEqualTo("too full");
  }

  private JsonObject role() {
    return check(door.get("/health/ready"), "role");
  }

  @Test
  void givenNobodyWhoHoldsTheState_whenAsked_thenNotReady() {
    door.consensus.lead("m2", 3);
    await().until(() -> door.get("/health/ready").status() == 200);

    door.loseConsensus();

    Door.Reply ready = door.get("/health/ready");
    assertThat(ready.status()).isEqualTo(503);
    assertThat(check(ready, "state").getString("status")).isEqualTo("DOWN");
    assertThat(check(ready, "leader-known").getString("status")).isEqualTo("UP");
  }

  @Test
  void givenADoorBeforeItsState_whenAsked_thenItSaysSoUntilTheStateIsThere() {
    try (Door early = new Door(0)) {
      assertThat(early.get("/api/v1/workers").status()).isEqualTo(503);
      assertThat(early.get("/api/v1/workers").json().getString("detail"))
          .isEqualTo("this manager has not loaded its state yet");
      assertThat(early.get("/health/live").status()).isEqualTo(200);
      assertThat(early.get("/metrics").status()).isEqualTo(200);

      early.withConsensus();
      await().until(() -> early.get("/api/v1/workers").status() == 200);
    }
  }

  @Test
  void givenAState_whenScraped_thenTheGaugesShowIt() {
    door.begun();
    door.join("w1", Map.of());
    door.submit("{\"key\":\"a\"}");

    Door.Reply metrics = door.get("/metrics");

    assertThat(metrics.header("Content-Type")).startsWith("text/plain; version=0.0.4");
    assertThat(metrics.text().lines())
        .contains(
            "swarm_workers{state=\"up\"} 1.0",
            "swarm_workers{state=\"unknown\"} 0.0",
            "swarm_workers{state=\"down\"} 0.0",
            "swarm_tasks{status=\"pending\"} 1.0",
            "swarm_tasks{status=\"complete\"} 0.0",
            "swarm_settings_version 1.0",
            "swarm_heartbeat_period_seconds 5.0",
            "# HELP swarm_workers Workers by what the leader thinks of them",
            "# HELP swarm_tasks Tasks held, by status");
  }

  @Test
  void givenATaskThatStarts_whenWeLead_thenItsDeliveryCountsOnce() {
    door.begun();
    door.join("w1", Map.of());
    start("a");
    assertThat(deliveries()).isEqualTo(1);
    assertThat(door.meters.get("swarm.task.delivery").timer().totalTime(TimeUnit.MILLISECONDS))
        .isEqualTo(300);

    door.consensus.lead("m2", 4);
    await().until(() -> door.get("/health/ready").text().contains("m2"));
    start("b");
    assertThat(deliveries()).as("another leads, and counts").isEqualTo(1);
  }

  private long deliveries() {
    return door.meters.get("swarm.task.delivery").timer().count();
  }

  private void start(String key) {
    WorkerId w1 = new WorkerId("w1");
    TaskId id = TaskReader.idOf(key);
    door.submit(new JsonObject().put("key", key).put("worker", "w1").encode());
    door.apply(
        new Command.ReportTasks(
            List.of(
                new Report(
                    new SessionRef(w1, 1),
                    id,
                    1,
                    TaskStatus.RUNNING,
                    "",
                    Bytes.EMPTY,
                    Door.NOW_MILLIS + 300))));
  }

  @Test
  void givenARegistryThatOutlivesTheDoor_whenClosed_thenTheGaugesAreGone() {
    assertThat(door.meters.getMeters()).isNotEmpty();

    Door.get(door.vertx.undeploy(door.controlDeployment));

    assertThat(door.meters.getMeters()).isEmpty();
  }
}
