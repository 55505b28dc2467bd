package dev.swarm.config;

import dev.swarm.config.ExecutorConfig.Kind;
import dev.swarm.model.Names;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Reads a worker's configuration. */
final class WorkerReader {
  private static final List<String> KINDS = Arrays.stream(Kind.values()).map(Kind::text).toList();
  private static final List<Address> STAND_IN = List.of(new Address("x", 1));

  private final Reading reading;
  private final Section root;

  WorkerReader(Reading reading, Section root) {
    this.reading = reading;
    this.root = root;
  }

  WorkerConfig read() {
    ExecutorConfig executor = executor(root.section("executor"));
    WorkerConfig config =
        root.read(
            () ->
                new WorkerConfig(
                    root.text("id", "id", text -> Names.check("worker", text), "x"),
                    root.text("cluster", "id", text -> Names.check("cluster", text), "x"),
                    root.text("dataDir", "path", Path::of, Path.of("x")),
                    root.list("managers", "host:port", Address::parse, STAND_IN),
                    root.texts("labels"),
                    root.whole("slots", 1, 1, 10_000),
                    root.whole("count", 1, 1, WorkerConfig.MAX_COUNT),
                    executor == null ? new ExecutorConfig(Kind.PROCESS, null, 0) : executor,
                    root.text("description", ""),
                    root.textOrNull("journal", "path", Path::of)));
    reading.finish();
    return config;
  }

  private ExecutorConfig executor(Section section) {
    return root.read(
        () ->
            new ExecutorConfig(
                Kind.valueOf(
                    section.choice("kind", Kind.PROCESS.text(), KINDS).toUpperCase(Locale.ROOT)),
                section.textOrNull("address", "text", address -> address),
                section.millis("delay", "0ms", "0ms", "10m")));
  }
}
