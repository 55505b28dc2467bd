package dev.swarm.cli;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code swarm task run}. */
@Command(
    name = "run",
    description = {
      "Hands a task to the cluster, waits for it and prints its result.",
      "  swarm task run -- sh -c 'hostname; uptime'",
      "Ctrl-C stops watching, not the task."
    })
final class TaskRun implements Callable<Integer> {
  private final SwarmCommand swarm;

  @Mixin private TaskOrder order = new TaskOrder();

  @Option(names = "--detach", description = "Does not wait; prints the id.")
  private boolean detach;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      description = "Waits at most so long, as 30s; exit code 6 then.")
  private String timeout;

  TaskRun(SwarmCommand swarm) {
    this.swarm = swarm;
  }

  @Override
  public Integer call() {
    var watch = new TaskWatch(swarm).atMost(timeout);
    List<JsonObject> tasks = order.tasks();
    var submission = new Submission(swarm.api());
    Set<String> ids = submission.submit(tasks);
    if (detach) {
      swarm.printer().ids(submission.accepted());
      return submission.refused().isEmpty() ? Exit.DONE.code() : refused(submission);
    }
    String first = ids.iterator().next();
    String what = ids.size() == 1 ? "task " + first + " goes on" : ids.size() + " tasks go on";
    Interruption interruption = Interruption.of(swarm.terminal().err(), what, "swarm task ls");
    try (interruption) {
      return tasks.size() == 1 ? one(watch, first) : all(watch, ids, submission);
    }
  }

  private int one(TaskWatch watch, String id) {
    JsonObject task = watch.until(id);
    byte[] result = watch.result(id);
    var printer = swarm.printer();
    if (printer.format().machine()) {
      String text = new String(result, java.nio.charset.StandardCharsets.UTF_8);
      printer.one(task.copy().put("result", text), "id", Map.of());
    } else {
      printer.raw(result);
    }
    return "COMPLETE".equals(task.getString("status")) ? Exit.DONE.code() : Exit.REFUSED.code();
  }

  private int all(TaskWatch watch, Set<String> ids, Submission submission) {
    Map<String, String> ended = watch.untilAll(ids);
    Map<String, Long> counts =
        ended.values().stream()
            .collect(Collectors.groupingBy(status -> status, TreeMap::new, Collectors.counting()));
    var summary = new JsonObject().put("tasks", ids.size());
    counts.forEach(summary::put);
    swarm.printer().one(summary, "tasks", summary.getMap());
    swarm.progress(ids.size() + " tasks in " + watch.seconds());
    if (!submission.refused().isEmpty()) return refused(submission);
    boolean allDone = counts.getOrDefault("COMPLETE", 0L) == ids.size();
    return allDone ? Exit.DONE.code() : Exit.SOME_FAILED.code();
  }

  private int refused(Submission submission) {
    JsonObject first = submission.refused().get(0);
    swarm.progress(
        submission.refused().size() + " refused, the first: " + first.getString("message"));
    return Exit.SOME_FAILED.code();
  }
}
