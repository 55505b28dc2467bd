package dev.swarm.bus;

import dev.swarm.bus.Messages.Authority;
import dev.swarm.bus.Messages.AuthorityQuery;
import dev.swarm.bus.Messages.Beats;
import dev.swarm.bus.Messages.BeatsTaken;
import dev.swarm.bus.Messages.CopyPiece;
import dev.swarm.bus.Messages.CopyQuestion;
import dev.swarm.bus.Messages.Digests;
import dev.swarm.bus.Messages.DigestsJudged;
import dev.swarm.bus.Messages.Done;
import dev.swarm.bus.Messages.Goodbyes;
import dev.swarm.bus.Messages.GroupQuery;
import dev.swarm.bus.Messages.GroupView;
import dev.swarm.bus.Messages.HandOver;
import dev.swarm.bus.Messages.Links;
import dev.swarm.bus.Messages.LinksQuery;
import dev.swarm.bus.Messages.Opens;
import dev.swarm.bus.Messages.Promote;
import dev.swarm.bus.Messages.Propose;
import dev.swarm.bus.Messages.Regroup;
import dev.swarm.bus.Messages.Reports;
import dev.swarm.bus.Messages.Roster;
import dev.swarm.bus.Messages.StateQuery;
import dev.swarm.bus.Messages.StateView;
import dev.swarm.bus.Messages.Submit;
import dev.swarm.bus.Messages.Taken;
import dev.swarm.bus.Messages.Withdraw;
import dev.swarm.bus.Messages.Write;

/** Every request that one verticle may make of another. */
public final class Endpoints {
  private static final long QUICK = 2_000;
  private static final long WRITE = 10_000;
  private static final long LONG = 60_000;

  /** Served by consensus: commit this command. Fails NOT_LEADER on a follower. */
  public static final Endpoint<Propose, Taken> PROPOSE = new Endpoint<>("consensus.propose", WRITE);

  /** Served by consensus: the newest applied state. */
  public static final Endpoint<StateQuery, StateView> STATE =
      new Endpoint<>("consensus.state", QUICK);

  /**
   * Served by consensus: may we speak as the leader now? Fails NOT_LEADER unless a majority has
   * answered within the last shortest election time-out and the leader is ready.
   */
  public static final Endpoint<AuthorityQuery, Authority> AUTHORITY =
      new Endpoint<>("consensus.authority", QUICK);

  /** Served by presence on the leader, by forward elsewhere: workers want sessions. */
  public static final Endpoint<Opens, Taken> OPEN = new Endpoint<>("leader.open", QUICK);

  /** Served by presence on the leader, by forward elsewhere: these sessions beat. */
  public static final Endpoint<Beats, BeatsTaken> BEATS = new Endpoint<>("leader.beats", QUICK);

  /** Served by presence on the leader, by forward elsewhere: all live sessions of a dispatcher. */
  public static final Endpoint<Roster, BeatsTaken> ROSTER = new Endpoint<>("leader.roster", QUICK);

  /** Served by presence on the leader, by forward elsewhere: what became of tasks. */
  public static final Endpoint<Reports, Taken> REPORTS = new Endpoint<>("leader.reports", WRITE);

  /** Served by presence on the leader, by forward elsewhere: workers leave in order. */
  public static final Endpoint<Goodbyes, Taken> GOODBYE = new Endpoint<>("leader.goodbye", QUICK);

  /** Served by presence on the leader, by forward elsewhere: an operator's command. */
  public static final Endpoint<Write, Taken> WRITES = new Endpoint<>("leader.write", WRITE);

  /** Served by consensus on the leader: does the state of this manager differ from the others'? */
  public static final Endpoint<Digests, DigestsJudged> JUDGE_DIGESTS =
      new Endpoint<>("consensus.digests", QUICK);

  /** Served by consensus on the leader: a piece of a copy of its state. */
  public static final Endpoint<CopyQuestion, CopyPiece> COPY_STATE =
      new Endpoint<>("consensus.copy", WRITE);

  /** Served by forward on a follower: the same of the leader. */
  public static final Endpoint<Digests, DigestsJudged> DIGESTS =
      new Endpoint<>("leader.digests", QUICK);

  /** Served by forward on a follower: the same of the leader. */
  public static final Endpoint<CopyQuestion, CopyPiece> COPY = new Endpoint<>("leader.copy", WRITE);

  /** Served by placement on the leader: commit these tasks, and choose workers for them. */
  public static final Endpoint<Submit, Taken> SUBMIT = new Endpoint<>("placement.submit", WRITE);

  /** Served by consensus on the leader: who the members of the Raft group are. */
  public static final Endpoint<GroupQuery, GroupView> GROUP =
      new Endpoint<>("consensus.group", QUICK);

  /** Served by consensus on the leader: change who the members are; one change at a time. */
  public static final Endpoint<Regroup, Done> REGROUP = new Endpoint<>("consensus.regroup", LONG);

  /** Served by consensus: take no part any more. */
  public static final Endpoint<Withdraw, Done> WITHDRAW =
      new Endpoint<>("consensus.withdraw", QUICK);

  /** Served by membership on the leader: admit this manager, if it can be reached. */
  public static final Endpoint<Write, Taken> ADMIT = new Endpoint<>("membership.admit", WRITE);

  /** Served by forward: which managers have a link to this one. */
  public static final Endpoint<LinksQuery, Links> LINKS = new Endpoint<>("forward.links", QUICK);

  /** Served by consensus: if this manager leads, another is to lead instead. */
  public static final Endpoint<HandOver, Done> HAND_OVER =
      new Endpoint<>("consensus.handOver", WRITE);

  /** Served by rebalance on the leader, by forward elsewhere: another manager is to lead. */
  public static final Endpoint<Promote, Done> PROMOTE = new Endpoint<>("leader.promote", WRITE);

  private Endpoints() {}
}
