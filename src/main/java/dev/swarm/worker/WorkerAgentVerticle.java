package dev.swarm.worker;

import dev.swarm.model.TimeSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One agent: reads its record, then keeps a session and does what it is told. Undeploying it leaves
 * the cluster in order.
 */
public final class WorkerAgentVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(WorkerAgentVerticle.class);

  private final AgentOptions options;
  private final AgentTimings timings;
  private final AgentStore store;
  private final TaskExecutor executor;
  private final AgentConnections connections;
  private final TimeSource time;
  private final RandomGenerator random;
  private final MeterRegistry meters;
  private final AgentListener listener;
  private WorkDesk desk;
  private SessionKeeper sessions;

  /** An agent that nobody watches. */
  public WorkerAgentVerticle(
      AgentOptions options,
      AgentStore store,
      TaskExecutor executor,
      AgentConnections connections,
      TimeSource time,
      RandomGenerator random,
      MeterRegistry meters) {
    this(options, store, executor, connections, time, random, meters, AgentListener.NONE);
  }

  /**
   * An agent.
   *
   * @param store shared by all agents of the process, as are executor, connections and listener
   * @param random of this agent alone, unless it is safe for several threads
   */
  public WorkerAgentVerticle(
      AgentOptions options,
      AgentStore store,
      TaskExecutor executor,
      AgentConnections connections,
      TimeSource time,
      RandomGenerator random,
      MeterRegistry meters,
      AgentListener listener) {
    this(
        options,
        AgentTimings.DEFAULT,
        store,
        executor,
        connections,
        time,
        random,
        meters,
        listener);
  }

  WorkerAgentVerticle(
      AgentOptions options,
      AgentTimings timings,
      AgentStore store,
      TaskExecutor executor,
      AgentConnections connections,
      TimeSource time,
      RandomGenerator random,
      MeterRegistry meters,
      AgentListener listener) {
    this.options = options;
    this.timings = timings;
    this.store = store;
    this.executor = executor;
    this.connections = connections;
    this.time = time;
    this.random = random;
    this.meters = meters;
    this.listener = listener;
  }

  @Override
  public Future<?> start() {
    connections.register(meters);
    AgentRecords records = store.records(options.id());
    return records.load().onSuccess(contents -> begin(records, contents));
  }

  private void begin(AgentRecords records, AgentRecords.Contents contents) {
    desk =
        new WorkDesk(
            vertx,
            options,
            timings,
            records,
            contents,
            executor,
            time,
            listener,
            this::storeFailed);
    sessions =
        new SessionKeeper(
            vertx,
            options,
            timings,
            connections,
            time,
            random,
            meters,
            listener,
            desk,
            new ManagerMemory(options, records, contents.managers()));
    desk.recover();
    sessions.start();
  }

  /** Without a record nothing may be started or kept: the agent leaves, and stays away. */
  private void storeFailed(Throwable failure) {
    log.error("agent {} leaves: {}", options.id(), failure.getMessage());
    sessions.leave("agent store failed").onComplete(left -> listener.failed(options.id(), failure));
  }

  @Override
  public Future<?> stop() {
    if (desk == null) return Future.succeededFuture();
    return desk.stop().compose(stopped -> sessions.leave("agent stops"));
  }
}
