package dev.swarm.presence;

/**
 * What a leader's presence can be configured with.
 *
 * @param brake when verdicts are held because most of the fleet fell silent together
 * @param admission how many sessions may be opened
 */
public record PresenceOptions(MassLossBrake.Threshold brake, AdmissionRates admission) {
  /** What holds when nothing is said. */
  public static final PresenceOptions DEFAULT =
      new PresenceOptions(MassLossBrake.Threshold.DEFAULT, AdmissionRates.DEFAULT);
}
