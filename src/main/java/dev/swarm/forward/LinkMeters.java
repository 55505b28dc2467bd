package dev.swarm.forward;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What the link counts, at either end. */
final class LinkMeters {
  private final Map<LinkKind, Counter> messagesSent = new EnumMap<>(LinkKind.class);
  private final Map<LinkKind, Counter> messagesReceived = new EnumMap<>(LinkKind.class);
  private final Counter bytesSent;
  private final Counter bytesReceived;
  private final Timer rtt;

  LinkMeters(MeterRegistry meters) {
    for (LinkKind kind : LinkKind.values()) {
      messagesSent.put(kind, messages(meters, kind, "sent"));
      messagesReceived.put(kind, messages(meters, kind, "received"));
    }
    bytesSent = bytes(meters, "sent");
    bytesReceived = bytes(meters, "received");
    rtt =
        Timer.builder("swarm.forward.rtt.seconds")
            .description("From a heartbeat message on the link to the leader's answer")
            .serviceLevelObjectives(millis(1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_000))
            .register(meters);
  }

  private static Duration[] millis(long... bounds) {
    Duration[] durations = new Duration[bounds.length];
    for (int i = 0; i < bounds.length; i++) durations[i] = Duration.ofMillis(bounds[i]);
    return durations;
  }

  private static Counter messages(MeterRegistry meters, LinkKind kind, String direction) {
    return Counter.builder("swarm.forward.messages")
        .description("Messages on the link between follower and leader")
        .tag("kind", kind.tag())
        .tag("direction", direction)
        .register(meters);
  }

  private static Counter bytes(MeterRegistry meters, String direction) {
    return Counter.builder("swarm.forward.bytes")
        .description("Bytes of messages on the link between follower and leader")
        .baseUnit("bytes")
        .tag("direction", direction)
        .register(meters);
  }

  void sent(LinkKind kind, int bytes) {
    messagesSent.get(kind).increment();
    bytesSent.increment(bytes);
  }

  void received(LinkKind kind, int bytes) {
    messagesReceived.get(kind).increment();
    bytesReceived.increment(bytes);
  }

  void answered(LinkKind kind, long nanos) {
    if (kind == LinkKind.BEATS) rtt.record(nanos, TimeUnit.NANOSECONDS);
  }
}
