package dev.swarm.lab;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Asks one manager over HTTP, as any client would. */
final class ManagerApi {
  private static final int MAX_TOLD_CHARS = 500;

  private static final HttpClient HTTP =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();

  private final String base;

  ManagerApi(String host, int httpPort) {
    base = "http://" + host + ":" + httpPort;
  }

  String base() {
    return base;
  }

  JsonObject object(String path) throws IOException {
    return new JsonObject(text(path));
  }

  /** All pages of a list. */
  JsonArray list(String path) throws IOException {
    JsonArray all = new JsonArray();
    String after = "";
    while (true) {
      String separator = path.contains("?") ? "&" : "?";
      JsonArray page =
          new JsonArray(
              text(path + separator + "limit=5000" + (after.isEmpty() ? "" : "&after=" + after)));
      page.forEach(all::add);
      if (page.size() < 5_000) return all;
      after = page.getJsonObject(page.size() - 1).getString("id");
    }
  }

  String text(String path) throws IOException {
    return send(request(path).GET().build());
  }

  /** Submits tasks as NDJSON; returns the answer. */
  JsonObject submit(String ndjson) throws IOException {
    return new JsonObject(
        send(
            request("/api/v1/tasks")
                .header("content-type", "application/x-ndjson")
                .POST(HttpRequest.BodyPublishers.ofString(ndjson))
                .build()));
  }

  JsonObject post(String path, JsonObject body) throws IOException {
    return new JsonObject(
        send(
            request(path)
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.encode()))
                .build()));
  }

  JsonObject put(String path, JsonObject body) throws IOException {
    return new JsonObject(
        send(
            request(path)
                .header("content-type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(body.encode()))
                .build()));
  }

  void delete(String path) throws IOException {
    send(request(path).DELETE().build());
  }

  /** The sum of all series of a meter in the Prometheus text; tags must contain the given text. */
  static double sum(String metrics, String name, String tags) {
    return metrics
        .lines()
        .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
        .filter(line -> line.contains(tags))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofSeconds(20));
  }

  private static String shortened(String body) {
    return body.length() <= MAX_TOLD_CHARS ? body : body.substring(0, MAX_TOLD_CHARS) + "...";
  }

  /** Whether it takes sessions now, as {@code /health/ready} says. */
  boolean ready() throws IOException {
    return answer(request("/health/ready").GET().build(), true).statusCode() == 200;
  }

  /** What one check of {@code /health/ready} says, ready or not; null when there is none. */
  JsonObject check(String id) throws IOException {
    JsonObject health = new JsonObject(answer(request("/health/ready").GET().build(), true).body());
    return health.getJsonArray("checks").stream()
        .map(JsonObject.class::cast)
        .filter(check -> check.getString("id").equals(id))
        .findFirst()
        .orElse(null);
  }

  private static String send(HttpRequest request) throws IOException {
    return answer(request, false).body();
  }

  private static HttpResponse<String> answer(HttpRequest request, boolean any) throws IOException {
    try {
      HttpResponse<String> response = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
      if (!any && response.statusCode() / 100 != 2) {
        throw new IOException(
            request.method()
                + " "
                + request.uri()
                + ": "
                + response.statusCode()
                + " "
                + shortened(response.body()));
      }
      return response;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted");
    }
  }
}
