package dev.swarm.consensus.gate;

import dev.swarm.codec.LogCodec;
import dev.swarm.model.SwarmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The gate in front of the log. Makes entries of proposals: those of one moment share one, several
 * are under way at once, and none is begun while an older one is overdue, because Ratis gives up a
 * lost majority only when nothing new is appended.
 */
public final class ProposalQueue {
  /** Proposals not yet answered; more are refused as OVERLOADED. */
  public static final int MAX_PENDING = 10_000;

  /** Bytes of proposals not yet answered; more are refused as OVERLOADED. */
  static final long MAX_PENDING_BYTES = 64L << 20;

  /** Largest single command; a larger one is refused as BAD_REQUEST. */
  static final int MAX_COMMAND_BYTES = 2 << 20;

  /** Commands in one entry. */
  static final int MAX_ENTRY_COMMANDS = 1_000;

  /** Bytes of one entry, unless a single command is larger. */
  static final int MAX_ENTRY_BYTES = 1 << 20;

  /** Entries under way at once. */
  public static final int MAX_UNDER_WAY = 8;

  /** A proposal not answered for so long, counted from when it was asked for, is given up. */
  public static final long LIMIT_NANOS = 8_000_000_000L;

  /** An entry not answered for so long is offered again under its old number. */
  public static final long ATTEMPT_NANOS = 2_000_000_000L;

  private static final int RETRY_AFTER_MILLIS = 200;

  private final long overdueNanos;
  private final Deque<Proposal> waiting = new ArrayDeque<>();
  private final Set<Entry> underWay = new LinkedHashSet<>();
  private long lastCallId;
  private int pending;
  private long pendingBytes;

  /** Nothing new is begun while an entry is under way for longer than this. */
  ProposalQueue(long overdueNanos) {
    this.overdueNanos = overdueNanos;
  }

  /**
   * Several proposals under way as one log entry. It stays under way until it is answered, also
   * when nobody waits for it any more: what the log has taken cannot be taken back.
   */
  static final class Entry {
    private final long callId;
    private final List<Proposal> proposals;
    private final byte[] bytes;
    private final long sinceNanos;
    private long attemptNanos;
    private int attempts = 1;
    private int told;

    private Entry(long callId, List<Proposal> proposals, long nowNanos) {
      this.callId = callId;
      this.proposals = proposals;
      this.bytes = LogCodec.join(proposals.stream().map(Proposal::bytes).toList());
      this.sinceNanos = nowNanos;
      this.attemptNanos = nowNanos;
    }

    long callId() {
      return callId;
    }

    /** All of the entry, in its order, which is that in which they were asked for. */
    List<Proposal> proposals() {
      return proposals;
    }

    /** How many of the first were given up, and their callers told. */
    int told() {
      return told;
    }

    byte[] bytes() {
      return bytes;
    }

    private boolean awaited() {
      return told < proposals.size();
    }

    private List<Proposal> giveUp(long nowNanos) {
      int from = told;
      while (awaited() && nowNanos - proposals.get(told).sinceNanos() > LIMIT_NANOS) told++;
      return proposals.subList(from, told);
    }
  }

  /** Takes a proposal; throws OVERLOADED or BAD_REQUEST. */
  void offer(Proposal proposal) {
    int size = proposal.bytes().length;
    if (size > MAX_COMMAND_BYTES) {
      throw SwarmException.badRequest(
          proposal.kind()
              + " has "
              + size
              + " bytes, more than the "
              + MAX_COMMAND_BYTES
              + " allowed");
    }
    if (pending >= MAX_PENDING || pendingBytes + size > MAX_PENDING_BYTES) {
      throw new SwarmException(
          SwarmException.Kind.OVERLOADED,
          pending + " proposals with " + pendingBytes + " bytes are pending",
          RETRY_AFTER_MILLIS);
    }
    pending++;
    pendingBytes += size;
    waiting.add(proposal);
  }

  /** The next entry to propose, or null when there is none or it must wait. */
  Entry next(long nowNanos) {
    if (waiting.isEmpty() || underWay.size() >= MAX_UNDER_WAY || overdue(nowNanos)) return null;
    List<Proposal> together = new ArrayList<>();
    long bytes = 0;
    while (!waiting.isEmpty() && together.size() < MAX_ENTRY_COMMANDS) {
      bytes += waiting.peek().bytes().length;
      if (bytes > MAX_ENTRY_BYTES && !together.isEmpty()) break;
      together.add(waiting.poll());
    }
    Entry entry = new Entry(++lastCallId, together, nowNanos);
    underWay.add(entry);
    return entry;
  }

  /** Whether no entry is under way. */
  boolean idle() {
    return underWay.isEmpty();
  }

  private boolean overdue(long nowNanos) {
    return !underWay.isEmpty() && nowNanos - underWay.iterator().next().sinceNanos > overdueNanos;
  }

  /** The entry is answered; false when it was before. */
  boolean done(Entry entry) {
    if (!underWay.remove(entry)) return false;
    entry.proposals.forEach(this::forget);
    return true;
  }

  /** An attempt failed as a later one may not. Without attempts and callers the entry is over. */
  void missed(Entry entry) {
    entry.attempts--;
    if (entry.attempts == 0 && !entry.awaited()) done(entry);
  }

  /** Entries to offer again now: their last attempt got no answer, and somebody waits for it. */
  List<Entry> unanswered(long nowNanos) {
    List<Entry> again = new ArrayList<>();
    for (Entry entry : underWay) {
      if (!entry.awaited() || nowNanos - entry.attemptNanos < ATTEMPT_NANOS) continue;
      entry.attemptNanos = nowNanos;
      entry.attempts++;
      again.add(entry);
    }
    return again;
  }

  /** Gives up proposals that are under way for too long: they may still take effect. */
  List<Proposal> late(long nowNanos) {
    List<Proposal> late = new ArrayList<>();
    for (Entry entry : List.copyOf(underWay)) {
      late.addAll(entry.giveUp(nowNanos));
      if (entry.attempts == 0 && !entry.awaited()) done(entry);
    }
    return late;
  }

  /** Removes proposals that waited too long without being begun. */
  List<Proposal> expired(long nowNanos) {
    List<Proposal> expired = new ArrayList<>();
    while (!waiting.isEmpty() && nowNanos - waiting.peek().sinceNanos() > LIMIT_NANOS) {
      expired.add(waiting.poll());
    }
    expired.forEach(this::forget);
    return expired;
  }

  /** Removes all proposals that were not begun. */
  List<Proposal> abandon() {
    List<Proposal> abandoned = new ArrayList<>(waiting);
    waiting.clear();
    abandoned.forEach(this::forget);
    return abandoned;
  }

  /** Whether every proposal is answered. */
  boolean isEmpty() {
    return pending == 0;
  }

  private void forget(Proposal proposal) {
    pending--;
    pendingBytes -= proposal.bytes().length;
  }
}
