package dev.swarm.lab;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Since when each worker is as it is, as one manager answers. */
final class WorkerLives {
  private final Map<String, String> sinces;

  private WorkerLives(Map<String, String> sinces) {
    this.sinces = sinces;
  }

  static WorkerLives of(ManagerApi api) throws IOException {
    Map<String, String> sinces = new HashMap<>();
    JsonArray workers = api.list("/api/v1/workers");
    for (int i = 0; i < workers.size(); i++) {
      JsonObject worker = workers.getJsonObject(i);
      sinces.put(worker.getString("id"), worker.getString("since"));
    }
    return new WorkerLives(sinces);
  }

  /** Workers that were UP and are since another moment: they were DOWN in between, or still are. */
  Set<String> wentDown(ManagerApi api) throws IOException {
    Map<String, String> now = of(api).sinces;
    return sinces.keySet().stream()
        .filter(worker -> !sinces.get(worker).equals(now.get(worker)))
        .collect(Collectors.toSet());
  }
}
