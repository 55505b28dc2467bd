package dev.swarm.worker;

import dev.swarm.model.ManagerState;
import dev.swarm.model.SwarmException;

/**
 * A manager as the agent knows it.
 *
 * @param id empty while only its address is known
 * @param address host:port of its api
 * @param weight share of new connections
 * @param state as its managers name it; ACTIVE while nobody has
 */
record Manager(String id, String address, int weight, ManagerState state) {

  /** Weight of one that nobody has weighted. */
  private static final int DEFAULT_WEIGHT = 100;

  /** A manager whose state nobody has named. */
  Manager(String id, String address, int weight) {
    this(id, address, weight, ManagerState.ACTIVE);
  }

  /** A manager known only by a configured address. */
  static Manager configured(String address) {
    return new Manager("", address, DEFAULT_WEIGHT);
  }

  /** Throws BAD_REQUEST for what is not host:port. */
  static void checkAddress(String address) {
    if (!address.matches("[^\\s]+:\\d{1,5}") || portOf(address) > 65_535) {
      throw SwarmException.badRequest("manager address '" + address + "' must be host:port");
    }
  }

  /** Whether it gives its workers up, whatever it weighs. */
  boolean givesUp() {
    return state != ManagerState.ACTIVE;
  }

  String host() {
    String host = address.substring(0, address.lastIndexOf(':'));
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }

  int port() {
    return portOf(address);
  }

  private static int portOf(String address) {
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
  }

  /** Id, address and weight. */
  @Override
  public String toString() {
    return id + " " + address + " " + weight;
  }
}
