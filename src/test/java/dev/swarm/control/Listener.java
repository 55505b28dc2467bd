package dev.swarm.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;

/** A client that reads events, line by line, until the stream ends or it is closed. */
final class Listener implements AutoCloseable {
  private final Socket socket;
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private volatile boolean ended;

  /** Asks for the path; a header may be given as a whole line. */
  Listener(Door door, String path, String... headers) {
    try {
      socket = new Socket("127.0.0.1", door.control.port());
      List<String> head = new ArrayList<>(List.of("GET " + path + " HTTP/1.1", "Host: m1"));
      head.addAll(List.of(headers));
      String request = String.join("\r\n", head) + "\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    Thread thread = new Thread(this::read, "listener");
    thread.setDaemon(true);
    thread.start();
  }

  private void read() {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line; (line = in.readLine()) != null; ) {
        lines.add(line);
        if (line.equals("0")) break; // the last chunk: the stream has ended in order
      }
      ended = lines.contains("0");
    } catch (IOException closed) {
      ended = false;
    }
  }

  /** Waits until the head of the answer is there, and the answer is a stream. */
  Listener begun() {
    await().until(() -> lines.contains(":"));
    assertThat(lines.get(0)).isEqualTo("HTTP/1.1 200 OK");
    return this;
  }

  /** Signs of life so far. */
  long comments() {
    return lines.stream().filter(":"::equals).count();
  }

  /** What came so far, each as kind and subject. */
  List<String> events() {
    Pattern data = Pattern.compile("data: .*\"kind\":\"([^\"]+)\",\"subject\":\"?([^\",]+).*");
    return lines.stream()
        .map(data::matcher)
        .filter(found -> found.matches())
        .map(found -> found.group(1) + " " + found.group(2))
        .toList();
  }

  /** The id of the newest event. */
  String lastId() {
    List<String> ids = lines.stream().filter(line -> line.startsWith("id: ")).toList();
    return ids.get(ids.size() - 1).substring(4);
  }

  void hears(String... events) {
    await().untilAsserted(() -> assertThat(events()).containsExactly(events));
  }

  /** Whether the stream came to an end, and not merely the connection. */
  boolean ended() {
    return ended;
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
