package dev.swarm.consensus;

import dev.swarm.bus.Endpoints;
import dev.swarm.bus.Messages.Propose;
import dev.swarm.bus.Messages.StateQuery;
import dev.swarm.bus.Messages.StateView;
import dev.swarm.bus.SwarmBus;
import dev.swarm.bus.Topics;
import dev.swarm.consensus.raft.RaftOptions;
import dev.swarm.model.ClusterState;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A member of a group as a process of its own: consensus and nothing else, so that it starts in a
 * second. Is told what to do and tells what it sees, line by line; ends with whoever started it.
 */
final class MemberProcess {
  /** Begins every line that it tells. */
  static final String TOLD = "> ";

  private static final long AGAIN_MILLIS = 20;

  private final Vertx vertx = Vertx.vertx();
  private final SwarmBus bus;

  private MemberProcess(String id) {
    bus = new SwarmBus(vertx, id);
  }

  /**
   * Runs it.
   *
   * @param args folder, id, ports of all members with commas between, entries between snapshots,
   *     bytes of a log file
   */
  public static void main(String[] args) throws Exception {
    List<RaftOptions.Member> members = new ArrayList<>();
    for (String port : args[2].split(",")) {
      members.add(new RaftOptions.Member("m" + (members.size() + 1), "127.0.0.1:" + port));
    }
    String own = members.get(Integer.parseInt(args[1].substring(1)) - 1).address();
    RaftOptions options =
        new RaftOptions(
            args[1],
            "test",
            Path.of(args[0]),
            "127.0.0.1",
            Integer.parseInt(own.substring(own.indexOf(':') + 1)),
            members,
            RaftOptions.DEFAULT_ELECTION_MIN_MILLIS,
            RaftOptions.DEFAULT_ELECTION_MAX_MILLIS,
            Long.parseLong(args[3]));
    new MemberProcess(args[1]).run(options, Integer.parseInt(args[4]));
  }

  private void run(RaftOptions options, int segmentBytes) throws Exception {
    Group.get(bus.subscribe(Topics.ROLE, news -> tell("role " + news.role())));
    ConsensusVerticle consensus =
        new ConsensusVerticle(options, segmentBytes, bus, Group.TIME, new SimpleMeterRegistry());
    consensus.ended().onSuccess(reason -> tell("ended " + reason));
    Group.get(vertx.deployVerticle(consensus));
    BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String order; (order = orders.readLine()) != null; ) obey(order.split(" "));
    Runtime.getRuntime().halt(0);
  }

  private void obey(String[] order) {
    switch (order[0]) {
      case "write" -> write(order[1], 0, Integer.parseInt(order[2]), Integer.parseInt(order[3]));
      case "state" -> tellState();
      default -> throw new IllegalArgumentException(order[0]);
    }
  }

  /** One task after the other, until the state takes no more; what got no answer is repeated. */
  private void write(String prefix, int number, int count, int bytes) {
    if (number == count) return;
    String id = prefix + "-" + number;
    bus.request(Endpoints.PROPOSE, new Propose(Tasks.submit(id, bytes)))
        .onSuccess(
            taken -> {
              if (!taken.outcome().refused().isEmpty()) return;
              tell("acknowledged " + id);
              write(prefix, number + 1, count, bytes);
            })
        .onFailure(
            refused -> vertx.setTimer(AGAIN_MILLIS, again -> write(prefix, number, count, bytes)));
  }

  private void tellState() {
    bus.request(Endpoints.STATE, new StateQuery())
        .map(StateView::state)
        .onSuccess(state -> tell("state " + text(state)));
  }

  private static String text(ClusterState state) {
    List<String> tasks = state.tasks().keySet().stream().map(id -> id.value()).sorted().toList();
    return state.index() + " " + state.digest() + " " + String.join(",", tasks);
  }

  private static synchronized void tell(String line) {
    System.out.println(TOLD + line);
  }
}
