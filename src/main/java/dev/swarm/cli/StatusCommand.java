package dev.swarm.cli;

import dev.swarm.config.Units;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code swarm status}. */
@Command(name = "status", description = "Shows the cluster at a glance.")
final class StatusCommand implements Callable<Integer> {
  private static final long AGAIN_MILLIS = 250;

  private final SwarmCommand swarm;

  @Option(
      names = "--wait",
      paramLabel = "DURATION",
      description = "Waits at most so long, as 30s, until there is a leader.")
  private String wait;

  StatusCommand(SwarmCommand swarm) {
    this.swarm = swarm;
  }

  @Override
  public Integer call() {
    JsonObject status = wait == null ? ask() : askUntilThereIsALeader();
    swarm.printer().one(status, "cluster", lines(status));
    return Exit.DONE.code();
  }

  private JsonObject ask() {
    return swarm.api().get("/api/v1/cluster").object();
  }

  /** A cluster that is being started answers nothing, then that there is no leader. */
  private JsonObject askUntilThereIsALeader() {
    long end = swarm.terminal().time().nanos() + waitMillis() * 1_000_000;
    while (true) {
      boolean again = swarm.terminal().time().nanos() < end;
      try {
        JsonObject status = ask();
        if (hasBegun(status)) return status;
        if (!again) throw noLeader();
      } catch (CliException e) {
        if (!again || e.exit() != Exit.UNAVAILABLE) throw e;
      }
      swarm.terminal().pause().accept(AGAIN_MILLIS);
    }
  }

  private long waitMillis() {
    try {
      return Units.millis(wait);
    } catch (IllegalArgumentException e) {
      throw CliException.usage("--wait " + e.getMessage(), null);
    }
  }

  private CliException noLeader() {
    return new CliException(
        "NO_LEADER",
        Exit.UNAVAILABLE,
        "no leader after " + wait,
        List.of(),
        "a majority of the managers must run");
  }

  /** A new leader first writes who the managers are. */
  private static boolean hasBegun(JsonObject status) {
    return hasLeader(status) && part(status, "managers").getInteger("total", 0) > 0;
  }

  private static boolean hasLeader(JsonObject status) {
    String leader = status.getString("leader");
    return leader != null && !leader.isEmpty();
  }

  private static Map<String, Object> lines(JsonObject status) {
    var lines = new LinkedHashMap<String, Object>();
    lines.put("cluster", status.getValue("cluster"));
    Object leader = hasLeader(status) ? status.getValue("leader") : "none";
    lines.put("leader", leader + ", term " + status.getValue("term"));
    lines.put("managers", managers(part(status, "managers")));
    lines.put("workers", counts(part(status, "workers"), true));
    lines.put("tasks", counts(part(status, "tasks"), false));
    JsonObject heartbeat = part(status, "heartbeat");
    lines.put("heartbeat", beats(heartbeat));
    return lines;
  }

  /** The effective period, and why it is not the agreed one. */
  private static String beats(JsonObject heartbeat) {
    int period = heartbeat.getInteger("periodMillis", 0);
    int agreed = heartbeat.getInteger("agreedPeriodMillis", period);
    String text = "every " + period + " ms, " + heartbeat.getValue("perSecond") + " a second";
    return period == agreed
        ? text
        : text + " (agreed: " + agreed + " ms, " + heartbeat.getValue("maxPerSecond") + " at most)";
  }

  private static String managers(JsonObject managers) {
    if (managers.getInteger("total", 0) == 0) return "not known yet";
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
