package dev.swarm.dispatch;

import dev.swarm.bus.Endpoints;
import dev.swarm.bus.Messages.Beats;
import dev.swarm.bus.Messages.BeatsTaken;
import dev.swarm.bus.Messages.Roster;
import dev.swarm.bus.Messages.SessionBeat;
import dev.swarm.model.SessionRef;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Tells the leader which sessions live: beats, all of a tenth of a second together, and after each
 * change of leader the whole roster. Says something now and then also when nobody beats, so as to
 * hear whether there is a leader.
 */
final class BeatRelay {
  private static final long GATHER_MILLIS = 100;
  private static final int MAX_SESSIONS = 5_000;
  private static final long ROSTER_RETRY_MILLIS = 100;
  private static final long ROSTER_PATIENCE_MILLIS = 700;

  private final Desk desk;
  private final Set<LiveSession> beaten = new LinkedHashSet<>();
  private final Gathering sending;
  private final Gathering probing;
  private final Gathering rostering;
  private long sentNanos;
  private long owedEpoch;

  BeatRelay(Desk desk) {
    this.desk = desk;
    sentNanos = desk.now();
    sending = new Gathering(desk.vertx(), this::send);
    probing = new Gathering(desk.vertx(), this::probe);
    rostering = new Gathering(desk.vertx(), this::sendRoster);
  }

  /** Says something at once, and goes on. */
  void start() {
    send();
    probing.in(LeaderContact.probeMillis(desk.heartbeat()));
  }

  /** A session beat. */
  void beat(LiveSession session) {
    beaten.add(session);
    sending.in(GATHER_MILLIS);
  }

  private void probe() {
    long every = LeaderContact.probeMillis(desk.heartbeat());
    probing.in(every);
    if (desk.now() - sentNanos >= every * 1_000_000L) send();
  }

  private void send() {
    List<LiveSession> now = takeBeaten();
    List<SessionBeat> beats = beatsOf(now);
    sentNanos = desk.now();
    desk.bus()
        .request(Endpoints.BEATS, new Beats(beats, false))
        .onComplete(answer -> taken(beats, answer), failure -> again(now));
    if (!beaten.isEmpty()) sending.in(GATHER_MILLIS);
  }

  private List<LiveSession> takeBeaten() {
    List<LiveSession> taken = new ArrayList<>();
    Iterator<LiveSession> all = beaten.iterator();
    while (all.hasNext() && taken.size() < MAX_SESSIONS) {
      LiveSession session = all.next();
      all.remove();
      if (desk.sessions().holds(session)) taken.add(session);
    }
    return taken;
  }

  private List<SessionBeat> beatsOf(Collection<LiveSession> sessions) {
    List<SessionBeat> beats = new ArrayList<>(sessions.size());
    long settings = desk.state().settings().version();
    for (LiveSession session : sessions) {
      BeatLedger ledger = session.beats();
      long age = Math.max(0, (desk.now() - ledger.beatNanos()) / 1_000_000);
      beats.add(
          new SessionBeat(session.ref(), ledger.seq(), age, ledger.promisedMillis(), settings));
    }
    return beats;
  }

  private void again(List<LiveSession> unheard) {
    for (LiveSession session : unheard) {
      if (desk.sessions().holds(session)) beat(session);
    }
  }

  private void taken(List<SessionBeat> beats, BeatsTaken answer) {
    if (!desk.contact().heard(answer.term(), answer.commitIndex(), desk.now())) return;
    Set<SessionRef> refused = new HashSet<>(answer.refused());
    for (SessionBeat beat : beats) {
      LiveSession session = desk.sessions().of(beat.session());
      if (session != null && !refused.contains(beat.session())) {
        if (session.beats().confirm(beat.seq())) desk.meters().confirmed();
      }
    }
  }

  /** A leader begins: it is told who lives here, until it answers or another begins. */
  void roster(long epoch) {
    owedEpoch = epoch;
    rostering.stop();
    sendRoster();
  }

  private void sendRoster() {
    long epoch = owedEpoch;
    if (epoch == 0 || desk.sessions().size() == 0) return;
    List<Future<BeatsTaken>> answers = new ArrayList<>();
    List<LiveSession> all = List.copyOf(desk.sessions().all());
    for (int from = 0; from < all.size(); from += MAX_SESSIONS) {
      List<SessionBeat> part =
          beatsOf(all.subList(from, Math.min(all.size(), from + MAX_SESSIONS)));
      answers.add(
          desk.bus()
              .request(Endpoints.ROSTER, new Roster(epoch, part, false))
              .onSuccess(answer -> taken(part, answer)));
    }
    rostering.in(ROSTER_PATIENCE_MILLIS);
    Future.all(answers).onComplete(heard -> heard(epoch), failure -> unheard(epoch));
  }

  private void heard(long epoch) {
    if (epoch != owedEpoch) return;
    owedEpoch = 0;
    rostering.stop();
  }

  private void unheard(long epoch) {
    if (epoch != owedEpoch) return;
    rostering.stop();
    rostering.in(ROSTER_RETRY_MILLIS);
  }

  void stop() {
    sending.stop();
    probing.stop();
    rostering.stop();
  }
}
