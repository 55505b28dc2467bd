package dev.swarm.cli;

import java.io.PrintStream;
import java.util.Set;

/** Says, when a person stops watching, that what is watched goes on. */
final class Interruption implements AutoCloseable {
  private final Thread hook;

  Interruption(PrintStream err, Set<String> ids) {
    String what =
        ids.size() == 1 ? "task " + ids.iterator().next() + " goes" : ids.size() + " tasks go";
    hook =
        new Thread(() -> err.println("stopped watching; " + what + " on (swarm task ls, cancel)"));
  }

  void arm() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // We are going down already: the hook has its say.
    }
  }
}
