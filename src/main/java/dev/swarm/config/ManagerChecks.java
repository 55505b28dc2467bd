package dev.swarm.config;

import dev.swarm.model.Settings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What must hold between the parts of a manager's configuration. A part that could not be read is
 * null, and is not judged.
 */
record ManagerChecks(
    String id,
    Listener api,
    RaftConfig raft,
    Listener http,
    List<ManagerEntry> managers,
    List<Address> join,
    Settings settings) {

  /** How many longest election time-outs must fit into the silence that ends a session. */
  static final int ELECTIONS_PER_TTL = 6;

  List<Problem> problems() {
    var problems = new ArrayList<Problem>();
    if (join.isEmpty()) checkManagers(problems);
    else checkJoin(problems);
    checkOwnPorts(problems);
    checkPatience(problems);
    return problems;
  }

  private void checkManagers(List<Problem> problems) {
    checkNumber(problems);
    checkDuplicates(problems);
    checkOwnEntry(problems);
  }

  private void checkJoin(List<Problem> problems) {
    if (!managers.isEmpty()) {
      problems.add(
          Problem.at(
              "join",
              "becomes a member of a cluster that runs, managers forms a new one: leave one of"
                  + " them out"));
    }
    for (int at = 0; at < join.size(); at++) {
      Address address = join.get(at);
      String path = "join[" + at + "]";
      if (join.indexOf(address) < at) {
        problems.add(Problem.at(path, address + " is listed twice"));
      }
      if (api != null && address.equals(api.advertise())) {
        problems.add(Problem.at(path, address + " is our own api: name managers that run"));
      }
    }
  }

  private void checkNumber(List<Problem> problems) {
    int number = managers.size();
    if (number == 1 || number == 3 || number == 5) return;
    String why =
        number > 5
            ? "more make every change slower and nothing safer"
            : number == 0
                ? "leave the key out for a manager alone"
                : number + " survive no more failures than " + (number - 1);
    problems.add(Problem.at("managers", number + " managers: must be 1, 3 or 5; " + why));
  }

  private void checkDuplicates(List<Problem> problems) {
    var ids = new HashMap<String, String>();
    var addresses = new HashMap<String, String>();
    for (int at = 0; at < managers.size(); at++) {
      ManagerEntry entry = managers.get(at);
      if (entry == null) continue;
      String path = "managers[" + at + "].";
      once(problems, ids, path + "id", entry.id());
      once(problems, addresses, path + "api", entry.api().toString());
      once(problems, addresses, path + "raft", entry.raft().toString());
      once(problems, addresses, path + "http", entry.http().toString());
    }
  }

  private static void once(
      List<Problem> problems, Map<String, String> seen, String path, String value) {
    boolean free = value.endsWith(":0"); // a port picked later is nobody else's
    String first = free ? null : seen.putIfAbsent(value, path);
    if (first != null) problems.add(Problem.at(path, value + " is already " + first));
  }

  private void checkOwnEntry(List<Problem> problems) {
    if (id == null || managers.isEmpty() || managers.stream().anyMatch(Objects::isNull)) return;
    for (int at = 0; at < managers.size(); at++) {
      ManagerEntry entry = managers.get(at);
      if (!entry.id().equals(id)) continue;
      String path = "managers[" + at + "].";
      same(problems, path + "api", entry.api(), "api", api);
      same(problems, path + "raft", entry.raft(), "raft", raft == null ? null : raft.listener());
      same(problems, path + "http", entry.http(), "http", http);
      return;
    }
    String ids = String.join(", ", managers.stream().map(ManagerEntry::id).toList());
    problems.add(
        Problem.at("managers", "do not contain our own id " + id + " (they are " + ids + ")"));
  }

  private static void same(
      List<Problem> problems, String path, Address listed, String key, Listener own) {
    if (own == null || own.advertise().equals(listed)) return;
    problems.add(
        Problem.at(
            path,
            listed
                + " is not where our own "
                + key
                + " is found, "
                + own.advertise()
                + " (change one of them, or set "
                + key
                + ".advertise)"));
  }

  private void checkOwnPorts(List<Problem> problems) {
    if (api == null || raft == null || http == null) return;
    var used = new HashMap<Integer, String>();
    port(problems, used, "api", api.port());
    port(problems, used, "raft", raft.listener().port());
    port(problems, used, "http", http.port());
  }

  private static void port(
      List<Problem> problems, Map<Integer, String> used, String key, int port) {
    String first = port == 0 ? null : used.putIfAbsent(port, key + ".port");
    if (first != null) problems.add(Problem.at(key + ".port", port + " is already " + first));
  }

  private void checkPatience(List<Problem> problems) {
    if (settings == null || raft == null) return;
    long ttl = settings.heartbeat().ttlMillis();
    long least = (long) ELECTIONS_PER_TTL * raft.electionTimeoutMaxMillis();
    if (ttl >= least) return;
    problems.add(
        Problem.at(
            "settings.heartbeat.period",
            Units.text(settings.heartbeat().periodMillis())
                + " × ttlMultiplier "
                + settings.heartbeat().ttlMultiplier()
                + " is "
                + Units.text(ttl)
                + ", must be at least "
                + ELECTIONS_PER_TTL
                + " × raft.electionTimeoutMax = "
                + Units.text(least)));
  }
}
