package dev.swarm.forward;

import dev.swarm.bus.Endpoints;
import dev.swarm.bus.Messages.Links;
import dev.swarm.bus.SwarmBus;
import dev.swarm.bus.Topics;
import dev.swarm.model.TimeSource;
import dev.swarm.wire.GrpcMethods;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.grpc.server.GrpcServer;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The leader's end of the link, mounted on the api server of every manager: one that does not lead
 * answers each request NOT_LEADER or NO_LEADER. Safe for servers on several event loops.
 */
public final class LinkService {
  private final String cluster;
  private final String manager;
  private final SwarmBus bus;
  private final LinkMeters meters;
  private final Standing standing = new Standing();

  /** How many streams each manager has open here. */
  private final Map<String, Integer> linked = new ConcurrentHashMap<>();

  /** The service of this manager of the cluster. */
  public LinkService(
      String cluster, String manager, SwarmBus bus, TimeSource time, MeterRegistry meters) {
    this.cluster = cluster;
    this.manager = manager;
    this.bus = bus;
    this.meters = new LinkMeters(meters);
    Gauge.builder("swarm.forward.followers", linked, Map::size)
        .description("Managers that have a link to this one")
        .register(meters);
  }

  /** Serves the link on this server, as long as the calling verticle is deployed. */
  public void mount(GrpcServer server) {
    LinkEnds ends = new LinkEnds(linked);
    bus.subscribe(Topics.ROLE, role -> standing.hear(role.term(), 0));
    bus.subscribe(Topics.MOVES, ends::tell);
    bus.serve(
        Endpoints.LINKS,
        question -> Future.succeededFuture(new Links(Set.copyOf(linked.keySet()))));
    server.callHandler(
        GrpcMethods.LINK_SERVER,
        request -> {
          LinkRequests requests = new LinkRequests(bus, standing);
          Vertx vertx = Vertx.currentContext().owner();
          new LinkEnd(vertx, cluster, manager, request, requests, meters, ends).begin();
        });
  }
}
