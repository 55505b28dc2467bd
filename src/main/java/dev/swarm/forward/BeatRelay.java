package dev.swarm.forward;

import dev.swarm.bus.Messages.BeatsTaken;
import dev.swarm.bus.Messages.SessionBeat;
import dev.swarm.model.SessionRef;
import dev.swarm.model.SwarmException;
import dev.swarm.model.TimeSource;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Sends the beats of all callers together when it is time, and gives each caller its answer. */
final class BeatRelay {
  /** Callers waiting for the next message; more are OVERLOADED. */
  static final int MAX_CALLERS = 10_000;

  private final Vertx vertx;
  private final TimeSource time;
  private final Function<List<SessionBeat>, Future<BeatsTaken>> send;
  private final BeatDigest digest = new BeatDigest();
  private List<Caller> callers = new ArrayList<>();
  private boolean sleeping;

  private record Caller(List<SessionBeat> beats, Promise<BeatsTaken> answer) {
    void take(BeatsTaken taken, Set<SessionRef> refused) {
      List<SessionRef> mine =
          refused.isEmpty()
              ? List.of()
              : beats.stream().map(SessionBeat::session).filter(refused::contains).toList();
      answer.tryComplete(new BeatsTaken(taken.term(), taken.commitIndex(), mine));
    }
  }

  BeatRelay(Vertx vertx, TimeSource time, Function<List<SessionBeat>, Future<BeatsTaken>> send) {
    this.vertx = vertx;
    this.time = time;
    this.send = send;
  }

  /** Goes out at once after a quiet time, else with the next message. */
  Future<BeatsTaken> take(List<SessionBeat> beats) {
    if (callers.size() >= MAX_CALLERS) {
      String text = MAX_CALLERS + " callers wait to send their beats";
      throw new SwarmException(SwarmException.Kind.OVERLOADED, text);
    }
    digest.add(beats, time.nanos());
    Promise<BeatsTaken> answer = Promise.promise();
    callers.add(new Caller(beats, answer));
    if (!sleeping) sendOrSleep();
    return answer.future();
  }

  private void sendOrSleep() {
    long waitNanos = digest.waitNanos(time.nanos());
    sleeping = waitNanos > 0;
    if (sleeping) vertx.setTimer(millisRoundedUp(waitNanos), id -> sendOrSleep());
    else sendNow();
  }

  private static long millisRoundedUp(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(nanos + 999_999);
  }

  private void sendNow() {
    List<Caller> answered = callers;
    callers = new ArrayList<>();
    send.apply(digest.take(time.nanos()))
        .onComplete(
            taken -> {
              Set<SessionRef> refused = new HashSet<>(taken.refused());
              for (Caller caller : answered) caller.take(taken, refused);
            },
            failure -> {
              for (Caller caller : answered) caller.answer().tryFail(failure);
            });
  }
}
