package dev.swarm.cli;

import java.io.PrintStream;

/** Says, when a person stops watching, that what is watched goes on. */
final class Interruption implements AutoCloseable {
  private final Thread hook;

  private Interruption(PrintStream err, String what) {
    hook = new Thread(() -> err.println("stopped watching; " + what + " (see swarm task ls)"));
  }

  /** From now on until it is closed. */
  static Interruption of(PrintStream err, String what) {
    var interruption = new Interruption(err, what);
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
