package dev.swarm.bus;

import dev.swarm.model.Change;
import dev.swarm.model.ClusterState;
import dev.swarm.model.Command;
import dev.swarm.model.Outcome;
import dev.swarm.model.Report;
import dev.swarm.model.SessionOpen;
import dev.swarm.model.SessionRef;
import dev.swarm.model.WorkerId;
import java.util.List;
import java.util.Set;

/**
 * The messages between verticles. What was carried over the link once says {@code forwarded} and is
 * never forwarded again: it is answered NOT_LEADER.
 */
public final class Messages {
  private Messages() {}

  /** Commit this command; answered when it is applied here. */
  public record Propose(Command command) implements BusMessage {}

  /** A command is committed and applied; the outcome lists what of it had no effect. */
  public record Taken(Outcome outcome) implements BusMessage {}

  /** Asks for the newest applied state. */
  public record StateQuery() implements BusMessage {}

  /** The newest applied state. */
  public record StateView(ClusterState state) implements BusMessage {}

  /** Asks whether we may speak as the leader now. */
  public record AuthorityQuery() implements BusMessage {}

  /** We lead: a majority answered a moment ago. */
  public record Authority(long term, long commitIndex) implements BusMessage {}

  /**
   * What one log entry changed, or, when {@code replaced}, that everything may be different: an
   * installed snapshot, or a listener that fell behind.
   *
   * @param state after the entry
   * @param changes of the entry, in order; empty when replaced
   * @param mended whether the states told before may have been wrong: nothing that was made of them
   *     holds, whatever its version
   * @param atMillis wall clock of the leader that wrote the entry; 0 when it did not say
   */
  public record StateNews(
      ClusterState state, List<Change> changes, boolean replaced, boolean mended, long atMillis)
      implements BusMessage {
    /** The states told before were right. */
    public StateNews(ClusterState state, List<Change> changes, boolean replaced) {
      this(state, changes, replaced, false, 0);
    }
  }

  /** What this manager is now. */
  public enum Role {
    /** Leads, and its first entry of the term is applied. */
    LEADER,
    /** Follows, or stands in an election. */
    FOLLOWER
  }

  /**
   * Who leads.
   *
   * @param leader id of the leading manager; empty when none is known
   */
  public record RoleChanged(Role role, String leader, long term) implements BusMessage {}

  /** On what terms this manager takes part in the group. */
  public enum GuardState {
    /** It takes part. */
    UP,
    /** It takes part, but an operator should see to it: its snapshots fail. */
    IMPAIRED,
    /** It takes part, but proposes nothing but what keeps the fleet known: its disk fills. */
    NO_PROPOSALS,
    /** It takes no part: its log is closed. */
    DOWN
  }

  /**
   * The guard over this manager's role changed its mind.
   *
   * @param reason why it is not UP; empty when it is
   */
  public record GuardChanged(GuardState state, String reason) implements BusMessage {}

  /**
   * Whether this manager is a member of a group.
   *
   * @param waitsFor what it waits for until it is one; empty when it is
   */
  public record MembershipChanged(String waitsFor) implements BusMessage {}

  /**
   * Whether a dispatcher hears from a leader; one that hears none for too long opens no sessions.
   *
   * @param dispatcher which of the dispatchers of this manager
   */
  public record LeaderHeard(String dispatcher, boolean heard) implements BusMessage {}

  /** Workers want sessions; those granted are learnt from the log, the answer lists refusals. */
  public record Opens(List<SessionOpen> opens, boolean forwarded) implements BusMessage {}

  /**
   * A sign of life.
   *
   * @param seq number of the beat within its session; 0 when none was sent yet
   * @param ageMillis how long ago it arrived
   * @param promisedMillis the longest period the worker was told and not yet told otherwise
   * @param settingsVersion of the settings as its manager has them, which promises nothing older
   *     any more; 0 when it did not say
   */
  public record SessionBeat(
      SessionRef session, long seq, long ageMillis, int promisedMillis, long settingsVersion) {
    /** The same beat, so much later. */
    public SessionBeat aged(long millis) {
      return new SessionBeat(session, seq, ageMillis + millis, promisedMillis, settingsVersion);
    }
  }

  /** These sessions beat since the last message; may be empty, to hear from the leader. */
  public record Beats(List<SessionBeat> beats, boolean forwarded) implements BusMessage {}

