package dev.swarm.forward;

/**
 * Whom to reach, and as whom.
 *
 * @param managerBoot random number of this manager's process
 * @param leader id of the leading manager
 * @param leaderApi its host:port for gRPC
 * @param term of its leadership; answers of an older one are dropped
 */
public record ForwardOptions(
    String cluster, String manager, long managerBoot, String leader, String leaderApi, long term) {

  /** Checks that the address can be dialled. */
  public ForwardOptions {
    int colon = leaderApi.lastIndexOf(':');
    boolean valid = colon > 0 && leaderApi.substring(colon + 1).matches("[0-9]{1,5}");
    if (!valid || Integer.parseInt(leaderApi.substring(colon + 1)) > 65_535) {
      throw new IllegalArgumentException("leaderApi '" + leaderApi + "' is not host:port");
    }
  }

  String host() {
    return leaderApi.substring(0, leaderApi.lastIndexOf(':'));
  }

  int port() {
    return Integer.parseInt(leaderApi.substring(leaderApi.lastIndexOf(':') + 1));
  }
}
