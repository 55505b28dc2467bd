package dev.swarm.cli;

import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code swarm version}. */
@Command(name = "version", description = "Shows the version of this program.")
final class VersionCommand implements Callable<Integer> {
  private final SwarmCommand swarm;

  VersionCommand(SwarmCommand swarm) {
    this.swarm = swarm;
  }

  @Override
  public Integer call() {
    String java = System.getProperty("java.version");
    swarm
        .printer()
        .one(
            new JsonObject().put("version", Version.text()).put("java", java),
            "version",
            Map.of("swarm " + Version.text(), "(Java " + java + ")"));
    return Exit.DONE.code();
  }
}
