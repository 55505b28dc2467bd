package dev.swarm.app;

import dev.swarm.cli.SwarmCommand;

/**
 * The entry point of the jar. An option of the Vert.x launcher as the first argument starts a
 * manager or a worker; anything else is the command line.
 */
public final class Main {
  private Main() {}

  /** Runs a node until it is stopped, or one command. */
  public static void main(String[] args) {
    if (startsNode(args)) {
      System.setProperty("logback.configurationFile", "dev/swarm/app/logback.xml");
      NodeLauncher.launch(args);
    } else {
      System.exit(SwarmCommand.run(args, System.out, System.err, System.getenv()));
    }
  }

  private static boolean startsNode(String[] args) {
    if (args.length == 0 || !args[0].startsWith("-")) return false;
    return switch (args[0]) {
      case "-h", "--help", "-V", "--version" -> false;
      default -> true;
    };
  }
}
