package dev.swarm.cli;

import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

/** {@code swarm status}. */
@Command(name = "status", description = "Shows the cluster at a glance.")
final class StatusCommand implements Callable<Integer> {
  private final SwarmCommand swarm;

  StatusCommand(SwarmCommand swarm) {
    this.swarm = swarm;
  }

  @Override
  public Integer call() {
    JsonObject status = swarm.api().get("/api/v1/cluster").object();
    swarm.printer().one(status, "cluster", lines(status));
    return Exit.DONE.code();
  }

  private static Map<String, Object> lines(JsonObject status) {
    var lines = new LinkedHashMap<String, Object>();
    lines.put("cluster", status.getValue("cluster"));
    Object leader = status.getValue("leader");
    boolean none = leader == null || leader.toString().isEmpty();
    lines.put("leader", none ? "none" : leader + ", term " + status.getValue("term"));
    lines.put("managers", managers(part(status, "managers")));
    lines.put("workers", counts(part(status, "workers"), true));
    lines.put("tasks", counts(part(status, "tasks"), false));
    JsonObject heartbeat = part(status, "heartbeat");
    lines.put(
        "heartbeat",
        "every "
            + heartbeat.getValue("periodMillis")
            + " ms, "
            + heartbeat.getValue("perSecond")
            + " a second");
    return lines;
  }

  private static String managers(JsonObject managers) {
    int reachable = managers.getInteger("reachable", 0);
    int quorum = managers.getInteger("quorum", 0);
    int spare = reachable - quorum;
    String margin =
        spare < 0
            ? "too few"
            : spare == 0 ? "no further loss survived" : spare + " more may be lost";
    return reachable
        + " of "
        + managers.getValue("total")
        + " reachable, quorum "
        + quorum
        + ": "
        + margin;
  }

  private static String counts(JsonObject counts, boolean zeros) {
    String text =
        counts.stream()
            .filter(count -> zeros || !Integer.valueOf(0).equals(count.getValue()))
            .map(count -> count.getValue() + " " + count.getKey())
            .collect(Collectors.joining(", "));
    return text.isEmpty() ? "none" : text;
  }

  private static JsonObject part(JsonObject status, String key) {
    return status.getJsonObject(key, new JsonObject());
  }
}
