package dev.swarm.app;

import dev.swarm.config.Address;
import dev.swarm.config.ExecutorConfig;
import dev.swarm.config.WorkerConfig;
import dev.swarm.worker.AgentConnections;
import dev.swarm.worker.AgentJournal;
import dev.swarm.worker.AgentListener;
import dev.swarm.worker.AgentOptions;
import dev.swarm.worker.AgentStore;
import dev.swarm.worker.DiscardExecutor;
import dev.swarm.worker.EventBusExecutor;
import dev.swarm.worker.ProcessExecutor;
import dev.swarm.worker.TaskExecutor;
import dev.swarm.worker.WorkerAgentVerticle;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The workers of one process: what {@code java -jar swarm.jar -conf worker.json} runs and what a
 * host application deploys. Agents share the store, the connections and the executor. Undeploying
 * it lets every agent say goodbye.
 */
public final class WorkerVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(WorkerVerticle.class);

  private final WorkerConfig config;
  private final MeterRegistry meters;
  private final SecureRandom secure = new SecureRandom();
  private final List<String> deployments = new ArrayList<>();
  private final List<Supplier<Future<Void>>> closers = new ArrayList<>();

  /** Workers that are not yet started; their meters go to the registry. */
  public WorkerVerticle(WorkerConfig config, MeterRegistry meters) {
    this.config = config;
    this.meters = meters;
  }

  @Override
  public Future<?> start() {
    return listener()
        .compose(this::startAgents)
        .onSuccess(
            started ->
                log.info(
                    "{} workers of cluster {}, executor {}: {}",
                    config.count(),
                    config.cluster(),
                    config.executor().kind().text(),
                    config.count() == 1 ? config.id() : config.id() + "-…"))
        .recover(failure -> close().transform(closed -> Future.failedFuture(failure)));
  }

  private Future<AgentListener> listener() {
    if (config.journal() == null) return Future.succeededFuture(AgentListener.NONE);
    return AgentJournal.open(vertx, config.journal(), Clocks.SYSTEM)
        .onSuccess(journal -> closers.add(journal::close))
        .map(journal -> journal);
  }

  private Future<?> startAgents(AgentListener listener) {
    AgentConnections connections = AgentConnections.create(vertx);
    closers.add(connections::close);
    return AgentStore.open(vertx, config.dataDir())
        .onSuccess(store -> closers.add(store::close))
        .compose(store -> deploy(store, connections, listener));
  }

  private Future<?> deploy(AgentStore store, AgentConnections connections, AgentListener listener) {
    TaskExecutor executor = executor();
    return Future.all(
        config.agentIds().stream()
            .map(id -> agent(id, store, executor, connections, listener))
            .map(agent -> vertx.deployVerticle(agent).onSuccess(deployments::add))
            .toList());
  }

  private WorkerAgentVerticle agent(
      String id,
      AgentStore store,
      TaskExecutor executor,
      AgentConnections connections,
      AgentListener listener) {
    AgentOptions options =
        new AgentOptions(
            id,
            config.cluster(),
            config.managers().stream().map(Address::toString).toList(),
            config.labels(),
            config.slots(),
            config.description());
    return new WorkerAgentVerticle(
        options,
        store,
        executor,
        connections,
        Clocks.SYSTEM,
        new SplittableRandom(secure.nextLong()),
        meters,
        listener);
  }

  private TaskExecutor executor() {
    ExecutorConfig wanted = config.executor();
    return switch (wanted.kind()) {
      case DISCARD -> new DiscardExecutor(vertx, wanted.delayMillis());
      case EVENTBUS -> new EventBusExecutor(vertx, wanted.address());
      case PROCESS -> {
        ProcessExecutor processes = new ProcessExecutor(vertx, config.dataDir().resolve("tasks"));
        closers.add(processes::close);
        yield processes;
      }
    };
  }

  /** First the agents say goodbye, then what they share is closed. */
  @Override
  public Future<?> stop() {
    return Future.join(deployments.stream().map(vertx::undeploy).toList())
        .transform(left -> close());
  }

  private Future<?> close() {
    Collections.reverse(closers);
    Future<Void> closed = Future.succeededFuture();
    for (Supplier<Future<Void>> closer : closers) {
      closed = closed.transform(before -> closer.get());
    }
    return closed;
  }
}
