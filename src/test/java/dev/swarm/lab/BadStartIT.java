package dev.swarm.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that cannot start says why in one line, with an exit code, and leaves nothing behind. */
class BadStartIT {
  @TempDir Path folder;
  private JsonObject conf;

  @BeforeEach
  void goodConfiguration() throws IOException {
    conf =
        new JsonObject(Files.readString(Path.of("conf/manager.json")))
            .put("dataDir", folder.resolve("data").toString());
    List<Integer> ports = LocalCluster.freePorts(3);
    port("api", ports.get(0));
    port("raft", ports.get(1));
    port("http", ports.get(2));
  }

  private void port(String section, int port) {
    conf.getJsonObject(section).put("port", port);
    if (conf.containsKey("managers")) {
      conf.getJsonArray("managers").getJsonObject(0).put(section, "127.0.0.1:" + port);
    }
  }

  /** What a finished process left: its exit code and all it said. */
  private record Ended(int code, String output) {}

  private Ended run(String... arguments) throws Exception {
    return run(List.of(), arguments);
  }

  private static Ended run(List<String> before, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(before);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-jar", Lab.jar().toString()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("it ends by itself").isTrue();
      return new Ended(
          process.exitValue(),
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    } finally {
      process.destroyForcibly();
    }
  }

  private Ended runWith(JsonObject configuration, String... before) throws Exception {
    Path file = folder.resolve("conf.json");
    Files.writeString(file, configuration.encodePrettily());
    return run(List.of(before), "-conf", file.toString());
  }

  @Test
  void givenNoSuchFile_whenStarted_thenExit2() throws Exception {
    Ended ended = run("-conf", folder.resolve("nowhere.json").toString());
    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.output()).contains("nowhere.json").hasLineCount(1);
  }

  @Test
  void givenSeveralWrongKeys_whenStarted_thenAllAreNamedAndNothingIsOpened() throws Exception {
    conf.put("clutser", "x");
    conf.getJsonObject("http").put("port", 70_000);
    Ended ended = runWith(conf);
    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.output()).contains("clutser").contains("did you mean").contains("http.port");
    assertThat(folder.resolve("data")).doesNotExist();
  }

  @Test
  void givenNothing_whenStarted_thenHelpAndExit2() throws Exception {
    Ended ended = run();
    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.output()).contains("Usage");
  }

  @Test
  void givenAPortInUse_whenStarted_thenExit1AndTheLineNamesThePort() throws Exception {
    for (String section : List.of("api", "http", "raft")) {
      int port = conf.getJsonObject(section).getInteger("port");
      try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
        Ended ended = runWith(conf);
        assertThat(ended.code()).as(ended.output()).isEqualTo(1);
        assertThat(lastLine(ended)).contains(Integer.toString(taken.getLocalPort()));
        assertThat(ended.output()).doesNotContain("Exception");
        if (!section.equals("raft")) assertThat(folder.resolve("data")).doesNotExist();
      }
    }
  }

  @Test
  void givenTheFolderOfAnotherManager_whenStarted_thenExit1AndTheLineSaysSo() throws Exception {
    startAndStop(conf);
    JsonObject other = conf.copy().put("id", "other");
    if (other.containsKey("managers")) {
      other.getJsonArray("managers").getJsonObject(0).put("id", "other");
    }
    Ended ended = runWith(other);
    assertThat(ended.code()).as(ended.output()).isEqualTo(1);
    assertThat(lastLine(ended)).contains("m1").contains("other");

    Ended foreign = runWith(conf.copy().put("cluster", "elsewhere"));
    assertThat(foreign.code()).as(foreign.output()).isEqualTo(1);
    assertThat(lastLine(foreign)).contains("elsewhere");
  }

  @Test
  void givenAFullDisk_whenAManagerStarts_thenExit1AndTheLineSaysSo_andNothingIsBrokenByIt()
      throws Exception {
    try (SmallDisk disk = new SmallDisk(folder, 4)) {
      conf.put("dataDir", disk.path().resolve("data").toString());
      for (int kilobytes : List.of(4, 256, 7 << 10)) {
        disk.resize(kilobytes);
        Ended ended = runWith(conf);
        assertThat(ended.code()).as(ended.output()).isEqualTo(1);
        assertThat(lastLine(ended)).contains(disk.path().toString()).contains("is full");
        assertThat(ended.output()).doesNotContain("Exception");
      }
      disk.resize(64 << 10);
      startAndStop(conf);
    }
  }

  @Test
  void givenALogThatCannotBeWritten_whenAManagerStarts_thenExit1AndTheLineSaysWhy()
      throws Exception {
    Ended ended = runWith(conf, "prlimit", "--fsize=100000");
    assertThat(ended.code()).as(ended.output()).isEqualTo(1);
    assertThat(ended.output().lines().filter(line -> line.startsWith("error: ")))
        .singleElement()
        .asString()
        .contains(folder.resolve("data").toString())
        .contains("File too large");
  }

  @Test
  void givenAFullDisk_whenAWorkerStarts_thenExit1AndTheLineSaysSo() throws Exception {
    try (SmallDisk disk = new SmallDisk(folder, 4)) {
      JsonObject worker =
          new JsonObject()
              .put("role", "worker")
              .put("id", "w1")
              .put("cluster", "demo")
              .put("dataDir", disk.path().resolve("data").toString())
              .put("managers", new JsonArray().add("127.0.0.1:7001"))
              .put("executor", TestCluster.discard("1ms"));
      Ended ended = runWith(worker);
      assertThat(ended.code()).as(ended.output()).isEqualTo(1);
      assertThat(ended.output())
          .hasLineCount(1)
          .contains(disk.path().toString())
          .contains("No space left on device")
          .doesNotContain("damaged");
    }
  }

  @Test
  void givenAnUnreadableFile_whenStarted_thenExitAndOneLineThatNamesIt() throws Exception {
    Ended noFile = run("-conf", folder.toString());
    assertThat(noFile.code()).isEqualTo(2);
    assertThat(noFile.output()).contains(folder.toString()).hasLineCount(1);

    Path identity = Files.createDirectories(folder.resolve("data")).resolve("identity.json");
    Files.writeString(identity, "{\"clu");
    Ended noIdentity = runWith(conf);
    assertThat(noIdentity.code()).as(noIdentity.output()).isEqualTo(1);
    assertThat(lastLine(noIdentity)).contains(identity.toString()).contains("restore it");
  }

  private void startAndStop(JsonObject configuration) throws Exception {
    Path file = folder.resolve("first.json");
    Files.writeString(file, configuration.encodePrettily());
    NodeProcess node =
        NodeProcess.start("m1", Lab.jar(), file, folder.resolve("first.log"), List.of(), List.of());
    try {
      ManagerApi api =
          new ManagerApi("127.0.0.1", configuration.getJsonObject("http").getInteger("port"));
      Await.until(
          TestCluster.LIMIT,
          "a ready manager",
          () -> {
            node.check();
            return api.text("/health/ready") != null;
          });
    } finally {
      node.stop(20);
    }
  }

  private static String lastLine(Ended ended) {
    List<String> lines = ended.output().lines().toList();
    return lines.isEmpty() ? "" : lines.get(lines.size() - 1);
  }
}
