package dev.swarm.dispatch;

import dev.swarm.model.TimeSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Vertx;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;

/**
 * Whether an event loop turns: how late its own ticks are, and how much of that it worked itself.
 * The rest is a machine with too much to do, or a pause of the whole process.
 */
final class LoopWatch {
  private static final long TICK_MILLIS = 50;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final Vertx vertx;
  private final TimeSource time;
  private final Timer lateness;
  private final Timer work;
  private long dueNanos;
  private long cpuNanos;
  private long timer;

  LoopWatch(Vertx vertx, TimeSource time, MeterRegistry meters) {
    this.vertx = vertx;
    this.time = time;
    lateness =
        timer("swarm.loop.lateness", "How late the event loops of workers' streams turned")
            .register(meters);
    work =
        timer("swarm.loop.work", "CPU time of these event loops in 50 ms, or until a turn came")
            .register(meters);
  }

  private static Timer.Builder timer(String name, String help) {
    return Timer.builder(name)
        .description(help)
        .serviceLevelObjectives(
            Duration.ofMillis(10),
            Duration.ofMillis(50),
            Duration.ofMillis(100),
            Duration.ofMillis(150),
            Duration.ofMillis(250),
            Duration.ofSeconds(1));
  }

  /** Begins on the loop that calls. */
  void start() {
    dueNanos = time.nanos() + TICK_MILLIS * 1_000_000;
    cpuNanos = THREADS.getCurrentThreadCpuTime();
    timer = vertx.setTimer(TICK_MILLIS, this::tick);
  }

  private void tick(long fired) {
    lateness.record(Duration.ofNanos(Math.max(0, time.nanos() - dueNanos)));
    work.record(Duration.ofNanos(Math.max(0, THREADS.getCurrentThreadCpuTime() - cpuNanos)));
    start();
  }

  void stop() {
    vertx.cancelTimer(timer);
  }
}
