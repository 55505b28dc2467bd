package dev.swarm.worker;

import dev.swarm.model.SwarmException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a command for each task, in a folder of its own. Its result is the exit code and the end of
 * its output. When a task is stopped its processes are asked to end, and killed two seconds later.
 * What a command leaves running after its own end is not followed.
 */
public final class ProcessExecutor implements TaskExecutor {
  private static final Logger log = LoggerFactory.getLogger(ProcessExecutor.class);

  /** The kind of tasks it runs. */
  public static final String KIND = "process";

  /** How long a process that is told to stop may take. */
  public static final long GRACE_MILLIS = 2_000;

  private static final int THREADS = 4;
  private static final long TRIM_MILLIS = 100;

  private final Vertx vertx;
  private final Path root;
  private final WorkerExecutor threads;
  private final Future<Void> swept;
  private final Map<TaskRun, RunningProcess> running = new ConcurrentHashMap<>();
  private final AtomicBoolean trimming = new AtomicBoolean();

  /**
   * Kills what a former agent process left behind under the folder.
   *
   * @param workDir under which each task has its own folder; nobody else's
   */
  public ProcessExecutor(Vertx vertx, Path workDir) {
    this.vertx = vertx;
    this.root = workDir.toAbsolutePath();
    this.threads = vertx.createSharedWorkerExecutor("swarm-process-" + root, THREADS);
    this.swept =
        blocking(
            () -> {
              Leftovers.sweep(root);
              return null;
            });
  }

  private <T> Future<T> blocking(Callable<T> work) {
    try {
      return threads.executeBlocking(work, false);
    } catch (RejectedExecutionException closed) {
      return Future.failedFuture(closed);
    }
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public Future<TaskResult> start(TaskRun run) {
    ProcessPayload payload;
    try {
      payload = ProcessPayload.read(run.payload());
    } catch (SwarmException malformed) {
      return Future.succeededFuture(TaskResult.rejected(malformed.getMessage()));
    }
    RunningProcess process = new RunningProcess(run, payload, folder(run));
    running.put(run, process);
    trimSoon();
    return swept
        .compose(done -> blocking(process::launch))
        .compose(this::ended)
        .compose(done -> process.stopAsked() ? treeEnded(process) : Future.succeededFuture())
        .compose(done -> blocking(process::result))
        .recover(failure -> Future.succeededFuture(notRun(payload, failure)))
        .onComplete(done -> running.remove(run));
  }

  private Path folder(TaskRun run) {
    return root.resolve(run.agent()).resolve(run.task().value() + "-" + run.attempt());
  }

  private <T> Future<T> ended(CompletionStage<T> exit) {
    return Future.fromCompletionStage(exit, vertx.getOrCreateContext());
  }

  private Future<Void> treeEnded(RunningProcess process) {
    return blocking(process::terminate).compose(this::ended);
  }

  private static TaskResult notRun(ProcessPayload payload, Throwable failure) {
    String command = payload.command().get(0);
    if (failure instanceof IOException) {
      return TaskResult.failed("cannot run '" + command + "': " + failure.getMessage());
    }
    log.error("bug: running '{}' failed", command, failure);
    return TaskResult.failed("cannot run '" + command + "': internal error");
  }

  @Override
  public void stop(TaskRun run) {
    RunningProcess process = running.get(run);
    if (process == null) return;
    blocking(process::terminate)
        .onSuccess(asked -> vertx.setTimer(GRACE_MILLIS, id -> blocking(() -> killed(process))));
  }

  private static Void killed(RunningProcess process) {
    process.kill();
    return null;
  }

  /** One timer for all processes, and none while nothing runs. */
  private void trimSoon() {
    if (!trimming.compareAndSet(false, true)) return;
    vertx.setTimer(
        TRIM_MILLIS,
        id ->
            blocking(this::trimAll)
                .onComplete(
                    done -> {
                      trimming.set(false);
                      if (!running.isEmpty()) trimSoon();
                    }));
  }

  private Void trimAll() {
    for (RunningProcess process : running.values()) {
      try {
        process.trim();
      } catch (IOException failure) {
        log.warn("output of a process cannot be trimmed: {}", failure.toString());
      }
    }
    return null;
  }

  @Override
  public Future<Void> close() {
    List.copyOf(running.keySet()).forEach(this::stop);
    Promise<Void> idle = Promise.promise();
    waitUntilIdle(idle);
    return idle.future().eventually(threads::close);
  }

  private void waitUntilIdle(Promise<Void> idle) {
    if (running.isEmpty()) idle.complete();
    else vertx.setTimer(20, id -> waitUntilIdle(idle));
  }
}
