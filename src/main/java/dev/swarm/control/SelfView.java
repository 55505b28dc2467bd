package dev.swarm.control;

import io.vertx.core.json.JsonObject;

/**
 * What a manager says of itself.
 *
 * @param term of Raft, as it last heard of a role
 * @param leader whom it takes for the leader; null for nobody
 * @param version of its program
 */
record SelfView(
    String id, String cluster, long term, String leader, long appliedIndex, String version) {

  /** Where every manager serves it. */
  static final String PATH = "/api/v1/self";

  JsonObject toJson() {
    return new JsonObject()
        .put("id", id)
        .put("cluster", cluster)
        .put("term", term)
        .put("leader", leader)
        .put("appliedIndex", appliedIndex)
        .put("version", version);
  }

  static SelfView from(JsonObject json) {
    return new SelfView(
        json.getString("id"),
        json.getString("cluster"),
        json.getLong("term", 0L),
        json.getString("leader"),
        json.getLong("appliedIndex", 0L),
        json.getString("version"));
  }
}
