package dev.swarm.membership;

import dev.swarm.v1.RecallAnswer;
import dev.swarm.v1.RecallQuestion;
import dev.swarm.v1.Standing;
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
    return ask(addresses).map(this::gone);
  }

  /**
   * The same, and with the reason as well when those asked are of another group that has the name
   * of the cluster and a manager of this name. One of our own group is enough to begin: the address
   * of another may have been given to somebody else.
   */
  public Future<String> whyNotBegin(Collection<String> addresses) {
    return ask(addresses)
        .map(
            answers -> {
              String reason = gone(answers);
              return reason.isEmpty() && strangersOnly(answers) ? otherGroup() : reason;
            });
  }

  private Future<List<RecallAnswer>> ask(Collection<String> addresses) {
    List<RecallAnswer> answers = new ArrayList<>();
    List<Future<RecallAnswer>> asked =
        addresses.stream()
            .map(address -> dialler.recall(address, question).onSuccess(answers::add))
            .toList();
    return Future.join(asked).transform(all -> Future.succeededFuture(answers));
  }

  private String gone(List<RecallAnswer> answers) {
    return answers.stream()
        .map(this::reason)
        .filter(reason -> !reason.isEmpty())
        .findFirst()
        .orElse("");
  }

  private static boolean strangersOnly(List<RecallAnswer> answers) {
    return answers.stream().anyMatch(one -> one.getStanding() == Standing.STANDING_OTHER_GROUP)
        && answers.stream().noneMatch(Recall::isOfOurs);
  }

  /** A program that does not know the mark yet says only whether we are a member. */
  private static boolean isOfOurs(RecallAnswer answer) {
    return answer.getSameGroup() || answer.getStanding() == Standing.STANDING_MEMBER;
  }

  private String otherGroup() {
    return "the data folder of manager "
        + question.getManager()
        + " belongs to another group that was called "
        + question.getCluster()
        + ", too: the managers of this cluster do not know it. Give the manager its own folder"
        + " back, or move it away and start the manager again: it comes back as a new member";
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
      case STANDING_MEMBER, STANDING_OTHER_GROUP, STANDING_UNSPECIFIED, UNRECOGNIZED -> "";
    };
  }

  /** Asks no more. */
  public Future<Void> close() {
    return dialler.close();
  }
}
