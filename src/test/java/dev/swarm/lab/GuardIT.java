package dev.swarm.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swarm.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** One broken disk among real processes; {@code scripts/faults fsync} breaks more of them. */
class GuardIT {
  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void givenTheLeadersDisk_whenItFails_thenAnotherLeadsNoWorkerIsDownAndTheFirstComesBack()
      throws IOException {
    Needs.met(SlowDisks.missing() == null, "gcc");
    Path base = Files.createDirectories(Path.of("target", "lab").toAbsolutePath());
    assertThat(Fsync.brokenLeader(Files.createTempDirectory(base, "guard-"))).isEmpty();
  }
}
