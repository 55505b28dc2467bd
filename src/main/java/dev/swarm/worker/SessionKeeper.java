package dev.swarm.worker;

import dev.swarm.model.TimeSource;
import dev.swarm.v1.ManagerMessage;
import dev.swarm.v1.Move;
import dev.swarm.v1.Welcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the agent in a session: one that is current, and at most one more that is being dialled.
 * The current one is given up for another only after the other is welcomed.
 */
final class SessionKeeper implements Session.Owner {
  private static final Logger log = LoggerFactory.getLogger(SessionKeeper.class);

  /**
   * A session that lived so long ends a row of failures. Short, because it already bounds how often
   * an agent can dial: managers that die one after the other must not add up to a long wait.
   */
  private static final long LIVED_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** A session that lived so long ends a row of being replaced by another process. */
  private static final long UNRIVALLED_NANOS = TimeUnit.MINUTES.toNanos(30);

  private final Vertx vertx;
  private final AgentOptions options;
  private final AgentTimings timings;
  private final AgentConnections connections;
  private final TimeSource time;
  private final MeterRegistry meters;
  private final AgentListener listener;
  private final WorkDesk desk;
  private final ManagerMemory memory;
  private final ManagerPicker picker;
  private final Backoff backoff;
  private final WelcomePatience patience;
  private final MoveAdvice advice = new MoveAdvice();
  private final long boot;

  private Session current;
  private Session next;
  private long dials;
  private long retryTimer = -1;
  private boolean retrying;
  private boolean stopped;
  private Promise<Void> leaving;

  SessionKeeper(
      Vertx vertx,
      AgentOptions options,
      AgentTimings timings,
      AgentConnections connections,
      TimeSource time,
      RandomGenerator random,
      MeterRegistry meters,
      AgentListener listener,
      WorkDesk desk,
      ManagerMemory memory) {
    this.vertx = vertx;
    this.options = options;
    this.timings = timings;
    this.connections = connections;
    this.time = time;
    this.meters = meters;
    this.listener = listener;
    this.desk = desk;
    this.memory = memory;
    this.picker = new ManagerPicker(options.managers(), random);
    this.backoff = new Backoff(random);
    this.patience = new WelcomePatience(timings.welcomeMillis());
    this.boot = random.nextLong();
    picker.remember(memory.kept());
  }

  /** Dials for the first time. */
  void start() {
    dial();
  }

  private boolean wantsAnother() {
    return !stopped && (current == null || current.silent() || advice.isOpen());
  }

  private void dialIn(long millis) {
    if (stopped) return;
    vertx.cancelTimer(retryTimer);
    retrying = true;
    retryTimer = vertx.setTimer(millis, id -> dial());
  }

  private void dial() {
    retrying = false;
    advice.expire(time.nanos());
    if (next != null || !wantsAnother()) return;
    Optional<Manager> chosen = choose();
    if (chosen.isEmpty()) return;
    next = new Session(vertx, time, chosen.get(), this);
    dials++;
    next.open(connections, AgentWire.hello(options, boot, dials, desk.table()), patience.millis());
  }

  private Optional<Manager> choose() {
    long now = time.nanos();
    if (current == null) return picker.pick(Set.of(), now);
    Set<String> here = here();
    if (advice.isOpen()) {
      Optional<Manager> elsewhere = advice.choose(picker, here, now);
      if (elsewhere.isPresent() || !current.silent()) return elsewhere;
    }
    return picker.pick(here, now).or(() -> picker.pick(Set.of(), now));
  }

  /** The address we dialled, and the one under which the manager is known to the others. */
  private Set<String> here() {
    Set<String> here = new HashSet<>(Set.of(current.manager().address()));
    picker.named(current.managerId()).ifPresent(manager -> here.add(manager.address()));
    return here;
  }

  @Override
  public void dialling(Session session) {
    listener.dialled(options.id(), dials, session.manager().address());
  }

  @Override
  public void welcomed(Session session, Welcome welcome) {
    if (session != next) return;
    Session former = current;
    current = next;
    next = null;
    advice.end();
    vertx.cancelTimer(retryTimer);
    patience.welcomed();
    picker.worked(session.manager(), session.managerId());
    learn(AgentWire.managers(welcome.getManagers()));
    listener.welcomed(options.id(), session.manager().address(), session.number());
    if (former == null) connections.connected().incrementAndGet();
    else giveUp(former);
    desk.connected(session, welcome.getIncarnation());
  }

  private void giveUp(Session former) {
    EndReason reason = former.silent() ? EndReason.SILENT : EndReason.MOVED;
    if (former.silent()) former.drop();
    else former.close();
    tell(former, reason, "session elsewhere");
    count(reason);
  }

  private void tell(Session session, EndReason reason, String text) {
    listener.streamEnded(options.id(), session.manager().address(), session.number(), reason, text);
  }

  private void count(EndReason reason) {
    Counter.builder("swarm.agent.reconnects")
        .description("Sessions that agents of this process lost or gave up, and opened anew")
        .tag("reason", reason.tag())
        .register(meters)
        .increment();
  }

  @Override
  public void silent(Session session) {
    if (session != current) return;
    picker.failed(session.manager(), time.nanos());
    log.warn("{} hears nothing from {}", options.id(), session);
    if (next == null && !retrying) dial();
  }

