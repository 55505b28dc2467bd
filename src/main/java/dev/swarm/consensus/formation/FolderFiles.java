package dev.swarm.consensus.formation;

import dev.swarm.consensus.storage.SyncedFile;
import dev.swarm.model.SwarmException;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;

/** The files that say whose a data folder is. Each is there whole, or not at all. */
final class FolderFiles {
  private static final String IDENTITY = "identity.json";
  private static final String FOUNDING = "founding.json";

  private final Path root;

  FolderFiles(Path root) {
    this.root = root;
  }

  Path identityFile() {
    return root.resolve(IDENTITY);
  }

  /** Null when there is none. */
  Identity identity() throws IOException {
    Path file = identityFile();
    if (!Files.exists(file)) return null;
    JsonObject json = read(file);
    try {
      if (!json.containsKey("founders")) throw unreleased(file);
      SortedMap<String, String> founders = new TreeMap<>();
      json.getJsonObject("founders")
          .forEach(founder -> founders.put(founder.getKey(), (String) founder.getValue()));
      Formation formation = new Formation(founders);
      if (!formation.id().toString().equals(json.getString("formation"))) throw unreadable(file);
      String manager = text(json, "manager");
      return new Identity(
          text(json, "cluster"),
          manager,
          json.getLong("member"),
          json.getString("nonce", founders.getOrDefault(manager, "")),
          json.getString("raft", ""),
          formation);
    } catch (ClassCastException | NullPointerException wrong) {
      throw unreadable(file);
    }
  }

  void write(Identity identity) throws IOException {
    JsonObject founders = new JsonObject();
    identity.formation().founders().forEach(founders::put);
    write(
        identityFile(),
        new JsonObject()
            .put("cluster", identity.cluster())
            .put("manager", identity.manager())
            .put("member", identity.member())
            .put("nonce", identity.nonce())
            .put("raft", identity.raft())
            .put("formation", identity.formation().id().toString())
            .put("founders", founders));
  }

  /** Null when there is none. */
  Founding founding() throws IOException {
    Path file = root.resolve(FOUNDING);
    if (!Files.exists(file)) return null;
    JsonObject json = read(file);
    try {
      return new Founding(
          text(json, "cluster"),
          text(json, "manager"),
          text(json, "nonce"),
          text(json, "seed"),
          text(json, "aside"));
    } catch (ClassCastException | NullPointerException wrong) {
      throw unreadable(file);
    }
  }

  void write(Founding founding) throws IOException {
    write(
        root.resolve(FOUNDING),
        new JsonObject()
            .put("cluster", founding.cluster())
            .put("manager", founding.manager())
            .put("nonce", founding.nonce())
            .put("seed", founding.seed())
            .put("aside", founding.aside()));
  }

  void deleteFounding() throws IOException {
    Files.deleteIfExists(root.resolve(FOUNDING));
  }

  private static String text(JsonObject json, String key) {
    String text = json.getString(key);
    if (text == null) throw new NullPointerException(key);
    return text;
  }

  private static void write(Path file, JsonObject json) throws IOException {
    Path written = file.resolveSibling(file.getFileName() + ".tmp");
    byte[] bytes = (json.encodePrettily() + "\n").getBytes(StandardCharsets.UTF_8);
    SyncedFile.write(written, out -> out.write(bytes));
    SyncedFile.rename(written, file);
  }

  private static JsonObject read(Path file) throws IOException {
    try {
      return new JsonObject(Files.readString(file));
    } catch (DecodeException damaged) {
      throw unreadable(file);
    }
  }

  private static SwarmException unreadable(Path file) {
    return new SwarmException(
        SwarmException.Kind.CONFLICT,
        file + " is not readable: restore it from a backup of this manager");
  }

  private static SwarmException unreleased(Path file) {
    return new SwarmException(
        SwarmException.Kind.CONFLICT,
        file
            + " was written before the first release and names no founders: move the folder away"
            + " and begin anew");
  }
}
