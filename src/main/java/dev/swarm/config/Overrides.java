package dev.swarm.config;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * Single values said outside the file: {@code SWARM_HTTP_PORT=7301}, or, stronger, {@code
 * -Dswarm.http.port=7301}. Names that match no key are not ours and are ignored.
 */
record Overrides(Map<String, String> environment, Properties system) {

  /** A value said outside the file, and by what. */
  record Override(String place, String value) {}

  /** The value for a key, if one was said. */
  Optional<Override> find(String path) {
    String property = "swarm." + path;
    if (system.getProperty(property) != null) {
      return Optional.of(new Override("-D" + property, system.getProperty(property)));
    }
    String variable = variable(path);
    return Optional.ofNullable(environment.get(variable))
        .map(value -> new Override(variable, value));
  }

  /** The name of the environment variable for a key: {@code dataDir} is {@code SWARM_DATA_DIR}. */
  static String variable(String path) {
    String words = path.replaceAll("([a-z0-9])([A-Z])", "$1_$2").replace('.', '_');
    return "SWARM_" + words.toUpperCase(Locale.ROOT);
  }
}
