package dev.swarm.cli;

import dev.swarm.config.Address;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;

/** The events that one manager tells: those it remembers, then those that come. */
final class EventFeed {
  static final String PATH = "/api/v1/events";

  /** More than two signs of life of a quiet stream. */
  static final int SILENCE_MILLIS = 40_000;

  private static final long AGAIN_MILLIS = 1_000;
  private static final String DATA = "data: ";

  private final SwarmCommand swarm;
  private final String manager;
  private final Address address;
  private final List<String> kinds;
  private String last;
  private boolean troubled;
  private volatile boolean closed;

  /**
   * Asks nothing yet.
   *
   * @param kinds null for all
   * @param since the id of the last event that is known; null for none
   */
  EventFeed(SwarmCommand swarm, String manager, Address address, List<String> kinds, String since) {
    this.swarm = swarm;
    this.manager = manager;
    this.address = address;
    this.kinds = kinds;
    this.last = since;
  }

  Address address() {
    return address;
  }

  /** What it remembers; fails with the reason when it does not say. */
  List<JsonObject> remembered() {
    List<JsonObject> events = new ArrayList<>();
    troubled = true;
    try {
      Reply reply =
          Api.stream(address, path("false"), Api.READ_MILLIS, in -> each(in, events::add));
      if (reply.status() >= 300) throw refusal(reply);
    } catch (IOException failure) {
      throw unanswered(Api.reason(failure, Api.READ_MILLIS));
    }
    troubled = false;
    return events;
  }

  private static CliException refusal(Reply reply) {
    JsonObject problem = reply.problem();
    String detail = problem.getString("detail", problem.getString("kind"));
    return reply.status() == 400 ? CliException.usage(detail, null) : unanswered(detail);
  }

  private static CliException unanswered(String reason) {
    return new CliException("NO_MANAGER", Exit.UNAVAILABLE, reason, List.of(), null);
  }

  private String path(String follow) {
    return new Query(PATH)
        .with("kind", kinds)
        .with("after", last == null ? null : List.of(last))
        .with("follow", List.of(follow))
        .toString();
  }

  private interface Listener {
    void hear(JsonObject event) throws InterruptedException;
  }

  /** Reads to the end of the stream. */
  private byte[] each(InputStream in, Listener listener) throws IOException {
    var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    try {
      for (String line; (line = lines.readLine()) != null; ) {
        if (line.startsWith(DATA)) hear(line.substring(DATA.length()), listener);
      }
    } catch (InterruptedException stopped) {
      throw new InterruptedIOException("stopped");
    }
    return new byte[0];
  }

  private void hear(String data, Listener listener) throws IOException, InterruptedException {
    try {
      if (Json.read(data.getBytes(StandardCharsets.UTF_8)) instanceof JsonObject event) {
        listener.hear(event);
        last = event.getString("id", last);
      }
    } catch (IllegalArgumentException garbled) {
      throw new IOException("not an event: " + garbled.getMessage());
    }
  }

  /**
   * Hears what comes, on a thread of its own, until it is closed.
   *
   * @param newest where it begins if it has not said anything yet; null for all that it remembers
   */
  void follow(BlockingQueue<JsonObject> heard, String newest) {
    if (troubled) last = newest;
    Thread thread = new Thread(() -> run(heard), "events of " + manager);
    thread.setDaemon(true);
    thread.start();
  }

  private void run(BlockingQueue<JsonObject> heard) {
    while (!closed) {
      String problem = listen(heard);
      if (closed) return;
      if (!troubled) swarm.progress(manager + ": " + problem + "; asked again every second");
      troubled = true;
      swarm.terminal().pause().accept(AGAIN_MILLIS);
    }
  }

  private String listen(BlockingQueue<JsonObject> heard) {
    try {
      Reply reply = Api.stream(address, path("true"), SILENCE_MILLIS, in -> listen(in, heard));
      return reply.status() < 300 ? "the stream ended" : refusal(reply).getMessage();
    } catch (IOException failure) {
      return Api.reason(failure, SILENCE_MILLIS);
    } catch (CliException failure) {
      return failure.getMessage();
    }
  }

  private byte[] listen(InputStream in, BlockingQueue<JsonObject> heard) throws IOException {
    if (troubled) swarm.progress(manager + " answers again");
    troubled = false;
    return each(in, heard::put);
  }

  /** Nobody hears any more; what it is reading it reads to the end. */
  void close() {
    closed = true;
  }
}
