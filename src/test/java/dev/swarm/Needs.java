package dev.swarm;

import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * What a test needs of the machine. Where it is missing the test is skipped, but fails with {@code
 * CI=true}: nobody reads there what was skipped.
 */
public final class Needs {
  private Needs() {}

  /** Goes on only if it is there. */
  public static void met(boolean there, String what) {
    met(there, what, "true".equals(System.getenv("CI")));
  }

  static void met(boolean there, String what, boolean must) {
    if (must) Assertions.assertTrue(there, "needs " + what);
    else Assumptions.assumeTrue(there, "needs " + what);
  }
}
