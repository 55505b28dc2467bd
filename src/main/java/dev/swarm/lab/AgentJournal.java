package dev.swarm.lab;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What agents wrote down of their own life: dials, welcomes, lists of managers, ends of streams,
 * starts of tasks.
 */
final class AgentJournal {
  private final List<JsonObject> events;

  private AgentJournal(List<JsonObject> events) {
    this.events = events;
  }

  /** Reads all journals, from the given moment on. */
  static AgentJournal read(List<Path> files, long sinceMillis) {
    List<JsonObject> events = new ArrayList<>();
    for (Path file : files) {
      try {
        for (String line : Files.readAllLines(file)) {
          // The last line of a process that still writes may be half there.
          if (!line.endsWith("}")) continue;
          JsonObject event = new JsonObject(line);
          if (event.containsKey("dropped")) throw new LabException(file + " is not complete");
          if (event.getLong("at") >= sinceMillis) events.add(event);
        }
      } catch (IOException failure) {
        throw new LabException("cannot read " + file + ": " + failure.getMessage());
      }
    }
    return new AgentJournal(events);
  }

  private Stream<JsonObject> of(String kind) {
    return events.stream().filter(event -> kind.equals(event.getString("event")));
  }

  private Stream<JsonObject> endsOfSessions() {
    return of("end").filter(end -> end.getLong("session") > 0);
  }

  /** Sessions that ended, of agents not among the given. */
  int endsExcept(Set<String> agents) {
    return (int) endsOfSessions().filter(end -> !agents.contains(end.getString("agent"))).count();
  }

  /** Agents not among the given that dialled. */
  int dialsExcept(Set<String> agents) {
    return (int)
        of("dial")
            .map(dial -> dial.getString("agent"))
            .filter(agent -> !agents.contains(agent))
            .distinct()
            .count();
  }

  /** The most dials of any one of the given agents. */
  int mostDialsOf(Set<String> agents) {
    Map<String, Integer> dials = new HashMap<>();
    of("dial")
        .map(dial -> dial.getString("agent"))
        .filter(agents::contains)
        .forEach(agent -> dials.merge(agent, 1, Integer::sum));
    return dials.values().stream().mapToInt(Integer::intValue).max().orElse(0);
  }

  /** Beats that agents not among the given sent a second late or more: they had no time. */
  int stallsExcept(Set<String> agents) {
    return (int) of("stall").filter(stall -> !agents.contains(stall.getString("agent"))).count();
  }

  /** How often agents dialled, all together. */
  int dials() {
    return (int) of("dial").count();
  }

  /** When each agent dialled first; of those that did. */
  Map<String, Long> firstDials() {
    Map<String, Long> first = new HashMap<>();
    of("dial").forEach(dial -> first.merge(dial.getString("agent"), dial.getLong("at"), Math::min));
    return first;
  }

  /** The newest list of managers of each agent, in order; of those that were told one. */
  Map<String, List<String>> lists() {
    Map<String, List<String>> newest = new HashMap<>();
    of("list").forEach(list -> newest.put(list.getString("agent"), managers(list)));
    return newest;
  }

  /** When each agent was first told a list in which this manager has this weight. */
  Map<String, Long> told(String manager, int weight) {
    Map<String, Long> told = new HashMap<>();
    of("list")
        .filter(list -> managers(list).stream().anyMatch(one -> weighs(one, manager, weight)))
        .forEach(list -> told.merge(list.getString("agent"), list.getLong("at"), Math::min));
    return told;
  }

  private static boolean weighs(String told, String manager, int weight) {
    return told.startsWith(manager + " ") && told.endsWith(" " + weight);
  }

  private static List<String> managers(JsonObject list) {
    return list.getJsonArray("managers").stream().map(String.class::cast).sorted().toList();
  }

  /** How often an agent that had one session at the beginning had none for a moment. */
  int momentsWithoutStream() {
    Map<String, Integer> open = new HashMap<>();
    int moments = 0;
    for (JsonObject event : events) {
      String agent = event.getString("agent");
      if ("welcome".equals(event.getString("event"))) open.merge(agent, 1, Integer::sum);
      if ("end".equals(event.getString("event")) && event.getLong("session") > 0) {
        int left = open.getOrDefault(agent, 0) - 1;
        open.put(agent, left);
        // Counted from one session at the beginning, which is not in the list.
        if (left + 1 <= 0) moments++;
      }
    }
    return moments;
  }

  /** Sessions that were opened. */
  int welcomes() {
    return (int) of("welcome").count();
  }

  /** Agents that had a session opened. */
  int welcomedAgents() {
    return (int) of("welcome").map(welcome -> welcome.getString("agent")).distinct().count();
  }

  /** Sessions that were given up for one elsewhere. */
  int moves() {
    return (int) endsOfSessions().filter(end -> "moved".equals(end.getString("reason"))).count();
  }

  /** The most sessions that any one agent gave up for one elsewhere. */
  int mostMoves() {
    Map<String, Integer> moves = new HashMap<>();
    endsOfSessions()
        .filter(end -> "moved".equals(end.getString("reason")))
        .forEach(end -> moves.merge(end.getString("agent"), 1, Integer::sum));
    return moves.values().stream().mapToInt(Integer::intValue).max().orElse(0);
  }

  /** Sessions that were opened at the manager with this port. */
  int welcomesAt(int apiPort) {
    String end = ":" + apiPort;
    return (int) of("welcome").filter(one -> one.getString("manager").endsWith(end)).count();
  }

  /** Of the given tasks, those that were started more than once. */
  int startedTwice(Collection<String> tasks) {
    Map<String, Integer> starts = starts();
    return (int) tasks.stream().filter(task -> starts.getOrDefault(task, 0) > 1).count();
  }

  /** Of the given tasks, those that nobody started. */
  int neverStarted(Collection<String> tasks) {
    Map<String, Integer> starts = starts();
    return (int) tasks.stream().filter(task -> !starts.containsKey(task)).count();
  }

  private Map<String, Integer> starts() {
    Map<String, Integer> starts = new HashMap<>();
    of("start").forEach(start -> starts.merge(start.getString("task"), 1, Integer::sum));
    return starts;
  }
}
