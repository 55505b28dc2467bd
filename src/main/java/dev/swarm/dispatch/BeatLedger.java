package dev.swarm.dispatch;

/**
 * The beats of one session: which came, which the leader confirmed, and what the worker was told.
 */
final class BeatLedger {
  private static final int WINDOW_PERIODS = 3;
  private static final int PATIENCE = 2;

  /**
   * An agent that hears nothing ends after a TTL, of 20 periods at most, and jitter may halve them:
   * twice as many beats as that cannot have piled up.
   */
  private static final int MOST_PILED_UP = 80;

  /** How a beat is to be taken. */
  enum Pace {
    /** As often as told. */
    FINE,
    /** Several times as often: answered and counted. */
    EAGER,
    /** It went on: the worker is disconnected, unless it was we who stood still. */
    TOO_EAGER,
    /** More than can have piled up while we did: it is cut off at once. */
    FLOOD
  }

  private long seq;
  private long beatNanos;
  private long expectedNanos;
  private long confirmed;
  private int promised;
  private int promisedBefore;
  private long windowNanos;
  private int inWindow;
  private final int maxBeats;

  /**
   * A session whose worker was just told of the period.
   *
   * @param factor beats so many times as often as told are too many
   */
  BeatLedger(int periodMillis, int factor, long nowNanos) {
    maxBeats = WINDOW_PERIODS * factor;
    promised = periodMillis;
    beatNanos = nowNanos;
    windowNanos = nowNanos;
  }

  /** Takes a beat; false when it is not newer than those before. */
  boolean beat(long number, long nowNanos) {
    if (number <= seq) return false;
    seq = number;
    beatNanos = nowNanos;
    return true;
  }

  /** Counts a beat, new or not, and says whether they come too often. */
  Pace pace(long nowNanos) {
    if (nowNanos - windowNanos > WINDOW_PERIODS * promised * 1_000_000L) {
      windowNanos = nowNanos;
      inWindow = 0;
    }
    inWindow++;
    if (inWindow <= maxBeats) return Pace.FINE;
    if (inWindow > PATIENCE * maxBeats + MOST_PILED_UP) return Pace.FLOOD;
    return tooEager() ? Pace.TOO_EAGER : Pace.EAGER;
  }

  /** The worker is told of this period in answer to the beat just taken. */
  void promise(int periodMillis) {
    promisedBefore = promised;
    promised = periodMillis;
  }

  /** The longest period the worker may still go by: the answer before the last has reached it. */
  int promisedMillis() {
    return Math.max(promised, promisedBefore);
  }

  /** The worker is told to beat next in so many milliseconds. */
  void expect(int inMillis, long nowNanos) {
    expectedNanos = nowNanos + inMillis * 1_000_000L;
  }

  /** How much later than told the newest beat came; 0 when it did not. */
  long latenessNanos() {
    return Math.max(0, beatNanos - expectedNanos);
  }

  /** The leader confirmed all beats up to this one; false when it had before. */
  boolean confirm(long number) {
    long newest = Math.min(number, seq);
    if (newest <= confirmed) return false;
    confirmed = newest;
    return true;
  }

  long seq() {
    return seq;
  }

  long confirmedSeq() {
    return confirmed;
  }

  /** When the newest beat came; before the first, when the session opened. */
  long beatNanos() {
    return beatNanos;
  }

  /** Whether beats still come far too often. */
  boolean tooEager() {
    return inWindow > PATIENCE * maxBeats;
  }

  /**
   * We were away ourselves for so long, up to now: that is not the worker's silence, and the beats
   * that piled up meanwhile, read already or yet to be read, do not come too often.
   */
  void forgive(long nanos, long nowNanos) {
    beatNanos = Math.min(nowNanos, beatNanos + nanos);
    expectedNanos += nanos;
    windowNanos = nowNanos;
    inWindow = (int) -(nanos * maxBeats / (WINDOW_PERIODS * promised * 1_000_000L));
  }
}
