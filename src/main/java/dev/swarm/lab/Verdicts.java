package dev.swarm.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs the cases of one fault, each in a folder of its own, and says what was not held. */
final class Verdicts {
  private final String fault;
  private final List<Named> cases = new ArrayList<>();

  /** One case; returns what was not held. */
  interface Case {
    List<String> run(Path folder) throws IOException;
  }

  private record Named(String name, Case tried) {}

  Verdicts(String fault) {
    this.fault = fault;
  }

  Verdicts add(String name, Case tried) {
    cases.add(new Named(name, tried));
    return this;
  }

  /** Runs them; 0 when all was held. */
  int print() throws IOException {
    int wrong = 0;
    for (Named one : cases) {
      Path folder = Files.createTempDirectory("swarm-faults-");
      long begin = System.nanoTime();
      System.out.println(fault + " " + one.name());
      List<String> violations;
      try {
        violations = one.tried().run(folder);
      } catch (LabException failure) {
        violations = List.of(failure.getMessage());
      }
      long seconds = (System.nanoTime() - begin) / 1_000_000_000L;
      if (violations.isEmpty()) {
        System.out.println("  held, " + seconds + " s");
        LocalCluster.delete(folder);
      } else {
        wrong++;
        violations.forEach(violation -> System.out.println("  NOT HELD: " + violation));
        System.out.println("  What the processes said is in " + folder);
      }
    }
    return wrong == 0 ? 0 : 1;
  }
}
