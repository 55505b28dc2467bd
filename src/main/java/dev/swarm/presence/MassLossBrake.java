package dev.swarm.presence;

/**
 * Holds verdicts back when most of the fleet falls silent together: that is our own fault until
 * proven otherwise. Once a hold is over, verdicts pass for as long again, so that what is really
 * lost is said to be lost one TTL late, not never.
 */
public final class MassLossBrake {

  /**
   * When the brake is pulled.
   *
   * @param fleet least number of live sessions; fewer are judged as always
   * @param silentPercent more than this share of them must be silent
   */
  public record Threshold(int fleet, int silentPercent) {
    /** 20 workers, more than half. */
    public static final Threshold DEFAULT = new Threshold(20, 50);

    /** Never. */
    public static final Threshold OFF = new Threshold(Integer.MAX_VALUE, 100);
  }

  private final Threshold threshold;
  private boolean pulled;
  private long heldUntilNanos;
  private String reason = "";

  /** A brake that has not been pulled yet. */
  public MassLossBrake(Threshold threshold) {
    this.threshold = threshold;
  }

  /**
   * Asked when somebody is late: until when verdicts must wait; not after now when they need not.
   *
   * @param fleet live sessions
   * @param silent those of them that missed a beat and a half
   * @param patienceNanos one TTL
   */
  public long holdUntil(int fleet, int silent, long nowNanos, long patienceNanos) {
    if (pulled && nowNanos < heldUntilNanos + patienceNanos) return heldUntilNanos;
    pulled = fleet >= threshold.fleet() && silent * 100L > (long) fleet * threshold.silentPercent();
    if (pulled) {
      heldUntilNanos = nowNanos + patienceNanos;
      reason = silent + " of " + fleet + " workers fell silent together";
    }
    return pulled ? heldUntilNanos : nowNanos;
  }

  /** Why verdicts waited the last time; empty when they never did. */
  public String reason() {
    return reason;
  }

  /** Whether verdicts wait now. */
  public boolean holds(long nowNanos) {
    return pulled && nowNanos < heldUntilNanos;
  }
}
