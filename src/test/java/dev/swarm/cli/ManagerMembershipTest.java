package dev.swarm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swarm.cli.Cli.Ran;
import dev.swarm.config.ConfigFile;
import dev.swarm.config.ManagerConfig;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Managers added and removed from the command line. */
class ManagerMembershipTest {
  private static final String[] ADD = {
    "manager", "add", "m4", "--api", "h4:7001", "--raft", "h4:7101", "--http", "h4:7201"
  };

  private FakeManager manager;

  @BeforeEach
  void open() throws IOException {
    manager = new FakeManager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private static String record(String id, String state) {
    return new JsonObject()
        .put("id", id)
        .put("api", id + ":7001")
        .put("raft", id + ":7101")
        .put("http", id + ":7201")
        .put("state", state)
        .put("workers", 7)
        .encode();
  }

  private void givenM1AndM2() {
    manager.on(
        "GET /api/v1/managers",
        200,
        "[" + record("m1", "ACTIVE") + "," + record("m2", "ACTIVE") + "]");
    manager.on("GET /api/v1/cluster", 200, "{\"cluster\":\"demo\"}");
  }

  private Ran swarm(String... args) {
    return new Cli(manager).run(args);
  }

  private static String[] with(String[] args, String... more) {
    String[] all = java.util.Arrays.copyOf(args, args.length + more.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    return all;
  }

  @Test
  void givenACluster_whenAManagerIsAdded_thenItsFileCanBeStartedAsItIs(@TempDir Path dir)
      throws IOException {
    givenM1AndM2();
    Path file = dir.resolve("m4.json");
    Ran ran = swarm(with(ADD, "--conf", file.toString()));
    assertThat(ran.exit()).as(ran.err()).isZero();
    assertThat(ran.err()).contains("java -jar swarm.jar -conf " + file);
    ManagerConfig config = (ManagerConfig) ConfigFile.load(file, Map.of(), new Properties());
    assertThat(config.id()).isEqualTo("m4");
    assertThat(config.cluster()).isEqualTo("demo");
    assertThat(config.join()).hasToString("[m1:7001, m2:7001]");
    assertThat(config.raft().listener().advertise()).hasToString("h4:7101");
    assertThat(swarm(ADD).out()).isEqualTo(Files.readString(file));
    Ran again = swarm(with(ADD, "--conf", file.toString()));
    assertThat(again.exit()).isEqualTo(4);
    assertThat(again.err()).contains("is there already");
  }

  @Test
  void givenAMemberOrItsAddress_whenAdded_thenThatIsSaid() {
    givenM1AndM2();
    Ran known = swarm("manager", "add", "m1", "--api", "h:1", "--raft", "h:2", "--http", "h:3");
    assertThat(known.exit()).isEqualTo(4);
    assertThat(known.err()).contains("manager m1 is a member already", "empty data folder");
    Ran taken = swarm("manager", "add", "m4", "--api", "h:1", "--raft", "m2:7101", "--http", "h:3");
    assertThat(taken.exit()).isEqualTo(4);
    assertThat(taken.err()).contains("raft m2:7101 is manager m2's already");
    assertThat(swarm("manager", "add", "m4", "--api", "h", "--raft", "h:2", "--http", "h:3").exit())
        .isEqualTo(2);
    assertThat(
            swarm("manager", "add", "M4", "--api", "h:1", "--raft", "h:2", "--http", "h:3").exit())
        .isEqualTo(2);
  }

  @Test
  void givenItIsToWait_whenTheManagerVotes_thenItEnds_andOtherwiseAtTheLimit() {
    givenM1AndM2();
    manager.on("GET /api/v1/managers/m4", 404, "{\"kind\":\"NOT_FOUND\",\"detail\":\"none\"}");
    manager.on("GET /api/v1/managers/m4", 200, record("m4", "JOINING"));
    manager.on("GET /api/v1/managers/m4", 200, record("m4", "ACTIVE"));
    Ran ran = swarm(with(ADD, "--wait", "30s"));
    assertThat(ran.exit()).as(ran.err()).isZero();
    assertThat(ran.err()).containsSubsequence("not there yet", "JOINING", "manager m4 is ACTIVE");
    manager.on("GET /api/v1/managers/m4", 200, record("m4", "JOINING"));
    assertThat(swarm(with(ADD, "--wait", "1s")).exit()).isZero();
    Ran late = swarm(with(ADD, "--wait", "1s"));
    assertThat(late.exit()).isEqualTo(6);
    assertThat(late.err()).contains("after 1s it is still JOINING");
  }

  @Test
  void givenAManager_whenRemoved_thenItIsAskedFirst_andWaitsUntilItHasLeft() {
    manager.on("GET /api/v1/managers/m2", 200, record("m2", "ACTIVE"));
    manager.on("GET /api/v1/managers/m2", 200, record("m2", "ACTIVE"));
    manager.on("GET /api/v1/managers/m2", 200, record("m2", "LEAVING"));
    manager.on("GET /api/v1/managers/m2", 404, "{\"kind\":\"NOT_FOUND\",\"detail\":\"none\"}");
    manager.on("DELETE /api/v1/managers/m2", 200, record("m2", "LEAVING"));
    Ran unasked = swarm("manager", "rm", "m2");
    assertThat(unasked.exit()).isEqualTo(2);
    assertThat(unasked.err()).contains("its 7 workers go to the others", "--yes");
    Ran ran = swarm("manager", "rm", "m2", "--yes");
    assertThat(ran.exit()).as(ran.err()).isZero();
    assertThat(ran.out()).isEqualTo("m2\n");
    assertThat(ran.err()).contains("LEAVING");
    assertThat(manager.askedFor()).containsOnlyOnce("DELETE /api/v1/managers/m2");
  }

  @Test
  void givenItIsRefused_thenTheReasonIsShown_andForceIsSent() {
    manager.on("GET /api/v1/managers/m2", 200, record("m2", "ACTIVE"));
    manager.refuse("DELETE /api/v1/managers/m2", 409, "CONFLICT", "there would be no quorum");
    manager.on("DELETE /api/v1/managers/m2?force=true", 200, record("m2", "LEAVING"));
    Ran refused = swarm("manager", "rm", "m2", "--yes");
    assertThat(refused.exit()).isEqualTo(4);
    assertThat(refused.err()).contains("there would be no quorum");
    assertThat(swarm("manager", "rm", "m2", "--yes", "--force", "--detach").exit()).isZero();
  }
}
