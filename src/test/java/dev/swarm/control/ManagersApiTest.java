package dev.swarm.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.swarm.bus.Endpoints;
import dev.swarm.model.Command;
import dev.swarm.model.ManagerState;
import dev.swarm.model.SwarmException;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ManagersApiTest {
  private final AtomicInteger questions = new AtomicInteger();
  private Door door;

  @BeforeEach
  void open() {
    door = Door.open();
  }

  @AfterEach
  void close() {
    door.close();
  }

  /** Another manager, of which there is only what it says of itself. */
  private void serve(String id, JsonObject self) {
    HttpServer server =
        door.vertx
            .createHttpServer()
            .requestHandler(
                request -> {
                  questions.incrementAndGet();
                  if (self != null) request.response().end(self.toBuffer());
                });
    Door.get(server.listen(0, "127.0.0.1"));
    door.apply(new Command.PutManager(Door.manager(id, server.actualPort())));
  }

  private static JsonObject self(String id, String cluster) {
    return new SelfView(id, cluster, 3, "m1", 17, "1.2.4").toJson();
  }

  @Test
  void givenManagers_whenListed_thenEachSpeaksForItself() {
    serve("m2", self("m2", "demo"));
    door.join("w1", Map.of());

    var managers = door.get("/api/v1/managers").array();

    assertThat(managers.getJsonObject(0))
        .isEqualTo(
            new JsonObject()
                .put("id", "m1")
                .put("api", "m1:7001")
                .put("raft", "m1:7101")
                .put("http", "127.0.0.1:" + door.control.port())
                .put("weight", 100)
                .put("state", "ACTIVE")
                .put("leader", true)
                .put("reachable", true)
                .put("workers", 1)
                .put("term", 3)
                .put("appliedIndex", door.consensus.state().index())
                .put("version", "1.2.3"));
    JsonObject other = managers.getJsonObject(1);
    assertThat(other.getBoolean("reachable")).isTrue();
    assertThat(other.getBoolean("leader")).isFalse();
    assertThat(other.getInteger("workers")).isZero();
    assertThat(other.getLong("appliedIndex")).isEqualTo(17);
    assertThat(other.getString("version")).isEqualTo("1.2.4");
    assertThat(door.get("/api/v1/managers/m2").json()).isEqualTo(other);
    assertThat(door.get("/api/v1/managers/m9").status()).isEqualTo(404);
  }

  @Test
  void givenAManager_whenWeighted_thenTheWeightIsCommittedAndShown() {
    serve("m2", self("m2", "demo"));

    var answer = door.put("/api/v1/managers/m2/weight", "{\"weight\":50}");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().getInteger("weight")).isEqualTo(50);
    assertThat(door.consensus.state().managers().get("m2").weight()).isEqualTo(50);
    assertThat(door.consensus.state().managers().get("m1").weight()).isEqualTo(100);
  }

  @Test
  void givenWeightsThatAreNone_whenGiven_thenEachIsRefusedWithTheReasonAndNothingIsCommitted() {
    for (String wrong : List.of("-1", "10001")) {
      String reason = "weight " + wrong + " is outside 0..10000";
      assertThat(weightRefused("m1", wrong, 400)).isEqualTo(reason);
    }
    for (String wrong : List.of("1.5", "\"50\"", "null")) {
      String reason =
          "weight: " + wrong.replace("\"", "") + " is not a whole number from 0 to 10000";
      assertThat(weightRefused("m1", wrong, 400)).isEqualTo(reason);
    }
    assertThat(door.put("/api/v1/managers/m1/weight", "{\"wieght\":1}").text()).contains("wieght");
    assertThat(weightRefused("m9", "1", 404)).isEqualTo("no manager m9");

    assertThat(door.consensus.state().managers().get("m1").weight()).isEqualTo(100);
  }

  private String weightRefused(String manager, String weight, int status) {
    String path = "/api/v1/managers/" + manager + "/weight";
    Door.Reply refused = door.put(path, "{\"weight\":" + weight + "}");
    assertThat(refused.status()).as(weight).isEqualTo(status);
    return refused.json().getString("detail");
  }

  @Test
  void givenThree_whenOneIsRemoved_thenItIsLeaving_unlessTheOthersWouldHaveNoQuorum() {
    serve("m2", self("m2", "demo"));
    door.apply(new Command.PutManager(Door.manager("m3", 1)));

    var refused = door.delete("/api/v1/managers/m2");
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.text())
        .contains("without manager m2 there would be no quorum: of [m1, m3] only 1 can be reached");
    assertThat(door.delete("/api/v1/managers/m9").status()).isEqualTo(404);
    assertThat(door.delete("/api/v1/managers/m3?force=yes").status()).isEqualTo(400);
    assertThat(door.delete("/api/v1/managers/m3?now=true").status()).isEqualTo(400);

    var removed = door.delete("/api/v1/managers/m3");
    assertThat(removed.status()).isEqualTo(200);
    assertThat(removed.json().getString("state")).isEqualTo("LEAVING");
    assertThat(door.consensus.state().managers().get("m3").state()).isEqualTo(ManagerState.LEAVING);

    assertThat(door.delete("/api/v1/managers/m2?force=true").status()).isEqualTo(200);
    var last = door.delete("/api/v1/managers/m1?force=true");
    assertThat(last.status()).isEqualTo(409);
    assertThat(last.text()).contains("manager m1 is the last one");
  }

  @Test
  void givenASilentADeadAndAForeignManager_whenListed_thenNoneOfThemIsReachable() {
    serve("m2", null);
    serve("m3", self("m3", "another"));
    serve("m4", self("m5", "demo"));
    door.apply(new Command.PutManager(Door.manager("m5", 1)));

    JsonObject cluster = door.get("/api/v1/cluster").json();

    assertThat(cluster.getJsonObject("managers"))
        .isEqualTo(new JsonObject().put("total", 5).put("reachable", 1).put("quorum", 3));
    JsonObject silent = door.get("/api/v1/managers/m2").json();
    assertThat(silent.getBoolean("reachable")).isFalse();
    assertThat(silent.getValue("term")).isNull();
    assertThat(silent.getValue("version")).isNull();
  }

  private String stateOf(String manager) {
    return door.get("/api/v1/managers/" + manager).json().getString("state");
  }

  @Test
  void givenTwoManagers_whenOneIsDrained_thenItGivesUpAndIsActivatedAgain() {
    serve("m2", self("m2", "demo"));
    Door.Reply drained = door.post("/api/v1/managers/m2/drain", "{}");
    assertThat(drained.status()).isEqualTo(200);
    assertThat(drained.json().getString("state")).isEqualTo("DRAINING");
    assertThat(drained.json().getInteger("weight")).as("what was set").isEqualTo(100);
    Door.Reply last = door.post("/api/v1/managers/m1/drain", "{\"leave\":true}");
    assertThat(last.status()).isEqualTo(409);
    assertThat(last.json().getString("detail")).contains("no other manager takes workers");
    assertThat(door.post("/api/v1/managers/m2/drain", "{\"leave\":true}").json().getString("state"))
        .isEqualTo("RETIRING");
    assertThat(door.post("/api/v1/managers/m2/activate", "{}").json().getString("state"))
        .isEqualTo("ACTIVE");
  }

  @Test
  void givenAManagerThatIsGone_whenAnotherIsToLeave_thenThatIsRefusedButADrainIsNot() {
    serve("m2", self("m2", "demo"));
    door.apply(new Command.PutManager(Door.manager("m3", 1)));
    Door.Reply refused = door.post("/api/v1/managers/m2/drain", "{\"leave\":true}");
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.json().getString("detail")).contains("there would be no quorum");
    assertThat(stateOf("m2")).isEqualTo("ACTIVE");
    assertThat(door.post("/api/v1/managers/m2/drain", "{}").status()).isEqualTo(200);
  }

  @Test
  void givenAWrongWish_whenDrainedActivatedOrPromoted_thenItIsRefusedWithTheReason() {
    for (String verb : List.of("drain", "activate", "promote")) {
      String path = "/api/v1/managers/m9/" + verb;
      Door.Reply nobody = door.post(path, "{}");
      assertThat(nobody.status()).as(path).isEqualTo(404);
      assertThat(nobody.json().getString("detail")).isEqualTo("no manager m9");
      Door.Reply unknown = door.post("/api/v1/managers/m1/" + verb, "{\"leaf\":true}");
      assertThat(unknown.status()).isEqualTo(400);
      assertThat(unknown.json().getString("detail")).contains("leaf");
    }
    Door.Reply nobodyLeaves = door.post("/api/v1/managers/m9/drain", "{\"leave\":true}");
    assertThat(nobodyLeaves.status()).isEqualTo(404);
    assertThat(nobodyLeaves.json().getString("detail")).isEqualTo("no manager m9");
    Door.Reply number = door.post("/api/v1/managers/m1/drain", "{\"leave\":1}");
    assertThat(number.status()).isEqualTo(400);
    assertThat(number.json().getString("detail")).isEqualTo("leave: 1 is neither true nor false");
    assertThat(stateOf("m1")).isEqualTo("ACTIVE");
  }

  @Test
  void givenAManagerThatGivesItsWorkersUp_whenPromoted_thenItIsRefused() {
    serve("m2", self("m2", "demo"));
    assertThat(door.post("/api/v1/managers/m2/drain", "{}").status()).isEqualTo(200);
    Door.Reply refused = door.post("/api/v1/managers/m2/promote", "{}");
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.json().getString("detail")).contains("DRAINING", "activate it first");
  }

  @Test
  void givenALeaderWhoseAnswerIsLost_whenAnotherIsPromoted_thenWhoLeadsTells() {
    serve("m2", self("m2", "demo"));
    Door.get(
        door.bus.serve(
            Endpoints.PROMOTE,
            asked -> {
              door.consensus.lead(asked.manager(), 4);
              return Future.failedFuture(
                  new SwarmException(SwarmException.Kind.NO_LEADER, "link to the leader lost"));
            }));
    Door.Reply promoted = door.post("/api/v1/managers/m2/promote", "{}");
    assertThat(promoted.status()).isEqualTo(200);
    assertThat(promoted.json().getBoolean("leader")).isTrue();
  }

  @Test
  void givenAManagerThatDoesNotTakeOver_whenPromoted_thenThatIsSaid() {
    serve("m2", self("m2", "demo"));
    Door.get(
        door.bus.serve(
            Endpoints.PROMOTE,
            asked ->
                Future.failedFuture(
                    new SwarmException(SwarmException.Kind.CONFLICT, "m2 does not take over"))));
    Door.Reply promoted = door.post("/api/v1/managers/m2/promote", "{}");
    assertThat(promoted.status()).isEqualTo(409);
    assertThat(promoted.json().getString("detail")).isEqualTo("m2 does not take over");
  }

  @Test
  void givenManyWhoAsk_whenWithinASecond_thenTheOthersAreAskedOnce() {
    serve("m2", self("m2", "demo"));
    await().until(() -> door.get("/api/v1/managers/m2").json().getBoolean("reachable"));
    int before = questions.get();

    door.get("/api/v1/managers");
    door.get("/api/v1/cluster");

    assertThat(questions.get() - before).isLessThanOrEqualTo(1);
    await().until(() -> door.get("/api/v1/managers").status() == 200 && questions.get() > before);
  }

  @Test
  void givenACluster_whenAsked_thenItHasTheShapeOfTheInterface() {
    door.join("w1", Map.of());
    door.join("w2", Map.of());
    door.submit("{\"key\":\"a\"}");

    JsonObject cluster = door.get("/api/v1/cluster").json();

    assertThat(cluster.getString("cluster")).isEqualTo("demo");
    assertThat(cluster.getString("leader")).isEqualTo("m1");
    assertThat(cluster.getLong("term")).isEqualTo(3);
    assertThat(cluster.getLong("epoch")).isEqualTo(1);
    assertThat(cluster.getJsonObject("workers"))
        .isEqualTo(new JsonObject().put("up", 2).put("unknown", 0).put("down", 0));
    assertThat(cluster.getJsonObject("tasks").getMap())
        .containsEntry("pending", 1)
        .containsEntry("complete", 0)
        .hasSize(8);
    assertThat(cluster.getJsonObject("heartbeat"))
        .isEqualTo(
            new JsonObject()
                .put("periodMillis", 5_000)
                .put("agreedPeriodMillis", 5_000)
                .put("maxPerSecond", 0)
                .put("perSecond", 0.4));
    assertThat(cluster.getString("digest"))
        .isEqualTo(Long.toHexString(door.consensus.state().digest()));
  }

  @Test
  void givenAnElection_whenAsked_thenNobodyLeads() {
    door.consensus.lead("", 4);

    await().until(() -> door.get("/api/v1/cluster").json().getLong("term") == 4);
    assertThat(door.get("/api/v1/cluster").json().getValue("leader")).isNull();
    assertThat(door.get("/api/v1/managers/m1").json().getBoolean("leader")).isFalse();
  }
}
