package dev.swarm.model;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * A worker's wish for a session on the manager it dialled.
 *
 * @param agentBoot random number of the worker's process
 * @param dial 1, 2, 3 ... within that process; an older one than the committed is refused
 * @param labels at most 64, keys and values of at most 256 bytes, sorted by key
 * @param slots how many tasks the worker runs at once, 1 to 10,000
 */
public record SessionOpen(
    WorkerId worker,
    long agentBoot,
    long dial,
    String manager,
    long managerBoot,
    String description,
    Map<String, String> labels,
    int slots) {

  /** Checks the limits; throws BAD_REQUEST. */
  public SessionOpen {
    if (dial < 1) throw SwarmException.badRequest("dial " + dial + " must be at least 1");
    if (slots < 1 || slots > 10_000) {
      throw SwarmException.badRequest("slots " + slots + " is outside 1..10000");
    }
    Limits.text("description", description, Limits.MAX_LABEL_BYTES);
    labels = Collections.unmodifiableMap(new TreeMap<>(labels));
    if (labels.size() > Limits.MAX_LABELS) {
      throw SwarmException.badRequest(
          labels.size() + " labels are more than the " + Limits.MAX_LABELS + " allowed");
    }
    labels.forEach(
        (key, value) -> {
          Limits.text("label", key, Limits.MAX_LABEL_BYTES);
          Limits.text("label " + key, value, Limits.MAX_LABEL_BYTES);
        });
  }
}
