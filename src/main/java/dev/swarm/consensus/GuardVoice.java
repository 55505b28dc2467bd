package dev.swarm.consensus;

import dev.swarm.bus.EventKind;
import dev.swarm.bus.Messages.GuardChanged;
import dev.swarm.bus.Messages.GuardState;
import dev.swarm.bus.Messages.Happened;
import dev.swarm.bus.SwarmBus;
import dev.swarm.bus.Topics;
import dev.swarm.consensus.guard.Trouble;
import dev.swarm.consensus.guard.Verdict;
import dev.swarm.consensus.meters.ConsensusMeters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says what the guard does and how this manager takes part: one line for people, a meter, and the
 * topic for the rest of this manager. What has been told is not told again.
 */
final class GuardVoice {
  private static final Logger log = LoggerFactory.getLogger(GuardVoice.class);

  private final String manager;
  private final SwarmBus bus;
  private final ConsensusMeters meters;
  private GuardChanged told = new GuardChanged(GuardState.UP, "");
  private Trouble impairedBy;

  /** Speaks for that manager. */
  GuardVoice(String manager, SwarmBus bus, ConsensusMeters meters) {
    this.manager = manager;
    this.bus = bus;
    this.meters = meters;
  }

  /** Why it does not take part, or not as it should; empty when all is well. */
  String reason() {
    return told.reason();
  }

  /** It takes part. */
  void up() {
    if (told.state() == GuardState.IMPAIRED) {
      log.info("manager {} is well again; it was: {}", manager, told.reason());
    }
    proposesAgain();
    tell(GuardState.UP, "");
  }

  /**
   * It takes part, but an operator should see to something; said once, until another holds or it is
   * over.
   */
  void impaired(Verdict warning) {
    if (told.state() == GuardState.IMPAIRED && warning.trouble() == impairedBy) return;
    proposesAgain();
    impairedBy = warning.trouble();
    log.error("manager {}: {}; {}", manager, warning.reason(), impairedBy.advice());
    tell(GuardState.IMPAIRED, warning.reason());
  }

  private void proposesAgain() {
    if (told.state() != GuardState.NO_PROPOSALS) return;
    log.info("manager {} proposes again: its disk has room", manager);
  }

  /** It takes part, but proposes little; said once, until it is over. */
  void noProposals(String reason) {
    if (told.state() == GuardState.NO_PROPOSALS) return;
    log.warn("{}; {}", reason, Trouble.NO_SPACE.advice());
    tell(GuardState.NO_PROPOSALS, reason);
  }

  /** It takes no part any more. */
  void down(Trouble trouble, String reason) {
    meters.acted(Verdict.Action.TAKE_DOWN, trouble.label());
    if (trouble == Trouble.REMOVED) {
      log.warn("manager {} takes no part any more: {}", manager, reason);
    } else {
      log.error("manager {} takes no part any more: {}; {}", manager, reason, trouble.advice());
    }
    tell(GuardState.DOWN, reason);
  }

  /** It takes no part, as before, and now for this reason. */
  void stillDown(String reason) {
    tell(GuardState.DOWN, reason);
  }

  /** Its log was opened again, so long after it was closed. */
  void upAgain(long millis) {
    log.info("manager {} takes part again after {} ms", manager, millis);
  }

  /** Its log could not be opened again. */
  void unopened(String reason) {
    log.warn("manager {} cannot open its log again: {}", manager, reason);
    stillDown(reason);
  }

  /** It asks another to lead. */
  void handsOver(String heir, Verdict verdict) {
    meters.acted(verdict.action(), verdict.trouble().label());
    log.warn(
        "manager {} hands leadership over to {}: {}; {}",
        manager,
        heir,
        verdict.reason(),
        verdict.trouble().advice());
    yields("hands the lead over to " + heir, verdict);
  }

  /** The other did not; on any thread. */
  void stillLeads(String heir, Throwable failure) {
    log.warn("{} did not take over: {}", heir, failure.getMessage());
  }

  /** It takes a snapshot before one is due. */
  void takesSnapshot(Verdict verdict) {
    meters.acted(verdict.action(), verdict.trouble().label());
    log.warn(
        "manager {} takes a new snapshot: {}; {}",
        manager,
        verdict.reason(),
        verdict.trouble().advice());
  }

  /** It leads no more; the others elect. */
  void stepsDown(Verdict verdict) {
    meters.acted(verdict.action(), verdict.trouble().label());
    log.warn(
        "manager {} ceases to lead: {}; {}", manager, verdict.reason(), verdict.trouble().advice());
    yields("ceases to lead", verdict);
  }

  private void yields(String what, Verdict verdict) {
    String message = what + ": " + verdict.reason() + "; " + verdict.trouble().advice();
    bus.publish(Topics.EVENTS, new Happened(EventKind.LEADER_HANDOVER, manager, message));
  }

  private void tell(GuardState state, String reason) {
    GuardChanged news = new GuardChanged(state, reason);
    if (news.equals(told)) return;
    told = news;
    meters.guard(state);
    bus.publish(Topics.GUARD, news);
  }
}
