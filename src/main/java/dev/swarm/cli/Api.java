package dev.swarm.cli;

import dev.swarm.config.Address;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Asks one manager after the other until one answers. When they answer that there is no leader, an
 * election may be going on: they are asked again for a moment.
 */
final class Api {
  static final int CONNECT_MILLIS = 2_000;
  static final int READ_MILLIS = 12_000;
  static final int MAX_BODY_BYTES = 64 << 20;

  private static final int PIECE_BYTES = 64 << 10;
  private static final long ELECTION_NANOS = 3_000_000_000L;
  private static final long AGAIN_MILLIS = 250;
  private static final int UNAVAILABLE = 503;

  private final List<Address> endpoints;
  private final Terminal terminal;
  private int first;

  Api(List<Address> endpoints, Terminal terminal) {
    this.endpoints = List.copyOf(endpoints);
    this.terminal = terminal;
  }

  Reply get(String path) {
    return call("GET", path, null, null);
  }

  /** The answer goes into a file instead of memory; one that breaks off counts as none. */
  Reply download(String path, Path file) {
    return call("GET", path, null, null, in -> toFile(in, file));
  }

  private static byte[] toFile(InputStream in, Path file) throws IOException {
    try (OutputStream out = open(file)) {
      byte[] piece = new byte[PIECE_BYTES];
      for (int length; (length = in.read(piece)) >= 0; ) write(piece, length, out, file);
    }
    return new byte[0];
  }

  private static OutputStream open(Path file) {
    try {
      return Files.newOutputStream(file);
    } catch (IOException failure) {
      throw Offline.unexpected("cannot write " + file, failure);
    }
  }

  private static void write(byte[] piece, int length, OutputStream out, Path file) {
    try {
      out.write(piece, 0, length);
    } catch (IOException failure) {
      throw Offline.unexpected("cannot write " + file, failure);
    }
  }

  /** Takes in the body of an answer. */
  interface Intake {
    byte[] read(InputStream in) throws IOException;
  }

  /**
   * What this one manager sends, for as long as it sends something.
   *
   * @param silenceMillis after which it counts as lost
   */
  static Reply stream(Address endpoint, String path, int silenceMillis, Intake intake)
      throws IOException {
    return exchange(endpoint, "GET", path, null, null, silenceMillis, intake);
  }

  /** All pages of a list, one after the other, up to a number of items. */
  List<JsonObject> list(String path, int most) {
    var items = new ArrayList<JsonObject>();
    for (String page = path; page != null && items.size() < most; ) {
      Reply reply = get(page);
      items.addAll(reply.objects());
      page = reply.next();
    }
    return items.size() <= most ? items : List.copyOf(items.subList(0, most));
  }

  /** Safe to repeat on another manager: what is sent means the same the second time. */
  Reply call(String method, String path, String contentType, byte[] body) {
    return call(method, path, contentType, body, Api::inMemory);
  }

  private Reply call(String method, String path, String contentType, byte[] body, Intake intake) {
    long giveUp = terminal.time().nanos() + ELECTION_NANOS;
    while (true) {
      var tried = new LinkedHashMap<Address, String>();
      JsonObject leaderless = null;
      for (int turn = 0; turn < endpoints.size(); turn++) {
        int at = (first + turn) % endpoints.size();
        Address endpoint = endpoints.get(at);
        try {
          Reply reply = exchange(endpoint, method, path, contentType, body, READ_MILLIS, intake);
          if (reply.status() < 300) {
            first = at;
            return reply;
          }
          JsonObject problem = reply.problem();
          if (reply.status() != UNAVAILABLE) throw refused(problem, tried, endpoint);
          tried.put(endpoint, problem.getString("detail", problem.getString("kind")));
          leaderless = problem;
        } catch (IOException e) {
          tried.put(endpoint, reason(e, READ_MILLIS));
        }
      }
      if (leaderless == null) throw unreachable(tried);
      if (terminal.time().nanos() >= giveUp) throw leaderless(leaderless, tried);
      terminal.pause().accept(AGAIN_MILLIS);
    }
  }

  private static Reply exchange(
      Address endpoint,
      String method,
      String path,
      String contentType,
      byte[] body,
      int silenceMillis,
      Intake intake)
      throws IOException {
    var url = URI.create("http://" + endpoint + path).toURL();
    var connection = (HttpURLConnection) url.openConnection(Proxy.NO_PROXY);
    connection.setConnectTimeout(CONNECT_MILLIS);
    connection.setReadTimeout(silenceMillis);
    connection.setInstanceFollowRedirects(false);
    connection.setRequestMethod(method);
    if (body != null) {
      connection.setDoOutput(true);
      connection.setFixedLengthStreamingMode(body.length);
      connection.setRequestProperty("Content-Type", contentType);
      try (var out = connection.getOutputStream()) {
        out.write(body);
      }
    }
    int status = connection.getResponseCode();
    return new Reply(
        endpoint,
        status,
        bytes(connection, status, intake),
        header(connection, "Link"),
        header(connection, "Repr-Digest"));
  }

  private static String header(HttpURLConnection connection, String name) {
    String value = connection.getHeaderField(name);
    return value == null ? "" : value;
  }

  private static byte[] bytes(HttpURLConnection connection, int status, Intake intake)
      throws IOException {
    try (InputStream in =
        status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
      if (in == null) return new byte[0];
      return status < 300 ? intake.read(in) : inMemory(in);
    }
  }

  private static byte[] inMemory(InputStream in) throws IOException {
    byte[] bytes = in.readNBytes(MAX_BODY_BYTES + 1);
    if (bytes.length > MAX_BODY_BYTES) throw new IOException("the answer is too large");
    return bytes;
  }

  /**
   * Why a manager did not answer, in a few words.
   *
   * @param silenceMillis how long it was waited for something to read
   */
  static String reason(IOException failure, int silenceMillis) {
    if (failure instanceof SocketTimeoutException) {
      boolean connecting = String.valueOf(failure.getMessage()).contains("onnect");
      return "no answer in " + (connecting ? CONNECT_MILLIS : silenceMillis) / 1_000 + "s";
    }
    if (failure instanceof UnknownHostException) return "unknown host";
    if (failure instanceof ConnectException) {
      boolean refused = String.valueOf(failure.getMessage()).contains("refused");
      return refused ? "connection refused" : "cannot be reached";
    }
    return "connection lost: " + failure.getMessage();
  }

  /** What the last one said is the message itself. */
  private static CliException refused(
      JsonObject problem, Map<Address, String> before, Address last) {
    String kind = problem.getString("kind");
    var asked = new ArrayList<String>(lines(before));
    asked.add(last.toString());
    return new CliException(kind, Exit.of(kind), problem.getString("detail", kind), asked, null);
  }

  private static CliException leaderless(JsonObject problem, Map<Address, String> tried) {
    return new CliException(
        problem.getString("kind"),
        Exit.UNAVAILABLE,
        "no leader",
        lines(tried),
        "a majority of the managers must run; workers keep running what they have");
  }

  static CliException unreachable(Map<Address, String> tried) {
    return new CliException(
        "NO_MANAGER",
        Exit.UNAVAILABLE,
        "no manager answers",
        lines(tried),
        "is one running there? --endpoints or SWARM_ENDPOINTS name the http addresses of managers");
  }

  private static List<String> lines(Map<Address, String> tried) {
    return tried.entrySet().stream().map(e -> e.getKey() + " (" + e.getValue() + ")").toList();
  }
}
