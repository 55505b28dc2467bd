package dev.swarm.consensus.raft;

import dev.swarm.model.Names;
import dev.swarm.model.SwarmException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * How this manager takes part in the group.
 *
 * @param id of this manager; one of the members, where there are any
 * @param cluster name of the cluster, the same on all managers
 * @param dataDir folder of this manager alone
 * @param raftHost address to bind
 * @param raftPort port to bind
 * @param members all managers of the first formation, this one included; none for one that came
 *     later
 * @param electionMinMillis a follower that hears nothing for this long may stand for election
 * @param electionMaxMillis and after this long it does
 * @param snapshotEveryEntries a snapshot is taken after so many log entries
 */
public record RaftOptions(
    String id,
    String cluster,
    Path dataDir,
    String raftHost,
    int raftPort,
    List<Member> members,
    int electionMinMillis,
    int electionMaxMillis,
    long snapshotEveryEntries) {

  /**
   * Default election time-outs. Measured with three processes on two busy cores: a killed leader is
   * replaced by a ready one in 1.25 s at the median (0.9 to 1.6 s), without false elections; 150 to
   * 300 ms would be 0.5 s, but lost leaders to garbage collection and start-up load.
   */
  public static final int DEFAULT_ELECTION_MIN_MILLIS = 500;

  /** See {@link #DEFAULT_ELECTION_MIN_MILLIS}. */
  public static final int DEFAULT_ELECTION_MAX_MILLIS = 1_000;

  /** Default for {@code snapshotEveryEntries}. */
  public static final long DEFAULT_SNAPSHOT_EVERY_ENTRIES = 10_000;

  /** A manager of the first formation and the address of its Raft server, {@code host:port}. */
  public record Member(String id, String address) {
    /** Checks the id; throws BAD_REQUEST. */
    public Member {
      Names.check("manager", id);
    }
  }

  /** Checks what must hold between the fields; throws BAD_REQUEST. */
  public RaftOptions {
    members = List.copyOf(members);
    Set<String> ids = new HashSet<>();
    for (Member member : members) {
      if (!ids.add(member.id())) {
        throw SwarmException.badRequest("manager " + member.id() + " is listed twice");
      }
    }
    if (!members.isEmpty() && !ids.contains(id)) {
      throw SwarmException.badRequest("manager " + id + " is not among the members " + ids);
    }
    if (electionMinMillis < 50 || electionMaxMillis <= electionMinMillis) {
      throw SwarmException.badRequest(
          "election time-outs "
              + electionMinMillis
              + ".."
              + electionMaxMillis
              + " ms must start at 50 at least and span a range");
    }
    if (snapshotEveryEntries < 1) {
      throw SwarmException.badRequest("a snapshot every 0 entries is not possible");
    }
  }

  /** Options with default time-outs. */
  public static RaftOptions of(
      String id,
      String cluster,
      Path dataDir,
      String raftHost,
      int raftPort,
      List<Member> members) {
    return new RaftOptions(
        id,
        cluster,
        dataDir,
        raftHost,
        raftPort,
        members,
        DEFAULT_ELECTION_MIN_MILLIS,
        DEFAULT_ELECTION_MAX_MILLIS,
        DEFAULT_SNAPSHOT_EVERY_ENTRIES);
  }
}
