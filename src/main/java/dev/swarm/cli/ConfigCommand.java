package dev.swarm.cli;

import dev.swarm.config.ConfigException;
import dev.swarm.config.ConfigFile;
import dev.swarm.config.ManagerConfig;
import dev.swarm.config.NodeConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code swarm config}. */
@Command(name = "config", description = "Configuration files.", synopsisSubcommandLabel = "COMMAND")
final class ConfigCommand {
  private final SwarmCommand swarm;

  ConfigCommand(SwarmCommand swarm) {
    this.swarm = swarm;
  }

  @Command(
      name = "validate",
      description = "Says all that is wrong with configuration files; opens nothing.")
  int validate(@Parameters(arity = "1..*", paramLabel = "FILE") List<Path> files) {
    var problems = new ArrayList<String>();
    for (Path file : files) {
      try {
        NodeConfig config =
            ConfigFile.load(file, swarm.terminal().environment(), System.getProperties());
        swarm.terminal().out().println(file + ": ok, " + described(config));
      } catch (ConfigException e) {
        problems.add(e.getMessage());
      }
    }
    if (problems.isEmpty()) return Exit.DONE.code();
    throw new CliException(
        "BAD_REQUEST",
        Exit.USAGE,
        String.join("\n", problems),
        List.of(),
        "docs/configuration.md has every key and what it allows");
  }

  private static String described(NodeConfig config) {
    if (config instanceof ManagerConfig manager) {
      int others = manager.managers().size() - 1;
      String company = others == 0 ? " alone" : " with " + others + " others";
      return "manager " + manager.id() + company + ", cluster " + manager.cluster();
    }
    return "worker " + config.id() + ", cluster " + config.cluster();
  }
}
