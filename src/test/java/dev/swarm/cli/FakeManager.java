package dev.swarm.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The other end of the command line: answers what it was told to, and remembers what was asked. */
final class FakeManager implements AutoCloseable {
  private final HttpServer server;
  private final Map<String, Deque<Answer>> answers = new HashMap<>();
  private final List<Asked> asked = Collections.synchronizedList(new ArrayList<>());

  private record Answer(int status, byte[] body, String link, String digest) {}

  /** What was asked, with what was sent. */
  record Asked(String what, String contentType, String body) {}

  FakeManager() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  String endpoint() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /** Answers {@code GET /path?query}; told twice, the second counts from the second time on. */
  synchronized FakeManager on(String what, int status, String body) {
    return on(what, status, body, "");
  }

  synchronized FakeManager on(String what, int status, String body, String link) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return on(what, new Answer(status, bytes, link, ""));
  }

  /** Answers with bytes, and says that this is their digest. */
  synchronized FakeManager on(String what, int status, byte[] bytes, String digest) {
    return on(what, new Answer(status, bytes, "", digest));
  }

  private FakeManager on(String what, Answer answer) {
    answers.computeIfAbsent(what, key -> new ArrayDeque<>()).add(answer);
    return this;
  }

  /** Answers with a failure as the managers do. */
  FakeManager refuse(String what, int status, String kind, String detail) {
    String body =
        "{\"type\":\"about:blank\",\"title\":\"x\",\"status\":%d,\"kind\":\"%s\",\"detail\":\"%s\"}";
    return on(what, status, String.format(body, status, kind, detail));
  }

  List<Asked> asked() {
    return List.copyOf(asked);
  }

  List<String> askedFor() {
    return asked().stream().map(Asked::what).toList();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      URI uri = exchange.getRequestURI();
      String what = exchange.getRequestMethod() + " " + uri;
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      asked.add(new Asked(what, exchange.getRequestHeaders().getFirst("Content-Type"), body));
      Answer answer = next(what);
      if (!answer.link().isEmpty()) exchange.getResponseHeaders().add("Link", answer.link());
      if (!answer.digest().isEmpty()) {
        exchange.getResponseHeaders().add("Repr-Digest", answer.digest());
      }
      exchange.sendResponseHeaders(
          answer.status(), answer.body().length == 0 ? -1 : answer.body().length);
      exchange.getResponseBody().write(answer.body());
    }
  }

  private synchronized Answer next(String what) {
    Deque<Answer> told = answers.get(what);
    if (told == null) {
      String body = "{\"kind\":\"NOT_FOUND\",\"detail\":\"nothing is at " + what + "\"}";
      return new Answer(404, body.getBytes(StandardCharsets.UTF_8), "", "");
    }
    return told.size() > 1 ? told.poll() : told.peek();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
