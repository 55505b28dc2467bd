package dev.swarm.worker;

import dev.swarm.model.Limits;
import dev.swarm.model.Names;
import dev.swarm.model.SwarmException;
import java.util.List;
import java.util.Map;

/**
 * What one agent is told by its configuration.
 *
 * @param id of the worker
 * @param cluster it belongs to; empty accepts any
 * @param managers host:port of each api it may dial first
 * @param labels for placement
 * @param slots tasks it runs at once, 1 to 10,000
 * @param description for people
 */
public record AgentOptions(
    String id,
    String cluster,
    List<String> managers,
    Map<String, String> labels,
    int slots,
    String description) {

  /** Most tasks that one agent runs at once. */
  public static final int MAX_SLOTS = 10_000;

  /** Checks the fields; throws BAD_REQUEST. */
  public AgentOptions {
    Names.check("worker", id);
    if (managers.isEmpty()) throw SwarmException.badRequest("agent " + id + " knows no manager");
    managers.forEach(Manager::checkAddress);
    if (slots < 1 || slots > MAX_SLOTS) {
      throw SwarmException.badRequest("slots " + slots + " is outside 1.." + MAX_SLOTS);
    }
    if (labels.size() > Limits.MAX_LABELS) {
      throw SwarmException.badRequest(
          labels.size() + " labels are more than the " + Limits.MAX_LABELS + " allowed");
    }
    managers = List.copyOf(managers);
    labels = Map.copyOf(labels);
  }
}
