package dev.swarm.dispatch;

import dev.swarm.bus.Endpoints;
import dev.swarm.bus.Messages.Goodbye;
import dev.swarm.bus.Messages.Goodbyes;
import dev.swarm.edge.Refused;
import dev.swarm.model.EdgeLimits;
import dev.swarm.model.HeartbeatSettings;
import dev.swarm.model.Outcome;
import dev.swarm.model.Refusal;
import dev.swarm.model.SwarmException;
import dev.swarm.model.Worker;
import dev.swarm.v1.DisconnectReason;
import dev.swarm.v1.ManagerMessage;
import dev.swarm.v1.Pong;
import dev.swarm.v1.Welcome;
import dev.swarm.v1.WorkerMessage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Serves the sessions: welcomes, answers beats, and hands on what workers say. */
final class SessionService {
  private static final long GATHER_MILLIS = 3;
  private static final long RETRY_MILLIS = 100;
  private static final int MAX_REASON_CHARS = 200;
  private static final int REPORTS_A_MESSAGE = 10;

  /** In a second's worth of messages: an agent asks once, and waits for the whole set. */
  private static final int RESYNCS_PER_SECOND = 4;

  /** The same: an agent has at most half of it on its way. */
  private static final long BYTES_PER_SECOND = 32L << 20;

  private final Desk desk;
  private final Farewells farewells;
  private final AssignmentRelay assignments;
  private final BeatRelay beats;
  private final ReportRelay reports;
  private final HeartbeatSchedule schedule;
  private final Map<LiveSession, String> leaving = new LinkedHashMap<>();
  private final Set<LiveSession> eager = new LinkedHashSet<>();
  private final Gathering goodbyes;

  SessionService(
      Desk desk,
      Farewells farewells,
      AssignmentRelay assignments,
      BeatRelay beats,
      ReportRelay reports) {
    this.desk = desk;
    this.farewells = farewells;
    this.assignments = assignments;
    this.beats = beats;
    this.reports = reports;
    schedule = new HeartbeatSchedule(desk.random());
    goodbyes = new Gathering(desk.vertx(), this::sendGoodbyes);
  }

  /** The log has granted a session to one who waits here. */
  void granted(ParkedHello hello, Worker worker) {
    WorkerStream stream = hello.stream();
    EdgeLimits limits = desk.options().limits();
    BeatLedger ledger =
        new BeatLedger(desk.heartbeat().effectiveMillis(), limits.beatFactor(), desk.now());
    LiveSession session =
        new LiveSession(
            worker.ref(),
            hello.open().agentBoot(),
            stream,
            ledger,
            reports.queue(),
            limits.messagesPerSecond());
    assignments.prepare(session);
    stream.caller().welcomed();
    LiveSession before = desk.sessions().of(worker.id());
    if (before != null) retire(before, Fate.of(before, worker));
    desk.sessions().open(session);
    stream.listener(message -> heard(session, message));
    stream.drained(() -> drained(session));
    stream.gone(why -> gone(session, why));
    boolean resumed =
        hello.version() > 0 && hello.incarnation() == desk.state().cluster().incarnation();
    desk.meters().opened(resumed ? "resumed" : "new");
    stream.send(ManagerMessage.newBuilder().setWelcome(welcome(session)).build());
    // A worker that is gone shows with what is written to it.
    if (desk.sessions().holds(session)) {
      assignments.start(session, hello.incarnation(), hello.version());
    }
  }

  private Welcome welcome(LiveSession session) {
    HeartbeatSettings agreed = desk.heartbeat();
    int firstMillis = schedule.firstMillis(agreed);
    session.beats().expect(firstMillis, desk.now());
    session.told(desk.managers());
    return Welcome.newBuilder()
        .setIncarnation(desk.state().cluster().incarnation())
        .setSession(session.ref().number())
        .setManager(desk.options().manager())
        .setManagers(desk.managers())
        .setBeatInMillis(firstMillis)
        .setTtlMillis((int) agreed.ttlMillis())
        .build();
  }

  private void heard(LiveSession session, WorkerMessage message) {
    if (!session.heard(cost(message), desk.now())) {
      drop(session, "too many messages", "eager");
      session.stream().caller().cut(Refused.MESSAGES);
      return;
    }
    switch (message.getBodyCase()) {
      case HEARTBEAT -> beat(session, message.getHeartbeat().getSeq());
      case REPORTS -> reports.offered(session, message.getReports());
      case GOODBYE -> goodbye(session, message.getGoodbye().getReason());
      case RESYNC -> assignments.resync(session);
      case HELLO -> {
        session.stream().caller().offend(Refused.HELLO);
        drop(session, "a second Hello", "refused");
      }
      case BODY_NOT_SET -> {} // from a newer worker: what is unknown is ignored
    }
  }

  /** In messages: a complete set is dear, reports are cheap by the dozen, bytes cost besides. */
  private int cost(WorkerMessage message) {
    long perSecond = desk.options().limits().messagesPerSecond();
    long bytes = message.getSerializedSize();
    return costOfKind(message, (int) perSecond) + (int) (bytes * perSecond / BYTES_PER_SECOND);
  }

