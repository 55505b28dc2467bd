package dev.swarm.config;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * Turns a configuration file into a valid {@link NodeConfig}, or says all that is wrong with it.
 */
public final class ConfigFile {
  /** Largest file that is read; a larger one is refused. */
  public static final int MAX_BYTES = 1 << 20;

  private static final List<String> ROLES = List.of("manager", "worker");

  private ConfigFile() {}

  /**
   * Reads a file. Single keys may be said outside it: {@code SWARM_HTTP_PORT} in the environment,
   * or, stronger, the system property {@code swarm.http.port}.
   *
   * @throws ConfigException with all problems
   */
  public static NodeConfig load(Path file, Map<String, String> environment, Properties system) {
    return parse(file.toString(), bytes(file), environment, system);
  }

  /**
   * Reads a text that was found elsewhere.
   *
   * @param source how it is called in messages
   * @throws ConfigException with all problems
   */
  public static NodeConfig parse(
      String source, byte[] text, Map<String, String> environment, Properties system) {
    return read(
        new Reading(JsonText.parse(source, text), new Overrides(Map.copyOf(environment), system)));
  }

  static NodeConfig of(String role, JsonObject json) {
    String said = json.getString("role", role);
    if (!said.equals(role)) {
      throw new ConfigException(
          List.of(new Problem("the " + role, "role", "'" + said + "' must be " + role)));
    }
    byte[] text = json.copy().put("role", role).toBuffer().getBytes();
    return parse("the " + role, text, Map.of(), new Properties());
  }

  static NodeConfig read(Reading reading) {
    Section root = reading.root();
    root.ignore("$schema");
    String role = root.choice("role", null, ROLES);
    if (role == null) {
      if (!root.has("role")) root.problem("role", "is missing, must be manager or worker");
      reading.failNow();
    }
    return "manager".equals(role)
        ? new ManagerReader(reading, root).read()
        : new WorkerReader(reading, root).read();
  }

  private static byte[] bytes(Path file) {
    try {
      if (Files.isRegularFile(file) && Files.size(file) > MAX_BYTES) {
        throw unreadable(file, "is larger than the " + MAX_BYTES + " bytes allowed");
      }
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw unreadable(file, "there is no such file");
    } catch (IOException e) {
      throw unreadable(file, "cannot be read: " + e.getMessage());
    }
  }

  private static ConfigException unreadable(Path file, String reason) {
    return new ConfigException(List.of(new Problem(file.toString(), "", reason)));
  }
}
