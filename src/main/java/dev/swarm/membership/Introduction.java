package dev.swarm.membership;

import dev.swarm.model.ManagerInfo;
import dev.swarm.model.SwarmException;
import dev.swarm.v1.FounderAnswer;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes sure that a manager which wants to join can be reached where it says, is itself there, and
 * does not push out one that lives. A group that took in what it cannot reach would count on it.
 */
final class Introduction {
  private final String cluster;
  private final Dialler dialler;

  Introduction(String cluster, Dialler dialler) {
    this.cluster = cluster;
    this.dialler = dialler;
  }

  /**
   * Fails with CONFLICT and the reason unless the manager may be admitted.
   *
   * @param known the member of its name; null when there is none
   */
  Future<?> check(ManagerInfo wish, ManagerInfo known) {
    boolean member = known != null && known.sameMember(wish);
    List<Future<?>> checks = new ArrayList<>();
    checks.add(isItself("api", wish.api(), wish));
    // A member's Raft server has that port, and knows nothing of nonces.
    if (!member) checks.add(isItself("raft", wish.raft(), wish));
    if (known != null && !known.api().equals(wish.api())) checks.add(isGone(known, wish));
    return Future.all(checks);
  }

  private Future<?> isItself(String port, String address, ManagerInfo wish) {
    return dialler
        .whoIsAt(address)
        .transform(
            dialled -> {
              String problem =
                  dialled.failed()
                      ? "cannot be dialled back: " + dialled.cause().getMessage()
                      : stranger(cluster, wish, dialled.result());
              return problem == null
                  ? Future.succeededFuture()
                  : refused(wish, port, address, problem);
            });
  }

  /** Why the one that answered is not the one that asked; null when it is. */
  static String stranger(String cluster, ManagerInfo wish, FounderAnswer answer) {
    if (!answer.getCluster().equals(cluster)) {
      return "there is manager " + answer.getManager() + " of cluster " + answer.getCluster();
    }
    if (!answer.getManager().equals(wish.id())) {
      return "there is manager " + answer.getManager();
    }
    if (!answer.getNonce().equals(wish.nonce())) {
      return "there is another manager " + wish.id() + ", with another data folder";
    }
    return null;
  }

  private static <T> Future<T> refused(
      ManagerInfo wish, String port, String address, String problem) {
    return conflict(
        "manager "
            + wish.id()
            + " cannot join: at its "
            + port
            + " address "
            + address
            + " "
            + problem
            + "; set "
            + port
            + ".advertise to where the others reach it");
  }

  /** Nobody answers for the member there; or the one that asks does, who can be found at both. */
  private Future<?> isGone(ManagerInfo known, ManagerInfo wish) {
    return dialler
        .whoIsAt(known.api())
        .transform(
            dialled -> {
              boolean there =
                  dialled.succeeded()
                      && dialled.result().getManager().equals(known.id())
                      && dialled.result().getCluster().equals(cluster)
                      && !dialled.result().getNonce().equals(wish.nonce());
              return there ? lives(known) : Future.succeededFuture();
            });
  }

  private static Future<Object> lives(ManagerInfo known) {
    return conflict(
        "manager "
            + known.id()
            + " is a member and answers at "
            + known.api()
            + ": stop that one first, or give the new one another id");
  }

  private static <T> Future<T> conflict(String message) {
    return Future.failedFuture(new SwarmException(SwarmException.Kind.CONFLICT, message));
  }
}
