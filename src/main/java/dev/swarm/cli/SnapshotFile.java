package dev.swarm.cli;

import dev.swarm.codec.LogCodec;
import dev.swarm.codec.Sha256;
import dev.swarm.codec.UnreadableException;
import dev.swarm.model.ClusterState;
import dev.swarm.model.TaskStatus;
import dev.swarm.model.WorkerCounts;
import io.vertx.core.json.JsonObject;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A snapshot that was read whole, and whose records give the digest in it.
 *
 * @param version of the format it is written in
 * @param sha256 of the file, in hexadecimal
 */
record SnapshotFile(Path file, ClusterState state, int version, long bytes, String sha256) {
  private static final int BUFFER_BYTES = 64 << 10;

  static SnapshotFile read(Path file) {
    try {
      ClusterState state;
      int version;
      try (InputStream in = open(file)) {
        state = LogCodec.readSnapshot(in);
      }
      try (InputStream in = open(file)) {
        version = LogCodec.snapshotVersion(in);
      }
      return new SnapshotFile(file, state, version, Files.size(file), Sha256.of(file));
    } catch (NoSuchFileException missing) {
      throw CliException.notFound("no file " + file, null);
    } catch (UnreadableException damaged) {
      throw refused(file + " is no snapshot that can be used: " + damaged.getMessage());
    } catch (IOException unreadable) {
      throw refused(file + " cannot be read: " + unreadable.getMessage());
    }
  }

  private static InputStream open(Path file) throws IOException {
    return new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES);
  }

  private static CliException refused(String message) {
    return new CliException("BAD_REQUEST", Exit.REFUSED, message, List.of(), null);
  }

  /** All that is known of it, for machines. */
  JsonObject toJson() {
    WorkerCounts workers = state.workerCounts();
    JsonObject tasks = new JsonObject();
    for (TaskStatus status : TaskStatus.values()) {
      int count = state.taskCounts().of(status);
      if (count > 0) tasks.put(status.name().toLowerCase(Locale.ROOT), count);
    }
    return new JsonObject()
        .put("file", file.toString())
        .put("cluster", state.cluster().name())
        .put("incarnation", hex(state.cluster().incarnation()))
        .put("index", state.index())
        .put("term", state.epoch().term())
        .put("epoch", state.epoch().number())
        .put("managers", state.managers().size())
        .put(
            "workers",
            new JsonObject()
                .put("up", workers.up())
                .put("unknown", workers.unknown())
                .put("down", workers.down()))
        .put("tasks", tasks)
        .put("digest", hex(state.digest()))
        .put("version", version)
        .put("bytes", bytes)
        .put("sha256", sha256);
  }

  /** The same for people. */
  Map<String, Object> toLines() {
    Map<String, Object> lines = new LinkedHashMap<>(toJson().getMap());
    if (state.cluster().incarnation() == 0) lines.put("incarnation", "new at the next start");
    lines.put("workers", counts(toJson().getJsonObject("workers")));
    lines.put("tasks", counts(toJson().getJsonObject("tasks")));
    return lines;
  }

  private static String counts(JsonObject counts) {
    if (counts.isEmpty()) return "none";
    return String.join(
        ", ", counts.stream().map(one -> one.getValue() + " " + one.getKey()).toList());
  }

  private static String hex(long value) {
    return String.format("%016x", value);
  }
}