  private static int costOfKind(WorkerMessage message, int perSecond) {
    return switch (message.getBodyCase()) {
      case RESYNC -> perSecond / RESYNCS_PER_SECOND;
      case REPORTS -> 1 + message.getReports().getReportsCount() / REPORTS_A_MESSAGE;
      case HEARTBEAT, GOODBYE, HELLO, BODY_NOT_SET -> 1;
    };
  }

  private void beat(LiveSession session, long seq) {
    HeartbeatSettings agreed = desk.heartbeat();
    desk.meters().heartbeat();
    boolean first = session.beats().seq() == 0;
    if (session.beats().beat(seq, desk.now())) {
      desk.meters().lateness(first, session.beats().latenessNanos());
      session.beats().promise(agreed.effectiveMillis());
      beats.beat(session);
    }
    int nextMillis = schedule.nextMillis(agreed);
    session.beats().expect(nextMillis, desk.now());
    session.stream()
        .send(
            Pong.newBuilder()
                .setSeq(seq)
                .setBeatInMillis(nextMillis)
                .setConfirmedSeq(session.beats().confirmedSeq())
                .setTtlMillis((int) agreed.ttlMillis())
                .build());
    switch (session.beats().pace(desk.now())) {
      case FINE -> {}
      case EAGER -> desk.meters().tooManyHeartbeats();
      case TOO_EAGER ->
          eager.add(session); // not at once: perhaps they piled up while we stood still
      case FLOOD -> {
        drop(session, "heartbeats come too often", "eager");
        session.stream().caller().cut(Refused.MESSAGES);
      }
    }
  }

  private void drop(LiveSession session, String text, String counted) {
    reports.closed(session);
    farewells.drop(session, DisconnectReason.DISCONNECT_REASON_REFUSED, text, counted);
  }

  private void drained(LiveSession session) {
    session.writable(true, desk.now());
    reports.tell(session);
    assignments.flush(session);
  }

  private void gone(LiveSession session, String why) {
    if (!desk.sessions().holds(session)) return;
    reports.closed(session);
    farewells.gone(session, why);
  }

  /** The log has ended a session. */
  void retire(LiveSession session, Fate fate) {
    reports.closed(session);
    farewells.retire(session, fate);
  }

  private void goodbye(LiveSession session, String reason) {
    session.leave();
    leaving.put(session, reason.substring(0, Math.min(reason.length(), MAX_REASON_CHARS)));
    goodbyes.in(GATHER_MILLIS);
  }

  private void sendGoodbyes() {
    List<LiveSession> who = new ArrayList<>();
    List<Goodbye> said = new ArrayList<>();
    leaving.forEach(
        (session, reason) -> {
          if (!current(session)) return;
          who.add(session);
          said.add(new Goodbye(session.ref(), reason));
        });
    leaving.clear();
    if (said.isEmpty()) return;
    desk.bus()
        .request(Endpoints.GOODBYE, new Goodbyes(said, false))
        .onComplete(taken -> left(who, said, taken.outcome()), failure -> again(who, said));
  }

  /** By the log: a worker that has hung up since has said goodbye all the same. */
  private boolean current(LiveSession session) {
    return Fate.of(session, desk.state().workers().get(session.ref().worker())) == Fate.CURRENT;
  }

  private void left(List<LiveSession> who, List<Goodbye> said, Outcome outcome) {
    List<LiveSession> done = new ArrayList<>(who);
    for (Refusal refusal : outcome.refused()) {
      boolean over = refusal.kind() == SwarmException.Kind.STALE_SESSION;
      if (over || refusal.position() >= who.size()) continue;
      LiveSession session = who.get(refusal.position());
      done.remove(session);
      again(List.of(session), List.of(said.get(refusal.position())));
    }
    for (LiveSession session : done) {
      if (desk.sessions().holds(session)) retire(session, Fate.LEFT);
    }
  }

  private void again(List<LiveSession> who, List<Goodbye> said) {
    for (int i = 0; i < who.size(); i++) leaving.putIfAbsent(who.get(i), said.get(i).reason());
    goodbyes.in(RETRY_MILLIS);
  }

  /** Drops those whose worker was silent, or did not read, for a TTL, or beats far too often. */
  void sweep(long now) {
    for (LiveSession session : eager) {
      if (desk.sessions().holds(session) && session.beats().tooEager()) {
        drop(session, "heartbeats come too often", "eager");
      }
    }
    eager.clear();
    for (LiveSession session : desk.sessions().lost(desk.heartbeat(), now)) {
      reports.closed(session);
      farewells.drop(
          session,
          DisconnectReason.DISCONNECT_REASON_TOO_SLOW,
          "silent, or not reading, for a TTL",
          "slow");
    }
  }

  /** Tells all workers that the manager stops. */
  void stop(String text) {
    goodbyes.stop();
    for (LiveSession session : List.copyOf(desk.sessions().all())) {
      farewells.drop(session, DisconnectReason.DISCONNECT_REASON_STOPPING, text, "stopping");
    }
  }
}
