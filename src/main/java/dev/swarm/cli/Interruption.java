package dev.swarm.cli;

import java.io.PrintStream;

/** Says, when a person stops watching, that what is watched goes on. */
final class Interruption implements AutoCloseable {
  private final Thread hook;

  private Interruption(PrintStream err, String what, String see) {
    hook = new Thread(() -> err.println("stopped watching; " + what + " (see " + see + ")"));
  }

  /**
   * From now on until it is closed.
   *
   * @param what goes on
   * @param see the command that shows how far it is
   */
  static Interruption of(PrintStream err, String what, String see) {
    var interruption = new Interruption(err, what, see);
    Runtime.getRuntime().addShutdownHook(interruption.hook);
    return interruption;
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
