package dev.swarm.app;

import dev.swarm.config.ConfigException;
import dev.swarm.config.ConfigFile;
import dev.swarm.config.ManagerConfig;
import dev.swarm.config.NodeConfig;
import dev.swarm.config.WorkerConfig;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Deployable;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.launcher.application.HookContext;
import io.vertx.launcher.application.VertxApplication;
import io.vertx.launcher.application.VertxApplicationHooks;
import io.vertx.micrometer.Label;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import io.vertx.micrometer.VertxPrometheusOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Vert.x launcher around a node. The launcher itself only warns about a configuration it cannot
 * read and starts with an empty one: so the file is read and checked before it, and only a valid
 * node is ever launched.
 */
final class NodeLauncher extends VertxApplication implements VertxApplicationHooks {
  private static final org.slf4j.Logger log = LoggerFactory.getLogger(NodeLauncher.class);
  private static final int USAGE = 2;
  private static final int FAILED = 1;

  /** As after a SIGTERM that nobody heard. */
  private static final int TERMINATED = 143;

  /** For what may not answer although it has a limit of its own. */
  private static final long MORE_MILLIS = 5_000;

  /** Held, or its level is forgotten: it tells whoever knocks at the raft port in 25 lines. */
  private static final Logger RATIS_GRPC = Logger.getLogger("org.apache.ratis.thirdparty");

  private final NodeConfig config;
  private final PrometheusMeterRegistry meters =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  private NodeLauncher(String[] args, NodeConfig config) {
    super(args, null, true, false);
    this.config = config;
  }

  /** Runs the node that the arguments name; ends the process when it cannot start. */
  static void launch(String[] args) {
    RATIS_GRPC.setLevel(Level.WARNING);
    try {
      int code = new NodeLauncher(args, configOf(args)).launch();
      if (code != 0) System.exit(code == USAGE ? USAGE : FAILED);
    } catch (ConfigException wrong) {
      System.err.println(wrong.getMessage());
      System.exit(USAGE);
    }
  }

  private static NodeConfig configOf(String[] args) {
    List<String> words = List.of(args);
    int option = Math.max(words.indexOf("-conf"), words.indexOf("--conf"));
    if (option < 0 || option + 1 >= args.length) {
      System.err.println(
          "error: -conf FILE is missing, as in: java -jar swarm.jar -conf manager.json\n"
              + "hint: options of a command stand behind it: java -jar swarm.jar status -o json");
      System.exit(USAGE);
    }
    String value = args[option + 1];
    if (value.trim().startsWith("{")) {
      byte[] text = value.getBytes(StandardCharsets.UTF_8);
      return ConfigFile.parse("-conf", text, System.getenv(), System.getProperties());
    }
    return ConfigFile.load(Path.of(value), System.getenv(), System.getProperties());
  }

  @Override
  public VertxBuilder createVertxBuilder(VertxOptions options) {
    return VertxApplicationHooks.super
        .createVertxBuilder(options)
        .withMetrics(new MicrometerMetricsFactory(meters));
  }

  @Override
  public void beforeStartingVertx(HookContext context) {
    context
        .vertxOptions()
        .setMetricsOptions(
            new MicrometerMetricsOptions()
                .setEnabled(true)
                .setJvmMetricsEnabled(true)
                .setPrometheusOptions(new VertxPrometheusOptions().setEnabled(true))
                // One series per peer or path would grow with the number of workers.
                .setLabels(EnumSet.of(Label.POOL_TYPE, Label.POOL_NAME, Label.EB_SIDE)));
  }

  @Override
  public Supplier<? extends Deployable> verticleSupplier() {
    return () ->
        config instanceof ManagerConfig manager
            ? manager(manager)
            : new WorkerVerticle((WorkerConfig) config, meters);
  }

  /** A manager that cannot take part must not look alive: its process ends, and says why. */
  private ManagerVerticle manager(ManagerConfig manager) {
    ManagerVerticle verticle = new ManagerVerticle(manager, meters);
    verticle
        .ended()
        .onSuccess(
            reason -> {
              boolean asWished = verticle.removed().isComplete();
              String what = asWished ? "manager " : "error: manager ";
              System.err.println(what + manager.id() + " ends: " + reason);
              Runtime.getRuntime().halt(asWished ? 0 : FAILED);
            });
    if (manager.stopMillis() > 0) {
      AtomicBoolean told = new AtomicBoolean();
      Signals.onTerm(() -> terminate(verticle, manager.stopMillis(), told));
    }
    return verticle;
  }

  /** The first SIGTERM lets the workers go first, the second does not wait for that. */
  private static void terminate(ManagerVerticle manager, long millis, AtomicBoolean told) {
    if (told.getAndSet(true)) Runtime.getRuntime().halt(TERMINATED);
    Thread waiter =
        new Thread(
            () -> {
              try {
                manager.withdraw().await(millis + MORE_MILLIS, TimeUnit.MILLISECONDS);
              } catch (TimeoutException | RuntimeException late) {
                log.warn("the end does not wait any longer: {}", late.toString());
              }
              System.exit(TERMINATED);
            },
            "swarm-end");
    waiter.setDaemon(true);
    waiter.start();
  }

  @Override
  public void afterFailureToDeployVerticle(HookContext context, Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null && cause.getMessage() == null) cause = cause.getCause();
    System.err.println("error: cannot start " + config.id() + ": " + cause.getMessage());
    System.exit(FAILED);
  }
}