  @Override
  public void moved(Session session, Move move) {
    if (session != current || advice.isOpen()) return;
    advice.begin(move.getTarget(), move.getWithinMillis(), time.nanos());
    log.info("{} is advised to leave {}: {}", options.id(), session, move.getReason());
    if (next == null && !retrying) dial();
  }

  @Override
  public void ended(Session session, EndReason reason, String text, int retryAfterMillis) {
    tell(session, reason, text);
    remember(session.manager(), reason, retryAfterMillis);
    if (session == next) candidateEnded(reason, text, retryAfterMillis);
    else if (session == current) currentEnded(reason, text, retryAfterMillis);
  }

  /** What this end says of the manager. */
  private void remember(Manager manager, EndReason reason, int retryAfterMillis) {
    long now = time.nanos();
    if (reason == EndReason.NOT_WELCOMED) patience.notWelcomed();
    if (reason == EndReason.UNREACHABLE) picker.unreachable(manager, now);
    else if (reason.blamesManager()) picker.failed(manager, now);
    else if (reason == EndReason.STOPPING) picker.stops(manager, now);
    else if (reason == EndReason.UNAVAILABLE) {
      picker.away(manager, now + TimeUnit.MILLISECONDS.toNanos(retryAfterMillis), now);
    }
  }

  /** When to dial next after a session, or the wish for one, ended so. */
  private long waitMillis(EndReason reason, int retryAfterMillis) {
    return switch (reason) {
      case REPLACED -> backoff.rivalMillis();
      case REFUSED -> backoff.longMillis();
      case OVERLOADED -> backoff.toldMillis(retryAfterMillis);
      case UNAVAILABLE -> // another manager may be better off; this one has said when to come again
          backoff.nextMillis()
              + TimeUnit.NANOSECONDS.toMillis(picker.nanosUntilReady(time.nanos()) + 999_999);
      default -> retryAfterMillis + backoff.nextMillis();
    };
  }

  private void candidateEnded(EndReason reason, String text, int retryAfterMillis) {
    long wait = waitMillis(reason, retryAfterMillis);
    if (reason == EndReason.REFUSED || reason == EndReason.REPLACED) {
      log.warn("{} is refused by {}: {}; again in {} s", options.id(), next, text, wait / 1_000);
    } else {
      log.debug("{} has no session at {}: {} {}", options.id(), next, reason, text);
    }
    next = null;
    // Who was sent to one manager stays where it is when that does not have it.
    if (advice.namesTarget()) advice.end();
    if (wantsAnother()) dialIn(wait);
  }

  private void currentEnded(EndReason reason, String text, int retryAfterMillis) {
    if (current.livedFor(LIVED_NANOS)) backoff.reset();
    if (current.livedFor(UNRIVALLED_NANOS)) backoff.resetRival();
    long wait = waitMillis(reason, retryAfterMillis);
    if (reason == EndReason.REPLACED) {
      log.warn("{} is out of {}: {}; again in {} s", options.id(), current, text, wait / 1_000);
    } else {
      log.info("{} is out of {}: {} {}", options.id(), current, reason, text);
    }
    current = null;
    advice.end();
    connections.connected().decrementAndGet();
    desk.disconnected();
    if (leaving != null) leaving.tryComplete();
    if (stopped) return;
    count(reason);
    if (next == null) dialIn(wait);
  }

  @Override
  public void beaten(Session session, long lateNanos) {
    if (lateNanos >= BeatClock.STALL_NANOS) {
      listener.stalled(options.id(), TimeUnit.NANOSECONDS.toMillis(lateNanos));
    }
    if (session == current) desk.periodPassed();
  }

  @Override
  public void heard(Session session, ManagerMessage message) {
    if (session != current) return;
    switch (message.getBodyCase()) {
      case ASSIGNMENTS -> desk.assigned(AgentWire.batch(message.getAssignments()));
      case REPORT_ACK -> desk.settled(message.getReportAck());
      case MANAGERS -> learn(AgentWire.managers(message.getManagers()));
      case WELCOME, PONG, MOVE, DISCONNECT, BODY_NOT_SET -> {} // the session's own affair
    }
  }

  private void learn(List<Manager> managers) {
    picker.learn(managers);
    memory.keep(managers);
    listener.learnt(options.id(), managers.stream().map(Manager::toString).toList());
  }

  /** Leaves in order: says Goodbye and waits a moment for it to be committed. */
  Future<Void> leave(String reason) {
    stop();
    if (current == null) return Future.succeededFuture();
    leaving = Promise.promise();
    current.send(AgentWire.goodbye(reason));
    long timer = vertx.setTimer(timings.goodbyeMillis(), id -> leaving.tryComplete());
    return leaving
        .future()
        .onComplete(
            done -> {
              vertx.cancelTimer(timer);
              abandon(EndReason.LEFT, "no answer to Goodbye");
            });
  }

  /** Ends all sessions at once, without Goodbye. */
  void abandon(EndReason reason, String text) {
    stop();
    if (current == null) return;
    current.close();
    tell(current, reason, text);
    current = null;
    connections.connected().decrementAndGet();
    desk.disconnected();
  }

  private void stop() {
    stopped = true;
    vertx.cancelTimer(retryTimer);
    if (next == null) return;
    next.drop();
    tell(next, EndReason.LEFT, "agent stops");
    next = null;
  }
}
