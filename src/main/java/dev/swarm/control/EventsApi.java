package dev.swarm.control;

import dev.swarm.bus.EventKind;
import dev.swarm.bus.Messages.GuardChanged;
import dev.swarm.bus.Messages.GuardState;
import dev.swarm.bus.Messages.Happened;
import dev.swarm.bus.Messages.RoleChanged;
import dev.swarm.bus.Messages.StateNews;
import dev.swarm.bus.SwarmBus;
import dev.swarm.bus.Topics;
import dev.swarm.model.SwarmException;
import dev.swarm.model.TimeSource;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** {@code /api/v1/events}: what operators should hear of, as it happens. */
final class EventsApi {
  static final String PATH = "/api/v1/events";

  /** Streams open at once; more are answered 429. */
  static final int MAX_STREAMS = 64;

  private static final Set<String> PARAMETERS = Set.of("kind", "after", "follow");

  private final Vertx vertx;
  private final String manager;
  private final TimeSource time;
  private final long keepAliveMillis;
  private final MeterRegistry registry;
  private final EventLog events;
  private final Gate gate = new Gate("event streams", MAX_STREAMS);
  private final Set<EventStream> streams = new LinkedHashSet<>();
  private final Gauge open;
  private String leader = "";
  private GuardState guard = GuardState.UP;
  private long keepAlive;

  /**
   * Hears nothing yet.
   *
   * @param keepAliveMillis between two signs of life on a quiet stream
   */
  EventsApi(
      Vertx vertx, String manager, TimeSource time, long keepAliveMillis, MeterRegistry registry) {
    this.vertx = vertx;
    this.manager = manager;
    this.time = time;
    this.keepAliveMillis = keepAliveMillis;
    this.registry = registry;
    events = new EventLog(manager);
    open =
        Gauge.builder("swarm.event.streams", streams, Set::size)
            .description("Streams of events that are open")
            .register(registry);
  }

  /** Listens on the caller's context. */
  Future<Void> start(SwarmBus bus) {
    return bus.subscribe(Topics.STATE, this::take)
        .compose(subscribed -> bus.subscribe(Topics.ROLE, this::take))
        .compose(subscribed -> bus.subscribe(Topics.GUARD, this::take))
        .compose(subscribed -> bus.subscribe(Topics.EVENTS, this::tell));
  }

  void mount(Routes routes) {
    routes.stream(PATH, ctx -> gate.pass(() -> stream(ctx)));
  }

  private void take(StateNews news) {
    if (events.take(news, time.millis())) pump();
  }

  /** Who leads is in the log; that nobody does is not. */
  private void take(RoleChanged news) {
    if (news.leader().isEmpty() && !leader.isEmpty()) {
      String what = "hears of no leader any more, " + leader + " was it before";
      tell(new Happened(EventKind.LEADER_LOST, manager, what));
    }
    leader = news.leader();
  }

  /** Another reason for the same is no other event: a disk may have a new one each second. */
  private void take(GuardChanged news) {
    if (news.state() == guard) return;
    guard = news.state();
    String what = guard == GuardState.UP ? "takes part as it should" : news.reason();
    tell(new Happened(kind(guard), manager, what));
  }

  private static EventKind kind(GuardState state) {
    return switch (state) {
      case UP -> EventKind.GUARD_UP;
      case IMPAIRED -> EventKind.GUARD_IMPAIRED;
      case NO_PROPOSALS -> EventKind.GUARD_LIMITED;
      case DOWN -> EventKind.GUARD_DOWN;
    };
  }

  private void tell(Happened what) {
    events.tell(what, time.millis());
    pump();
  }

  private void pump() {
    List.copyOf(streams).forEach(EventStream::pump);
  }

  private Future<?> stream(RoutingContext ctx) {
    MultiMap params = ctx.queryParams();
    check(params.names());
    Set<EventKind> kinds = kinds(params.getAll("kind"));
    EventId last = last(ctx);
    EventLog.Reader reader = last == null ? events.read(kinds) : events.read(kinds, last);
    ctx.response()
        .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .putHeader("X-Content-Type-Options", "nosniff")
        .setChunked(true);
    EventStream stream = new EventStream(reader, ctx.response(), time, follows(params));
    add(stream);
    return stream.begin().onComplete(ended -> remove(stream));
  }

  private static void check(Set<String> names) {
    for (String name : names) {
      if (PARAMETERS.contains(name)) continue;
      throw SwarmException.badRequest(
          "?" + name + ": unknown parameter, allowed are after, follow, kind");
    }
  }

  /** All that are named, or begin with the parts that are named; all when nothing is. */
  private static Set<EventKind> kinds(List<String> given) {
    Set<EventKind> kinds = EnumSet.noneOf(EventKind.class);
    for (String some : given) for (String one : some.split(",")) kinds.addAll(kinds(one.trim()));
    return kinds.isEmpty() ? EnumSet.allOf(EventKind.class) : kinds;
  }

  private static List<EventKind> kinds(String beginning) {
    List<EventKind> kinds =
        Arrays.stream(EventKind.values())
            .filter(kind -> (kind + ".").startsWith(beginning + "."))
            .toList();
    if (!kinds.isEmpty()) return kinds;
    throw SwarmException.badRequest(
        "kind '" + beginning + "' is the beginning of none of " + List.of(EventKind.values()));
  }

  /** The header is newer than the address: a browser that comes again sends both. */
  private static EventId last(RoutingContext ctx) {
    String header = ctx.request().getHeader("Last-Event-ID");
    String text = header == null ? ctx.queryParams().get("after") : header;
    return text == null || text.isBlank() ? null : EventId.parse(text.trim());
  }

  private static boolean follows(MultiMap params) {
    String follow = params.get("follow");
    if (follow == null || follow.equals("true")) return true;
    if (follow.equals("false")) return false;
    throw SwarmException.badRequest("?follow=" + follow + " is neither true nor false");
  }

  private void add(EventStream stream) {
    streams.add(stream);
    if (streams.size() > 1) return;
    keepAlive =
        vertx.setPeriodic(
            keepAliveMillis, timer -> List.copyOf(streams).forEach(EventStream::keepAlive));
  }

  private void remove(EventStream stream) {
    streams.remove(stream);
    if (streams.isEmpty()) vertx.cancelTimer(keepAlive);
  }

  /** Ends all streams. */
  void close() {
    List.copyOf(streams).forEach(EventStream::end);
    registry.remove(open);
  }
}
