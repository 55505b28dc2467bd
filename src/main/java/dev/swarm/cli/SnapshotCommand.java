package dev.swarm.cli;

import dev.swarm.config.ManagerConfig;
import dev.swarm.consensus.OfflineManager;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code swarm snapshot}. */
@Command(
    name = "snapshot",
    description = "Backups of what the managers agree on.",
    synopsisSubcommandLabel = "COMMAND")
final class SnapshotCommand {
  private final SwarmCommand swarm;

  SnapshotCommand(SwarmCommand swarm) {
    this.swarm = swarm;
  }

  @Command(
      name = "save",
      description = "Saves the newest state of any manager; FILE is replaced when all is verified.")
  int save(@Parameters(paramLabel = "FILE") Path file) {
    Path target = file.toAbsolutePath();
    Path arriving = target.resolveSibling(target.getFileName() + ".part");
    try {
      Reply reply = swarm.api().download("/api/v1/snapshot", arriving);
      SnapshotFile read = SnapshotFile.read(arriving);
      requireDigest(reply, read);
      keep(arriving, target);
      SnapshotFile saved =
          new SnapshotFile(file, read.state(), read.version(), read.bytes(), read.sha256());
      swarm.progress("saved from " + reply.from());
      swarm.printer().one(saved.toJson(), "file", saved.toLines());
      return Exit.DONE.code();
    } catch (IOException failure) {
      throw Offline.unexpected("cannot write " + file, failure);
    } finally {
      discard(arriving);
    }
  }

  private static void requireDigest(Reply reply, SnapshotFile read) {
    String digest = Base64.getEncoder().encodeToString(HexFormat.of().parseHex(read.sha256()));
    if (reply.digest().equals("sha-256=:" + digest + ":")) return;
    throw new CliException(
        "UNEXPECTED",
        Exit.REFUSED,
        "what arrived is not what " + reply.from() + " sent",
        List.of(reply.from().toString()),
        "try again");
  }

  private static void keep(Path arriving, Path target) throws IOException {
    sync(arriving, StandardOpenOption.WRITE);
    Files.move(
        arriving, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    sync(target.getParent(), StandardOpenOption.READ);
  }

  private static void sync(Path path, StandardOpenOption access) throws IOException {
    try (FileChannel channel = FileChannel.open(path, access)) {
      channel.force(true);
    }
  }

  private static void discard(Path arriving) {
    try {
      Files.deleteIfExists(arriving);
    } catch (IOException left) {
      // The next one replaces it.
    }
  }

  @Command(name = "inspect", description = "Verifies a snapshot and shows what is in it.")
  int inspect(@Parameters(paramLabel = "FILE") Path file) {
    SnapshotFile snapshot = SnapshotFile.read(file);
    swarm.printer().one(snapshot.toJson(), "file", snapshot.toLines());
    return Exit.DONE.code();
  }

  @Command(
      name = "restore",
      description = {
        "Lets a stopped manager begin anew from a snapshot. Run it on every manager",
        "with the same file, then start them all."
      })
  int restore(
      @Parameters(paramLabel = "FILE") Path file,
      @Option(
              names = {"-conf", "--conf"},
              required = true,
              paramLabel = "CONF",
              description = "Configuration file of the manager.")
          Path conf,
      @Option(
              names = "--force",
              description = "Moves what the data folder holds aside; deletes nothing.")
          boolean force) {
    SnapshotFile snapshot = SnapshotFile.read(file);
    ManagerConfig config = Offline.config(swarm, conf);
    String cluster = snapshot.state().cluster().name();
    if (!cluster.equals(config.cluster())) {
      throw Offline.precondition(
          file + " is of cluster '" + cluster + "', not of " + config.cluster(), null);
    }
    try (OfflineManager manager =
        OfflineManager.open(config.dataDir(), config.cluster(), config.id())) {
      if (manager.hasData() && !force) {
        throw Offline.precondition(
            "data folder " + config.dataDir() + " holds data of manager " + config.id(),
            "--force moves it aside");
      }
      Offline.beginAgain(swarm, manager, snapshot.state(), config);
      return Exit.DONE.code();
    } catch (IOException | RuntimeException failure) {
      throw Offline.refusal("cannot restore to " + config.dataDir(), failure);
    }
  }
}
