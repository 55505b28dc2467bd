package dev.swarm.edge;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The meters of one port, and a line in the log now and then. For any thread. */
final class EdgeMeters {
  private static final Logger log = LoggerFactory.getLogger(EdgeMeters.class);
  private static final long SILENCE_NANOS = 10_000_000_000L;

  private final MeterRegistry registry;
  private final String port;
  private final Map<Refused, Counter> refused = new EnumMap<>(Refused.class);

  /** Those of the edge that was first. */
  private final List<Gauge> gauges = new ArrayList<>();

  private long toldNanos;
  private boolean told;

  EdgeMeters(MeterRegistry registry, String port, Places places) {
    this.registry = registry;
    this.port = port;
    for (Refused reason : Refused.values()) {
      refused.put(
          reason,
          Counter.builder("swarm.edge.refused")
              .description("Connections closed and requests refused to protect the manager")
              .tags("port", port, "reason", reason.tag())
              .register(registry));
    }
    if (registry.find("swarm.edge.connections").tag("port", port).gauge() != null) return;
    gauges.add(
        Gauge.builder("swarm.edge.connections", places, Places::inUse)
            .description("Connections open")
            .tag("port", port)
            .register(registry));
    gauges.add(
        Gauge.builder("swarm.edge.places", places, Places::places)
            .description("Connections that limits and file descriptors allow")
            .tag("port", port)
            .register(registry));
  }

  void close() {
    gauges.forEach(registry::remove);
    refused.values().forEach(registry::remove);
  }

  void refused(Refused reason, Object address, long nowNanos) {
    refused.get(reason).increment();
    // A client that was killed looks like one that broke the rules.
    if (reason == Refused.BROKEN || !tellNow(nowNanos)) return;
    log.warn(
        "{} port: refused {} ({}); more of it in the next 10 s is only counted,"
            + " see swarm_edge_refused_total",
        port,
        address,
        reason.tag());
  }

  private synchronized boolean tellNow(long nowNanos) {
    if (told && nowNanos - toldNanos < SILENCE_NANOS) return false;
    told = true;
    toldNanos = nowNanos;
    return true;
  }
}
