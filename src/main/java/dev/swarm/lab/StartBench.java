package dev.swarm.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How long a manager takes from its start until it leads. */
final class StartBench {
  private final Figures figures;
  private final int starts;

  StartBench(Figures figures, int starts) {
    this.figures = figures;
    this.starts = starts;
  }

  void run() throws IOException {
    figures.add("start of a single manager to leader ready", spread(starts(List.of())));
    Path archive = Files.createTempFile("swarm-bench-", ".jsa");
    Files.delete(archive);
    Bench.withCluster(
        1,
        cluster -> {
          cluster.startManagers(List.of("-XX:ArchiveClassesAtExit=" + archive));
          cluster.awaitLeader(0, Bench.LIMIT);
          cluster.manager("m1").stop(60);
        });
    List<Long> archived = starts(List.of("-XX:SharedArchiveFile=" + archive));
    figures.add("the same with a class-data archive", spread(archived));
    Files.deleteIfExists(archive);
  }

  private List<Long> starts(List<String> flags) throws IOException {
    List<Long> millis = new ArrayList<>();
    for (int i = 0; i < starts; i++) {
      Bench.withCluster(
          1,
          cluster -> {
            long begin = System.nanoTime();
            cluster.startManagers(flags);
            cluster.awaitLeader(0, Bench.LIMIT);
            millis.add((System.nanoTime() - begin) / 1_000_000);
          });
    }
    return millis;
  }

  private static String spread(List<Long> millis) {
    List<Long> sorted = millis.stream().sorted().toList();
    return String.format(
        "median %d ms (%d..%d, %d runs)",
        sorted.get(sorted.size() / 2), sorted.get(0), sorted.get(sorted.size() - 1), sorted.size());
  }
}
