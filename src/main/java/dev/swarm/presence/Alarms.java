package dev.swarm.presence;

import dev.swarm.bus.EventKind;
import dev.swarm.bus.Messages.Happened;
import dev.swarm.bus.SwarmBus;
import dev.swarm.bus.Topics;
import dev.swarm.model.Outcome;
import dev.swarm.model.Refusal;
import dev.swarm.model.SessionOpen;
import dev.swarm.model.SwarmException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells operators what only the leader sees, and no entry of the log says. */
final class Alarms {
  private static final Logger log = LoggerFactory.getLogger(Alarms.class);

  private final SwarmBus bus;
  private final Rivals rivals = new Rivals();
  private boolean held;

  Alarms(SwarmBus bus) {
    this.bus = bus;
  }

  /**
   * Verdicts are held back, or not; told when that is new.
   *
   * @param reason why they are
   * @return whether that has just begun
   */
  boolean held(boolean now, String reason) {
    if (now == held) return false;
    held = now;
    if (held) {
      log.warn("{}: no verdict for one more TTL", reason);
      tell(EventKind.FLEET_SILENT, "", reason + ": no verdict for one more TTL");
    } else {
      tell(EventKind.FLEET_HEARD, "", "whoever is silent is judged again");
    }
    return held;
  }

  /** Who was refused a session because another process has it, once a minute each. */
  void refused(List<SessionOpen> opens, Outcome outcome, long nowNanos) {
    for (Refusal refusal : outcome.refused()) {
      if (refusal.kind() != SwarmException.Kind.CONFLICT) continue;
      SessionOpen rival = opens.get(refusal.position());
      if (!rivals.isNews(rival.worker(), nowNanos)) continue;
      String what = refusal.message() + "; refused on manager " + rival.manager();
      tell(EventKind.WORKER_RIVAL, rival.worker().value(), what);
    }
  }

  private void tell(EventKind kind, String subject, String message) {
    bus.publish(Topics.EVENTS, new Happened(kind, subject, message));
  }
}
