package dev.swarm.presence;

import dev.swarm.bus.Messages.SessionBeat;
import dev.swarm.model.Change;
import dev.swarm.model.ClusterState;
import dev.swarm.model.Epoch;
import dev.swarm.model.Judgement;
import dev.swarm.model.SessionRef;
import dev.swarm.model.Settings;
import dev.swarm.model.Worker;
import dev.swarm.model.WorkerId;
import dev.swarm.model.WorkerStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Who is alive, as this leader sees it in its reign. Follows the log for who has which session,
 * moves deadlines with every sign of life, and says who is late. The caller commits what it says;
 * what is committed comes back through {@link #follow}.
 *
 * <p>All times are those of {@link StallGuard}.
 */
public final class PresenceTable {
  /** Why a session ended whose beats stopped. */
  public static final String NO_HEARTBEAT = "no heartbeat";

  /** Why a session ended that the new leader never heard of. */
  public static final String NOT_BACK = "not heard of since the leader changed";

  /**
   * A verdict.
   *
   * @param driftNanos how long after the deadline it was reached
   */
  public record Late(Judgement judgement, long driftNanos) {}

  private final Epoch epoch;
  private final MassLossBrake brake;
  private final Map<WorkerId, Presence> workers = new HashMap<>();
  private final WakeUps wakeUps = new WakeUps();
  private final Set<Presence> unconfirmed = new LinkedHashSet<>();

  private Settings settings;
  private long nextSession;
  private boolean over;

  /**
   * Begins the reign of the state's epoch: whoever had a session gets the failover grace, whoever
   * opened one in this epoch already a TTL.
   */
  public PresenceTable(ClusterState state, MassLossBrake brake, long nowNanos) {
    this.epoch = state.epoch();
    this.brake = brake;
    this.settings = state.settings();
    reconcile(state, nowNanos);
  }

  /** Whether another epoch has begun: nothing is confirmed and nobody judged any more. */
  public boolean over() {
    return over;
  }

  /** Follows one entry of the log. */
  public void follow(ClusterState state, List<Change> changes, long nowNanos) {
    nextSession = state.nextSession();
    if (state.epoch().number() != epoch.number()) end();
    if (over) return;
    for (Change change : changes) {
      if (change instanceof Change.WorkerChanged worker) adopt(worker.after(), nowNanos);
      if (change instanceof Change.SettingsChanged agreed) {
        agree(agreed.settings());
      }
    }
  }

  /** Follows a jump of the log: sessions that are still the current ones keep their deadlines. */
  public void reconcile(ClusterState state, long nowNanos) {
    nextSession = state.nextSession();
    if (state.epoch().number() != epoch.number()) end();
    if (over) return;
    agree(state.settings());
    for (Worker worker : state.workers().values()) adopt(worker, nowNanos);
  }

  private void end() {
    over = true;
    workers.clear();
    unconfirmed.clear();
  }

  private void adopt(Worker worker, long nowNanos) {
    Presence known = workers.get(worker.id());
    boolean up = worker.statusIn(epoch) == WorkerStatus.UP;
    if (!worker.down() && known != null && known.session.equals(worker.ref())) {
      known.up = up;
      if (up) unconfirmed.remove(known);
      return;
    }
    if (known != null) forget(known);
    if (worker.down()) return;
    Presence opened = new Presence(worker.ref(), up);
    opened.promisedMillis = settings.longestMillis();
    opened.heardNanos = nowNanos;
    opened.deadlineNanos = nowNanos + (up ? ttlNanos(opened) : nanos(settings.graceMillis()));
    workers.put(worker.id(), opened);
    wakeUps.at(opened, opened.deadlineNanos);
  }

  private void forget(Presence presence) {
    workers.remove(presence.session.worker());
    unconfirmed.remove(presence);
    wakeUps.forget(presence);
  }

  /** A deadline that a worker may rely on only ever moves away when the settings change. */
  private void agree(Settings agreed) {
    if (agreed.equals(settings)) return;
    settings = agreed;
    for (Presence presence : workers.values()) {
      long patience = presence.heard ? ttlNanos(presence) : nanos(settings.graceMillis());
      long deadline = presence.heardNanos + patience;
      presence.deadlineNanos = Math.max(presence.deadlineNanos, deadline);
    }
  }

  /**
   * Takes signs of life, from a beat or a roster alike; the caller has just proven its authority.
   *
   * @return those that are not, or no longer, the current sessions of their workers; all others are
   *     confirmed
   */
  public List<SessionRef> take(List<SessionBeat> beats, long nowNanos) {
    List<SessionRef> refused = new ArrayList<>();
    for (SessionBeat beat : beats) if (!confirm(beat, nowNanos)) refused.add(beat.session());
    return refused;
  }

  private boolean confirm(SessionBeat beat, long nowNanos) {
    // Granted after the newest entry seen here: adopting it will count as the sign of life.
    if (beat.session().number() >= nextSession) return true;
    Presence presence = workers.get(beat.session().worker());
    if (presence == null || presence.condemned || !presence.session.equals(beat.session())) {
      return false;
    }
    long heard = nowNanos - nanos(Math.max(0, beat.ageMillis()));
    int promised = promisedBy(beat);
    boolean tooOld = heard + ttlNanos(promised) <= nowNanos;
    if (!tooOld) hear(presence, heard, promised, beat.settingsVersion());
    return true;
  }

  /** A manager whose settings are of before may still promise what was agreed since. */
  private int promisedBy(SessionBeat beat) {
    boolean behind = beat.settingsVersion() < settings.version();
    return behind
        ? Math.max(settings.longestMillis(), beat.promisedMillis())
        : beat.promisedMillis();
  }

  private void hear(Presence presence, long heardNanos, int promisedMillis, long settingsVersion) {
    if (!presence.up) unconfirmed.add(presence);
    if (presence.heard && heardNanos < presence.heardNanos) return;
    presence.heard = true;
    presence.heardNanos = heardNanos;
    presence.promisedMillis = promisedMillis;
    presence.settingsVersion = settingsVersion;
    presence.deadlineNanos = heardNanos + ttlNanos(presence);
    wakeUps.at(presence, presence.deadlineNanos);
  }

  /** Takes out the UP judgements of those heard of and not yet committed as UP in this epoch. */
  public List<Judgement> takeConfirmations() {
    List<Judgement> confirmations = new ArrayList<>(unconfirmed.size());
    for (Presence presence : unconfirmed) {
      confirmations.add(
          new Judgement(presence.session, epoch.number(), Judgement.Verdict.UP, "heartbeat"));
    }
    unconfirmed.clear();
    return confirmations;
  }

  /**
   * Says who is late, each session once: a verdict stands until it is committed or the worker has
   * another session. The caller has just proven its authority, and has taken all beats that came
   * before.
   */
  public List<Late> judge(long nowNanos) {
    List<Presence> late = new ArrayList<>();
    for (Presence woken : wakeUps.take(nowNanos)) {
      if (woken.deadlineNanos <= nowNanos) late.add(woken);
      else wakeUps.at(woken, woken.deadlineNanos);
    }
    if (over || late.isEmpty()) return List.of();
    long heldUntil = holdUntil(nowNanos);
    if (heldUntil > nowNanos) {
      for (Presence presence : late) wakeUps.at(presence, heldUntil);
      return List.of();
    }
    List<Late> verdicts = new ArrayList<>(late.size());
    for (Presence presence : late) verdicts.add(condemn(presence, nowNanos));
    return verdicts;
  }

  private Late condemn(Presence presence, long nowNanos) {
    presence.condemned = true;
    unconfirmed.remove(presence);
    String reason = presence.heard ? NO_HEARTBEAT : NOT_BACK;
    return new Late(
        new Judgement(presence.session, epoch.number(), Judgement.Verdict.DOWN, reason),
        nowNanos - presence.deadlineNanos);
  }

  private long holdUntil(long nowNanos) {
    int fleet = 0;
    int silent = 0;
    for (Presence presence : workers.values()) {
      if (presence.condemned) continue;
      fleet++;
      int period = Math.max(presence.promisedMillis, settings.heartbeat().effectiveMillis());
      if (nowNanos - presence.heardNanos >= nanos(period) * 3 / 2) silent++;
    }
    return brake.holdUntil(fleet, silent, nowNanos, ttlNanos(settings.longestMillis()));
  }

  /**
   * Whether all live sessions have been heard of by managers with the newest settings, and go by no
   * longer period: what was promised before them is over.
   */
  public boolean promisesOver() {
    for (Presence presence : workers.values()) {
      boolean newest = presence.settingsVersion == settings.version();
      boolean over = presence.promisedMillis <= settings.heartbeat().effectiveMillis();
      if (!presence.condemned && !(newest && over)) return false;
    }
    return true;
  }

  /** Time until somebody may be late; {@code Long.MAX_VALUE} when nobody can be. */
  public long nanosUntilNextLook(long nowNanos) {
    long next = wakeUps.nextNanos();
    return next == Long.MAX_VALUE ? next : Math.max(0, next - nowNanos);
  }

  private long ttlNanos(Presence presence) {
    return ttlNanos(presence.promisedMillis);
  }

  private long ttlNanos(int promisedMillis) {
    return nanos(settings.heartbeat().ttlMillis(promisedMillis));
  }

  private static long nanos(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }
}
