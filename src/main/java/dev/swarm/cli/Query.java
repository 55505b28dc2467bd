package dev.swarm.cli;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A path with parameters. */
final class Query {
  private final String path;
  private final List<String> parameters = new ArrayList<>();

  Query(String path) {
    this.path = path;
  }

  /** Adds a parameter for each value; none for null. */
  Query with(String name, List<String> values) {
    if (values == null) return this;
    for (String value : values) {
      parameters.add(name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8));
    }
    return this;
  }

  @Override
  public String toString() {
    return parameters.isEmpty() ? path : path + "?" + String.join("&", parameters);
  }
}
