package dev.swarm.presence;

/**
 * How many sessions a leader lets be opened.
 *
 * @param perSecond of all workers together
 * @param perWorkerAndMinute of one worker
 */
public record AdmissionRates(int perSecond, int perWorkerAndMinute) {
  /** What holds when nothing is said. */
  public static final AdmissionRates DEFAULT = new AdmissionRates(2_000, 20);
}
