package dev.swarm.consensus.gate;

import dev.swarm.codec.LogCodec;
import dev.swarm.consensus.meters.ConsensusMeters;
import dev.swarm.model.Command;
import dev.swarm.model.Outcome;
import dev.swarm.model.Rules;
import dev.swarm.model.SwarmException;
import dev.swarm.model.SwarmException.Kind;
import dev.swarm.model.TimeSource;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gets commands into the log and tells each caller what became of its own. One event loop. */
public final class Proposer {
  private static final Logger log = LoggerFactory.getLogger(Proposer.class);

  private final Context context;
  private final Entrance entrance;
  private final Supplier<Rules> rules;
  private final ProposalQueue queue;
  private final TimeSource time;
  private final ConsensusMeters meters;
  private boolean flushing;

  /**
   * Nothing new is proposed while an entry is under way for longer than {@code overdueNanos}.
   *
   * @param rules by which an entry is to be written now
   */
  public Proposer(
      Context context,
      Entrance entrance,
      Supplier<Rules> rules,
      long overdueNanos,
      TimeSource time,
      ConsensusMeters meters) {
    this.context = context;
    this.entrance = entrance;
    this.rules = rules;
    this.queue = new ProposalQueue(overdueNanos);
    this.time = time;
    this.meters = meters;
  }

  /** Proposes; completes when the command is applied here. */
  public Future<Outcome> propose(Command command) {
    Promise<Outcome> outcome = Promise.promise();
    byte[] bytes =
        LogCodec.encode(new LogCodec.Entry(List.of(command), time.millis(), rules.get()));
    try {
      queue.offer(new Proposal(command.kind(), bytes, outcome, time.nanos()));
    } catch (SwarmException refusal) {
      meters.failed(command.kind(), refusal.kind());
      throw refusal;
    }
    if (queue.idle()) flush();
    else flushSoon();
    return outcome.future();
  }

  /** What else arrives in this moment shares the entry; only where all is quiet nobody waits. */
  private void flushSoon() {
    if (flushing) return;
    flushing = true;
    context.runOnContext(
        turn -> {
          flushing = false;
          flush();
        });
  }

  private void flush() {
    ProposalQueue.Entry entry;
    while ((entry = queue.next(time.nanos())) != null) attempt(entry);
  }

  private void attempt(ProposalQueue.Entry entry) {
    CompletableFuture<byte[]> answer = entrance.propose(entry.bytes(), entry.callId());
    answer.whenComplete(
        (outcomes, failure) -> context.runOnContext(turn -> answered(entry, outcomes, failure)));
  }

  private void answered(ProposalQueue.Entry entry, byte[] outcomes, Throwable failure) {
    if (failure == null) {
      if (queue.done(entry)) complete(entry, LogCodec.decodeOutcomes(outcomes));
    } else if (passing(failure)) {
      queue.missed(entry);
    } else if (queue.done(entry)) {
      List<Proposal> all = entry.proposals();
      fail(all.subList(entry.told(), all.size()), refusal(failure));
    }
    flush();
  }

  private void complete(ProposalQueue.Entry entry, List<Outcome> outcomes) {
    long now = time.nanos();
    List<Proposal> proposals = entry.proposals();
    for (int i = entry.told(); i < proposals.size(); i++) {
      Proposal proposal = proposals.get(i);
      meters.committed(proposal.kind(), now - proposal.sinceNanos());
      proposal.outcome().complete(outcomes.get(i));
    }
  }

  /** Failures that a later attempt may not meet; {@link #sweep} makes it. */
  private static boolean passing(Throwable failure) {
    return unwrapped(failure) instanceof Entrance.NotNowException;
  }

  private static SwarmException refusal(Throwable failure) {
    Throwable cause = unwrapped(failure);
    if (cause instanceof SwarmException known) return known;
    log.warn("a proposal failed", cause);
    return new SwarmException(
        Kind.NOT_LEADER, "this manager ceased to lead; the command may still take effect");
  }

  private static Throwable unwrapped(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  /** To be called now and then: offers again what got no answer, gives up what took too long. */
  public void sweep() {
    long now = time.nanos();
    fail(
        queue.late(now),
        new SwarmException(
            Kind.TIMEOUT, "not committed in time; the command may still take effect"));
    fail(
        queue.expired(now),
        new SwarmException(
            Kind.NOT_LEADER, "nothing is committed right now; the command had no effect"));
    queue.unanswered(now).forEach(this::attempt);
    flush();
  }

  /** Whether nobody waits for an answer. */
  public boolean idle() {
    return queue.isEmpty();
  }

  /** We do not lead any more: what was not begun has no effect. */
  public void abandon() {
    fail(
        queue.abandon(),
        new SwarmException(Kind.NOT_LEADER, "this manager ceased to lead; nothing was proposed"));
  }

  private void fail(List<Proposal> proposals, SwarmException why) {
    for (Proposal proposal : proposals) {
      meters.failed(proposal.kind(), why.kind());
      proposal.outcome().fail(why);
    }
  }
}
