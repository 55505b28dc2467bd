package dev.swarm.consensus.guard;

import java.util.Locale;

/** What the guard acts on. */
public enum Trouble {
  /** The Raft division has closed: a pause of more than a minute, a thread that died. */
  CLOSED("restart the process if this does not end by itself"),
  /** The log could not be written. */
  LOG_FAILED("look at the disk of the data folder; it takes part again when the disk does"),
  /** The disk is nearly full. */
  NO_SPACE("free space on the disk of the data folder"),
  /** Our disk is slower than that of a follower. */
  SLOW_DISK("look at the disk of the data folder"),
  /** One snapshot after the other fails. */
  NO_SNAPSHOT("see to what the reason names; entries go on and the log grows until one is taken"),
  /** A snapshot does not come to its end. */
  SLOW_SNAPSHOT("look at the disk of the data folder; entries go on and the log grows meanwhile"),
  /** A follower that wants a snapshot of ours is not helped by it. */
  LEFT_BEHIND("if that does not help, look at the disks of both managers"),
  /** Elected, but the entries before are not applied. */
  NOT_READY("if it comes back, move the data folder away and start the manager as a new member"),
  /** Committed entries are not applied. */
  APPLY_STUCK("if it comes back, move the data folder away and start the manager as a new member"),
  /** It is no member of the group any more. */
  REMOVED("its data folder is of no use to the group any more"),
  /** The replica cannot be trusted, or not read by this program. */
  REFUSED("do what the reason says, then start the process again");

  private final String advice;

  Trouble(String advice) {
    this.advice = advice;
  }

  /** What an operator can do. */
  public String advice() {
    return advice;
  }

  /** As meters name it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
