package dev.swarm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swarm.codec.LogCodec;
import dev.swarm.codec.Sha256;
import dev.swarm.consensus.OfflineManager;
import dev.swarm.model.ClusterInfo;
import dev.swarm.model.ClusterState;
import dev.swarm.model.Command;
import dev.swarm.model.Settings;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotCommandTest {
  private static final String PATH = "GET /api/v1/snapshot";

  @TempDir Path folder;
  private final FakeManager manager = new FakeManager();
  private final Cli cli = new Cli(manager);
  private final byte[] bytes = bytes();

  SnapshotCommandTest() throws IOException {}

  @AfterEach
  void close() {
    manager.close();
  }

  private static byte[] bytes() throws IOException {
    ClusterState state =
        ClusterState.EMPTY
            .apply(
                9,
                List.of(
                    new Command.BeginCluster(
                        new ClusterInfo("demo", 255), Settings.DEFAULT, List.of()),
                    new Command.BeginEpoch(4, "m1", 1)))
            .state();
    var out = new ByteArrayOutputStream();
    LogCodec.writeSnapshot(state, out);
    return out.toByteArray();
  }

  private static String digest(byte[] of) {
    return "sha-256=:" + Base64.getEncoder().encodeToString(Sha256.of(of)) + ":";
  }

  private Path saved() throws IOException {
    return Files.write(folder.resolve("s"), bytes);
  }

  private Path conf(String cluster) throws IOException {
    JsonObject conf =
        new JsonObject(Files.readString(Path.of("conf/manager.json")))
            .put("cluster", cluster)
            .put("dataDir", folder.resolve("data").toString());
    return Files.writeString(folder.resolve("m.json"), conf.encode());
  }

  private List<String> files() throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void givenASnapshot_whenSaved_thenTheFileIsReplacedAndShown() throws IOException {
    Files.writeString(folder.resolve("s"), "an older one");
    manager.on(PATH, 200, bytes, digest(bytes));
    Cli.Ran ran = cli.run("snapshot", "save", folder.resolve("s").toString());
    assertThat(ran.exit()).as(ran.err()).isZero();
    assertThat(ran.out()).contains("cluster      demo", "index        9", "term         4");
    assertThat(ran.err()).isEqualTo("saved from " + manager.endpoint() + "\n");
    assertThat(folder.resolve("s")).hasBinaryContent(bytes);
    assertThat(files()).containsExactly("s");
  }

  @Test
  void givenBytesThatAreNotWhatWasSent_whenSaved_thenTheOlderFileStays() throws IOException {
    Files.writeString(folder.resolve("s"), "an older one");
    byte[] flipped = bytes.clone();
    flipped[flipped.length / 2] ^= 1;
    manager.on(PATH, 200, flipped, digest(bytes));
    Cli.Ran ran = cli.run("snapshot", "save", folder.resolve("s").toString());
    assertThat(ran.exit()).isEqualTo(1);
    assertThat(folder.resolve("s")).hasContent("an older one");
    assertThat(files()).containsExactly("s");
    manager.on(PATH, 200, bytes, digest(flipped));
    cli.run("snapshot", "save", folder.resolve("s").toString());
    assertThat(cli.run("snapshot", "save", folder.resolve("s").toString()).err())
        .contains("is not what " + manager.endpoint() + " sent");
    assertThat(folder.resolve("s")).hasContent("an older one");
  }

  @Test
  void givenNoSuchFolder_whenSaved_thenThatIsSaidAndNotTheManagerBlamed() {
    manager.on(PATH, 200, bytes, digest(bytes));
    Cli.Ran ran = cli.run("snapshot", "save", folder.resolve("no/s").toString());
    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.err()).contains("cannot write", "NoSuchFileException");
  }

  @Test
  void givenASnapshot_whenInspected_thenMachinesReadTheSame() throws IOException {
    Cli.Ran ran = cli.run("snapshot", "inspect", saved().toString(), "-o", "json");
    JsonObject facts = new JsonObject(ran.out());
    assertThat(facts.getString("incarnation")).isEqualTo("00000000000000ff");
    assertThat(facts.getLong("index")).isEqualTo(9);
    assertThat(facts.getInteger("version"))
        .isEqualTo(LogCodec.snapshotVersion(new ByteArrayInputStream(bytes)))
        .isPositive();
    assertThat(facts.getLong("bytes")).isEqualTo(bytes.length);
    assertThat(facts.getJsonObject("workers"))
        .isEqualTo(new JsonObject("{\"up\":0,\"unknown\":0,\"down\":0}"));
  }

  @Test
  void givenADamagedFile_whenInspectedOrRestored_thenItIsRefusedAndNothingIsTouched()
      throws IOException {
    for (int cut : new int[] {0, 1, bytes.length / 2, bytes.length - 1}) {
      Files.write(folder.resolve("s"), java.util.Arrays.copyOf(bytes, cut));
      Cli.Ran ran = cli.run("snapshot", "inspect", folder.resolve("s").toString());
      assertThat(ran.exit()).isEqualTo(1);
      assertThat(ran.err()).contains("is no snapshot that can be used");
    }
    Cli.Ran restore = restore(folder.resolve("s"), "demo");
    assertThat(restore.exit()).isEqualTo(1);
    assertThat(folder.resolve("data")).doesNotExist();
    assertThat(cli.run("snapshot", "inspect", folder.resolve("none").toString()).exit())
        .isEqualTo(3);
  }

  private Cli.Ran restore(Path file, String cluster, String... more) throws IOException {
    var args = new java.util.ArrayList<>(List.of("snapshot", "restore", file.toString()));
    args.addAll(List.of("-conf", conf(cluster).toString()));
    args.addAll(List.of(more));
    return cli.run(args.toArray(String[]::new));
  }

  @Test
  void givenASnapshotOfAnotherCluster_whenRestored_thenItIsRefused() throws IOException {
    Cli.Ran ran = restore(saved(), "other");
    assertThat(ran.exit()).isEqualTo(4);
    assertThat(ran.err()).contains("is of cluster 'demo', not of other");
    assertThat(folder.resolve("data")).doesNotExist();
  }

  @Test
  void givenAFolderInUse_whenRestored_thenItIsRefused() throws IOException {
    try (OfflineManager running = OfflineManager.open(folder.resolve("data"), "demo", "m1")) {
      assertThat(running.hasData()).isFalse();
      Cli.Ran ran = restore(saved(), "demo", "--force");
      assertThat(ran.exit()).isEqualTo(4);
      assertThat(ran.err()).contains("in use by another manager");
    }
  }

  @Test
  void givenABareFolder_whenRestored_thenItSaysFromWhereItBegins() throws IOException {
    Cli.Ran ran = restore(saved(), "demo");
    assertThat(ran).isEqualTo(new Cli.Ran(0, "manager m1 begins from index 9 when started\n", ""));
    assertThat(restore(saved(), "demo").exit()).as("once more").isZero();
  }

  @Test
  void givenNothingToRecoverFrom_whenRecovered_thenItIsRefused() throws IOException {
    Cli.Ran ran =
        cli.run("manager", "recover", "--force", "--yes", "-conf", conf("demo").toString());
    assertThat(ran.exit()).isEqualTo(4);
    assertThat(ran.err()).contains("holds no data of a member");
  }
}
