package dev.swarm.config;

import dev.swarm.model.Names;
import java.util.Objects;

/**
 * One of the managers that form the cluster.
 *
 * @param api of its gRPC services
 * @param raft of its Raft server
 * @param http of its HTTP API
 */
public record ManagerEntry(String id, Address api, Address raft, Address http) {
  private static final Address STAND_IN = new Address("x", 1);

  /** All must be there, and the id be one. */
  public ManagerEntry {
    Names.check("manager", id);
    Objects.requireNonNull(api, "api");
    Objects.requireNonNull(raft, "raft");
    Objects.requireNonNull(http, "http");
  }

  static ManagerEntry from(Section section) {
    return section.read(
        () ->
            new ManagerEntry(
                section.text("id", "id", id -> Names.check("manager", id), "x"),
                section.text("api", "host:port", Address::parse, STAND_IN),
                section.text("raft", "host:port", Address::parse, STAND_IN),
                section.text("http", "host:port", Address::parse, STAND_IN)));
  }
}