  /**
   * The leader has heard the beats: all but the refused are confirmed.
   *
   * @param refused sessions that are not, or no longer, the current ones of their workers
   */
  public record BeatsTaken(long term, long commitIndex, List<SessionRef> refused)
      implements BusMessage {}

  /** Every live session of one dispatcher, after an epoch began. */
  public record Roster(long epoch, List<SessionBeat> sessions, boolean forwarded)
      implements BusMessage {}

  /** What became of tasks; the answer lists refusals by position. */
  public record Reports(List<Report> reports, boolean forwarded) implements BusMessage {}

  /** A worker leaves in order. */
  public record Goodbye(SessionRef session, String reason) {}

  /** Workers leave in order; answered when committed. */
  public record Goodbyes(List<Goodbye> goodbyes, boolean forwarded) implements BusMessage {}

  /** The digest of the state after a log entry: the same on every manager. */
  public record DigestPoint(long index, long digest) {}

  /**
   * What a manager's state was at some entries.
   *
   * @param shortage how short of room its disk is: 0 not at all, 1 too short for new entries, 2 to
   *     lead, 3 to take part
   * @param version the newest format of log entries that it reads; 0 when it does not say
   */
  public record Digests(String manager, List<DigestPoint> points, int shortage, int version)
      implements BusMessage {}

  /** A majority agrees on another state after this entry than one manager has. */
  public record StateDiffers(long index, long own, long majority) {}

  /**
   * What the leader makes of digests.
   *
   * @param wanted indexes at which managers differ, and whose digest is wanted of this one, too
   * @param differs null unless the state of the manager that asks is the odd one
   */
  public record DigestsJudged(List<Long> wanted, StateDiffers differs) implements BusMessage {}

  /**
   * Asks for a piece of a copy of the leader's state.
   *
   * @param copy which; 0 for a new one
   */
  public record CopyQuestion(long copy, long offset) implements BusMessage {}

  /**
   * A piece of a copy of the leader's state, in the encoding of a snapshot.
   *
   * @param size bytes of the whole copy
   */
  public record CopyPiece(long copy, long size, byte[] bytes) implements BusMessage {}

  /**
   * A member of the Raft group.
   *
   * @param member number of its membership
   * @param address of its Raft server
   */
  public record GroupMember(String manager, long member, String address) {}

  /** Asks the leader who the members of the Raft group are. */
  public record GroupQuery() implements BusMessage {}

  /**
   * Who the members of the Raft group are.
   *
   * @param voters members with a vote
   * @param settled whether no change is under way
   * @param heard those of the voters, ourselves included, that answered a moment ago
   */
  public record GroupView(List<GroupMember> voters, boolean settled, List<GroupMember> heard)
      implements BusMessage {}

  /** Make these the voters. A new one gets the log first, and a vote when it has caught up. */
  public record Regroup(List<GroupMember> voters) implements BusMessage {}

  /** Take no part in the group any more. */
  public record Withdraw(String reason) implements BusMessage {}

  /** It is done. */
  public record Done() implements BusMessage {}

  /** Asks which managers have a link to this one. */
  public record LinksQuery() implements BusMessage {}

  /** The managers that have a link to this one. */
  public record Links(Set<String> managers) implements BusMessage {}

  /**
   * Something happened on this manager that an operator should hear of. Never for what idle workers
   * do, and never more often than people can read.
   *
   * @param subject worker or manager that it happened to; empty for the cluster as a whole
   * @param message one line for people, with the reason
   */
  public record Happened(EventKind kind, String subject, String message) implements BusMessage {}

  /** A worker is to go to another manager. */
  public record AskedMove(WorkerId worker, String target) {}

  /**
   * Workers are to go to other managers.
   *
   * @param holder manager that has their sessions
   * @param withinMillis how long it is good for
   */
  public record Moves(String holder, int withinMillis, String reason, List<AskedMove> moves)
      implements BusMessage {}

  /** An operator wants this manager to lead. */
  public record Promote(String manager, boolean forwarded) implements BusMessage {}

  /** Another manager is to lead. */
  public record HandOver(String manager) implements BusMessage {}

  /** An operator's command. */
  public record Write(Command command, boolean forwarded) implements BusMessage {}

  /** An operator's tasks, for which workers are to be chosen; answered when committed. */
  public record Submit(Command.SubmitTasks tasks) implements BusMessage {}
}
