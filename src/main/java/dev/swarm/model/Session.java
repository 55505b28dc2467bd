package dev.swarm.model;

/**
 * A worker's session as committed.
 *
 * @param number given by the log; higher is newer
 * @param manager id of the manager that holds the stream
 * @param managerBoot random number of that manager's process
 * @param agentBoot random number of the worker's process
 * @param dial which attempt of that process this is: 1, 2, 3 ...
 */
public record Session(long number, String manager, long managerBoot, long agentBoot, long dial) {

  /** Before the first session. */
  public static final Session NONE = new Session(0, "", 0, 0, 0);

  /** Whether this is what the given attempt asked for. */
  boolean answers(SessionOpen open) {
    return agentBoot == open.agentBoot()
        && dial == open.dial()
        && managerBoot == open.managerBoot()
        && manager.equals(open.manager());
  }
}
