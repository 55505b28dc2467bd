package dev.swarm.lab;

import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The laboratory's command line: {@code demo}, {@code faults}, {@code bench}. */
@Command(
    name = "lab",
    description = "Runs real clusters on this machine.",
    mixinStandardHelpOptions = true,
    subcommands = {Demo.class, Faults.class, Bench.class})
public final class Lab {
  private Lab() {}

  /** Runs one command; 0 when everything held, 1 when not, 2 for wrong usage. */
  public static void main(String[] args) {
    CommandLine line = new CommandLine(new Lab()).setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler(
        (failure, command, parsed) -> {
          if (failure instanceof LabException) {
            System.err.println("failed: " + failure.getMessage());
          } else {
            failure.printStackTrace();
          }
          return 1;
        });
    System.exit(line.execute(args));
  }

  /** The jar that users run. */
  static Path jar() {
    return Path.of(System.getProperty("swarm.jar", "target/swarm.jar")).toAbsolutePath();
  }
}
