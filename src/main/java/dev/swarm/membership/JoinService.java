package dev.swarm.membership;

import dev.swarm.bus.Endpoints;
import dev.swarm.bus.Messages.StateQuery;
import dev.swarm.bus.Messages.StateView;
import dev.swarm.bus.Messages.Taken;
import dev.swarm.bus.Messages.Write;
import dev.swarm.bus.SwarmBus;
import dev.swarm.model.ClusterState;
import dev.swarm.model.Command;
import dev.swarm.model.ManagerInfo;
import dev.swarm.model.ManagerState;
import dev.swarm.model.SwarmException;
import dev.swarm.model.SwarmException.Kind;
import dev.swarm.v1.JoinAnswer;
import dev.swarm.v1.JoinQuestion;
import dev.swarm.v1.RecallAnswer;
import dev.swarm.v1.RecallQuestion;
import dev.swarm.v1.Standing;
import dev.swarm.wire.GrpcMethods;
import dev.swarm.wire.SingleQuestion;
import io.vertx.core.Future;
import io.vertx.grpc.server.GrpcServer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Answers, on every manager, those who want to become members and those who ask whether they still
 * are. Who is admitted is decided by the leader; that it was is read from our own replica.
 */
public final class JoinService {
  private final String cluster;
  private final String manager;
  private final SwarmBus bus;
  private final Supplier<OurGroup> group;
  private final RandomGenerator random;

  /**
   * The service of this manager.
   *
   * @param group what it is a member of itself; null while it is not
   * @param random numbers the writes, from several threads
   */
  public JoinService(
      String cluster,
      String manager,
      SwarmBus bus,
      Supplier<OurGroup> group,
      RandomGenerator random) {
    this.cluster = cluster;
    this.manager = manager;
    this.bus = bus;
    this.group = group;
    this.random = random;
  }

  /** Serves on this server. */
  public void mount(GrpcServer server) {
    SingleQuestion.serve(server, GrpcMethods.JOIN_SERVER, this::join);
    SingleQuestion.serve(server, GrpcMethods.RECALL_SERVER, this::recall);
  }

  private Future<JoinAnswer> join(JoinQuestion question) {
    OurGroup ours = requireOurs(question.getCluster(), question.getGroup(), question.getManager());
    ManagerInfo wish =
        ManagerInfo.joining(
                question.getManager(),
                question.getNonce(),
                question.getApi(),
                question.getRaft(),
                question.getHttp())
            .as(question.getMember());
    return state()
        .compose(
            state -> {
              ManagerInfo known = state.managers().get(wish.id());
              if (known == null && question.getReturning()) throw removed(wish.id());
              if (known != null && isAsWished(known, wish)) {
                return Future.succeededFuture(known.member());
              }
              Belonging.requireWelcome(state, wish);
              return admit(wish);
            })
        .map(
            member ->
                JoinAnswer.newBuilder().setMember(member).putAllFounders(ours.founders()).build());
  }

  private OurGroup requireOurs(String theirCluster, String theirGroup, String theirManager) {
    if (!theirCluster.equals(cluster)) {
      throw new SwarmException(
          Kind.DENIED,
          "manager " + manager + " belongs to cluster " + cluster + ", not to " + theirCluster);
    }
    OurGroup ours = group.get();
    if (ours == null) {
      throw new SwarmException(
          Kind.NO_LEADER, "manager " + manager + " is no member of a group itself yet");
    }
    if (!theirGroup.isEmpty() && !theirGroup.equals(ours.id())) {
      throw new SwarmException(
          Kind.DENIED,
          "the data folder of manager "
              + theirManager
              + " belongs to another group that was called "
              + cluster
              + ", too: move it away");
    }
    return ours;
  }

  private static SwarmException removed(String id) {
    return new SwarmException(
        Kind.NOT_FOUND,
        "manager "
            + id
            + " was removed from the cluster: to bring it back, start it with join instead of"
            + " managers");
  }

  private static boolean isAsWished(ManagerInfo known, ManagerInfo wish) {
    return known.sameMember(wish)
        && known.api().equals(wish.api())
        && known.http().equals(wish.http())
        && known.state() != ManagerState.LEAVING;
  }

  /** Completes with 0: the number is given in the log, and read from our replica. */
  private Future<Long> admit(ManagerInfo wish) {
    Command command = new Command.Once(random.nextLong(), new Command.AdmitManager(wish));
    return bus.request(Endpoints.WRITES, new Write(command, false))
        .map(Taken::outcome)
        .map(
            outcome -> {
              if (outcome.refused().isEmpty()) return 0L;
              throw outcome.refused().get(0).toException();
            });
  }

  private Future<RecallAnswer> recall(RecallQuestion question) {
    OurGroup ours = group.get();
    if (ours == null || !question.getCluster().equals(cluster)) {
      return Future.succeededFuture(RecallAnswer.getDefaultInstance());
    }
    boolean same = question.getGroup().equals(ours.id());
    return state().map(state -> same ? answer(state, question) : stranger(state, question));
  }

  /**
   * Two clusters may have the same name; only one whose managers have the same, too, is in doubt.
   */
  private static RecallAnswer stranger(ClusterState state, RecallQuestion question) {
    boolean known = state.managers().containsKey(question.getManager());
    return RecallAnswer.newBuilder()
        .setStanding(known ? Standing.STANDING_OTHER_GROUP : Standing.STANDING_UNSPECIFIED)
        .build();
  }

  private static RecallAnswer answer(ClusterState state, RecallQuestion question) {
    Standing standing =
        switch (Belonging.of(state, question.getManager(), question.getMember())) {
          case UNKNOWN -> Standing.STANDING_UNSPECIFIED;
          case MEMBER -> Standing.STANDING_MEMBER;
          case REMOVED -> Standing.STANDING_REMOVED;
          case REPLACED -> Standing.STANDING_REPLACED;
        };
    return RecallAnswer.newBuilder().setStanding(standing).setSameGroup(true).build();
  }

  private Future<ClusterState> state() {
    return bus.request(Endpoints.STATE, new StateQuery()).map(StateView::state);
  }
}
