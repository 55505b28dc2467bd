package dev.swarm.membership;

import dev.swarm.v1.RecallAnswer;
import dev.swarm.v1.RecallQuestion;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Asks others whether a manager is still a member. */
public final class Recall {
  private final Dialler dialler;
  private final RecallQuestion question;

  /** For this member of the group. */
  public Recall(Vertx vertx, String cluster, String group, String manager, long member) {
    dialler = new Dialler(vertx);
    question =
        RecallQuestion.newBuilder()
            .setCluster(cluster)
            .setGroup(group)
            .setManager(manager)
            .setMember(member)
            .build();
  }

  /**
   * Completes with the reason when one of those asked knows that it is a member no more, else with
   * an empty text: within a few seconds, also when nobody answers.
   */
  public Future<String> whyNot(Collection<String> addresses) {
    List<Future<?>> asked = new ArrayList<>();
    List<String> reasons = new ArrayList<>();
    for (String address : addresses) {
      asked.add(
          dialler
              .recall(address, question)
              .onSuccess(
                  answer -> {
                    String reason = reason(answer);
                    if (!reason.isEmpty()) reasons.add(reason);
                  }));
    }
    return Future.join(asked)
        .transform(all -> Future.succeededFuture(reasons.isEmpty() ? "" : reasons.get(0)));
  }

  private String reason(RecallAnswer answer) {
    return switch (answer.getStanding()) {
      case STANDING_REMOVED ->
          "manager "
              + question.getManager()
              + " was removed from cluster "
              + question.getCluster()
              + ": to bring it back, move its data folder away and start it with join";
      case STANDING_REPLACED ->
          "another member has the place of manager "
              + question.getManager()
              + " in cluster "
              + question.getCluster()
              + " now: this folder is of no use there, and must not come back";
      case STANDING_MEMBER, STANDING_UNSPECIFIED, UNRECOGNIZED -> "";
    };
  }

  /** Asks no more. */
  public void close() {
    dialler.close();
  }
}
