package dev.swarm.consensus;

import static org.awaitility.Awaitility.await;

import dev.swarm.config.FreePorts;
import dev.swarm.consensus.formation.Formed;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;

/** A group of {@link MemberProcess}es that can be killed. */
final class Members implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration OFTEN = Duration.ofMillis(10);

  private final Path root;
  private final long snapshotEvery;
  private final int segmentBytes;
  private final List<String> ids = new ArrayList<>();
  private final String ports;
  private final Map<String, Member> running = new TreeMap<>();

  /** Everything that was ever acknowledged. */
  private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();

  /**
   * What a member has.
   *
   * @param tasks their ids
   */
  record State(long index, long digest, Set<String> tasks) {
    private static State of(String told) {
      String[] parts = told.split(" ", -1);
      return new State(
          Long.parseLong(parts[1]),
          Long.parseLong(parts[2]),
          new TreeSet<>(parts[3].isEmpty() ? List.of() : List.of(parts[3].split(","))));
    }
  }

  /** Forms them, starts none. */
  Members(Path root, int count, long snapshotEvery, int segmentBytes) throws IOException {
    this.root = root;
    this.snapshotEvery = snapshotEvery;
    this.segmentBytes = segmentBytes;
    List<String> chosen = new ArrayList<>();
    try (FreePorts free = new FreePorts(ThreadLocalRandom.current())) {
      for (int i = 1; i <= count; i++) {
        chosen.add(Integer.toString(free.applyAsInt("127.0.0.1")));
        ids.add("m" + i);
      }
    }
    ports = String.join(",", chosen);
    Formed.group(ids, "test", root::resolve);
  }

  /** One process, and what it told. */
  private final class Member {
    final Process process;
    final PrintStream orders;
    final List<String> told = new CopyOnWriteArrayList<>();
    final Thread reader;

    Member(String id) throws IOException {
      process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx512m",
                  "-XX:+UseSerialGC",
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty("java.class.path"),
                  MemberProcess.class.getName(),
                  root.resolve(id).toString(),
                  id,
                  ports,
                  Long.toString(snapshotEvery),
                  Integer.toString(segmentBytes))
              .redirectErrorStream(true)
              .start();
      orders = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
      reader = new Thread(this::read, "member-" + id);
      reader.start();
    }

    private void read() {
      try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
        for (String line; (line = lines.readLine()) != null; ) hear(line);
      } catch (IOException killed) {
        told.add("gone");
      }
    }

    private void hear(String line) {
      if (!line.startsWith(MemberProcess.TOLD)) return;
      String news = line.substring(MemberProcess.TOLD.length());
      if (news.startsWith("acknowledged ")) acknowledged.add(news.substring(13));
      else told.add(news);
    }

    String last(String kind) {
      String last = "";
      for (String line : told) if (line.startsWith(kind)) last = line;
      return last;
    }
  }

  Path folder(String id) {
    return root.resolve(id);
  }

  List<String> ids() {
    return ids;
  }

  void start(String id) throws IOException {
    running.put(id, new Member(id));
  }

  void startAll() throws IOException {
    for (String id : ids) start(id);
  }

  /** Sends SIGKILL to all of them at once, and hears what they said before. */
  void kill(List<String> victims) throws InterruptedException {
    List<Member> dying = victims.stream().map(running::remove).toList();
    for (Member member : dying) member.process.destroyForcibly();
    for (Member member : dying) {
      member.process.waitFor();
      member.reader.join();
    }
  }

  /** Waits for one that says that it leads. */
  String leader() {
    return await()
        .atMost(PATIENCE)
        .pollDelay(Duration.ZERO)
        .pollInterval(OFTEN)
        .until(
            () ->
                running.keySet().stream()
                    .filter(id -> running.get(id).last("role ").equals("role LEADER"))
                    .findAny()
                    .orElse(null),
            id -> id != null);
  }

  /** Lets a client write so many tasks there, one after the other. */
  void write(String id, String client, int count, int bytes) {
    running.get(id).orders.println("write " + client + " " + count + " " + bytes);
  }

  /** Everything that was ever acknowledged, so far. */
  Set<String> acknowledged() {
    return acknowledged;
  }

  /** What that member has now. */
  State state(String id) {
    Member member = running.get(id);
    int before = member.told.size();
    member.orders.println("state");
    return await()
        .atMost(PATIENCE)
        .pollDelay(Duration.ZERO)
        .pollInterval(OFTEN)
        .until(
            () ->
                member.told.stream()
                    .skip(before)
                    .filter(line -> line.startsWith("state "))
                    .map(State::of)
                    .findFirst()
                    .orElse(null),
            state -> state != null);
  }

  /** Waits until all that run have one state, and returns it. */
  State agreed() {
    await()
        .atMost(PATIENCE)
        .pollDelay(Duration.ZERO)
        .pollInterval(OFTEN)
        .until(() -> running.keySet().stream().map(this::state).distinct().count() == 1);
    return state(running.keySet().iterator().next());
  }

  @Override
  public void close() {
    for (Member member : running.values()) member.process.destroyForcibly();
  }
}
