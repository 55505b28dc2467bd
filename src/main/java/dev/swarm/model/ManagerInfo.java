package dev.swarm.model;

/**
 * A manager as committed.
 *
 * @param id as configured
 * @param member number of its membership; a manager whose disk was lost comes back as a new one
 * @param api host:port of its gRPC services
 * @param raft host:port of its Raft server
 * @param http host:port of its HTTP API
 * @param weight share of new worker connections that an operator wants it to have; 0 takes none
 *     while another has weight. What it has as of now is {@link #share}
 */
public record ManagerInfo(
    String id, long member, String api, String raft, String http, int weight, ManagerState state) {

  /** Weight of a manager that nobody has weighted. */
  public static final int DEFAULT_WEIGHT = 100;

  /** The most that a manager may weigh. */
  public static final int MAX_WEIGHT = 10_000;

  /** Checks id and weight; throws BAD_REQUEST. */
  public ManagerInfo {
    Names.check("manager", id);
    requireWeight(weight);
  }

  /** Throws BAD_REQUEST unless the weight is one. */
  public static void requireWeight(long weight) {
    if (weight >= 0 && weight <= MAX_WEIGHT) return;
    throw SwarmException.badRequest("weight " + weight + " is outside 0.." + MAX_WEIGHT);
  }

  /** The same with another weight. */
  public ManagerInfo weighing(int other) {
    return new ManagerInfo(id, member, api, raft, http, other, state);
  }

  /** The same in another state. */
  public ManagerInfo in(ManagerState other) {
    return new ManagerInfo(id, member, api, raft, http, weight, other);
  }

  /** Its share of the workers as of now: its weight, or none unless it is ACTIVE. */
  public int share() {
    return state == ManagerState.ACTIVE ? weight : 0;
  }

  long digest() {
    return Digest.of("manager")
        .add(id)
        .add(member)
        .add(api)
        .add(raft)
        .add(http)
        .add(weight)
        .add(state)
        .value();
  }
}
