package dev.swarm.lab;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** One manager becomes three, five, and three others, under workers and work. */
@Command(
    name = "grow",
    mixinStandardHelpOptions = true,
    description = "Grows a cluster from 1 manager to 5 and shrinks it to 3 others, under load.")
final class Grow implements Callable<Integer> {
  @Option(names = "--workers", description = "agents (default ${DEFAULT-VALUE})")
  int workers = 500;

  @Option(names = "--minutes", description = "given up after that (default ${DEFAULT-VALUE})")
  int minutes = 10;

  @Override
  public Integer call() throws Exception {
    return FaultRun.of(GrowTrial.MOST_MANAGERS, new JsonObject(), this::grow);
  }

  private List<String> grow(LocalCluster cluster) throws Exception {
    JsonObject executor = new JsonObject().put("kind", "discard").put("delay", "500ms");
    ExecutorService runner = Executors.newSingleThreadExecutor();
    try {
      return runner
          .submit(() -> new GrowTrial(cluster, workers, executor).run())
          .get(Duration.ofMinutes(minutes).toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException late) {
      return List.of("not done after " + minutes + " minutes");
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof LabException known) return List.of(known.getMessage());
      throw failed;
    } finally {
      runner.shutdownNow();
    }
  }
}
