package dev.swarm.model;

/**
 * A manager as committed.
 *
 * @param id as configured
 * @param member number of its membership: 1 for a founder, else the log index at which it was
 *     admitted. Never given twice, so a manager whose disk was lost comes back under another
 * @param nonce random number of its data folder, in hexadecimal: by it a folder is known again
 * @param api host:port of its gRPC services
 * @param raft host:port of its Raft server
 * @param http host:port of its HTTP API
 * @param weight share of new worker connections that an operator wants it to have; 0 takes none
 *     while another has weight. What it has as of now is {@link #share}
 * @param drained of one that is JOINING: an operator wants no workers on it when it takes part
 */
public record ManagerInfo(
    String id,
    long member,
    String nonce,
    String api,
    String raft,
    String http,
    int weight,
    ManagerState state,
    boolean drained) {

  /** Weight of a manager that nobody has weighted. */
  public static final int DEFAULT_WEIGHT = 100;

  /** The most that a manager may weigh. */
  public static final int MAX_WEIGHT = 10_000;

  /** Checks id and weight; throws BAD_REQUEST. */
  public ManagerInfo {
    Names.check("manager", id);
    requireWeight(weight);
  }

  /** One that is as its state says. */
  public ManagerInfo(
      String id,
      long member,
      String nonce,
      String api,
      String raft,
      String http,
      int weight,
      ManagerState state) {
    this(id, member, nonce, api, raft, http, weight, state, false);
  }

  /** One whose folder's number is not known. */
  public ManagerInfo(
      String id,
      long member,
      String api,
      String raft,
      String http,
      int weight,
      ManagerState state) {
    this(id, member, "", api, raft, http, weight, state);
  }

  /** A manager that wants to become a member. */
  public static ManagerInfo joining(String id, String nonce, String api, String raft, String http) {
    return new ManagerInfo(id, 0, nonce, api, raft, http, DEFAULT_WEIGHT, ManagerState.JOINING);
  }

  /** Throws BAD_REQUEST unless the weight is one. */
  public static void requireWeight(long weight) {
    if (weight >= 0 && weight <= MAX_WEIGHT) return;
    throw SwarmException.badRequest("weight " + weight + " is outside 0.." + MAX_WEIGHT);
  }

  /** The same with another weight. */
  public ManagerInfo weighing(int other) {
    return new ManagerInfo(id, member, nonce, api, raft, http, other, state, drained);
  }

  /** The same that is to be drained when it takes part, or not. */
  public ManagerInfo drained(boolean wanted) {
    return new ManagerInfo(id, member, nonce, api, raft, http, weight, state, wanted);
  }

  /** Whether an operator wants no workers on it, now or when it takes part. */
  public boolean isDrained() {
    return drained || state == ManagerState.DRAINING || state == ManagerState.RETIRING;
  }

  /** The same in another state, and as that says. */
  public ManagerInfo in(ManagerState other) {
    return new ManagerInfo(id, member, nonce, api, raft, http, weight, other);
  }

  /** Its share of the workers as of now: its weight, or none unless it is ACTIVE. */
  public int share() {
    return state == ManagerState.ACTIVE ? weight : 0;
  }

  /** The same under another number. */
  public ManagerInfo as(long otherMember) {
    return new ManagerInfo(id, otherMember, nonce, api, raft, http, weight, state, drained);
  }

  /** Whether both are served from the same folder and take part in the group at one address. */
  public boolean sameMember(ManagerInfo other) {
    return id.equals(other.id) && nonce.equals(other.nonce) && raft.equals(other.raft);
  }

  /** What was added later counts only where it is set: all others are as they were. */
  long digest() {
    Digest digest =
        Digest.of("manager")
            .add(id)
            .add(member)
            .add(api)
            .add(raft)
            .add(http)
            .add(weight)
            .add(state);
    if (!nonce.isEmpty()) digest = digest.add(nonce);
    return drained ? digest.add("drained").value() : digest.value();
  }
}
