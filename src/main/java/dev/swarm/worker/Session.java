package dev.swarm.worker;

import dev.swarm.model.SwarmException;
import dev.swarm.model.TimeSource;
import dev.swarm.v1.Disconnect;
import dev.swarm.v1.ManagerMessage;
import dev.swarm.v1.Move;
import dev.swarm.v1.Pong;
import dev.swarm.v1.Welcome;
import dev.swarm.v1.WorkerMessage;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;

/** A session with one manager, from the dial to the end: beats when told, with one timer. */
final class Session implements ManagerStream.Listener {
  /** What the owner of sessions is told. */
  interface Owner {
    /** Its turn has come: it dials. */
    void dialling(Session session);

    /** The session is committed. */
    void welcomed(Session session, Welcome welcome);

    /** A beat was not answered. */
    void silent(Session session);

    /** The manager advises to go elsewhere. */
    void moved(Session session, Move move);

    /** It is over; the stream is closed. */
    void ended(Session session, EndReason reason, String text, int retryAfterMillis);

    /** A beat went out, by a timer that was so late: a period has passed. */
    void beaten(Session session, long lateNanos);

    /** Assignments, acknowledgements and lists of managers of a welcomed session. */
    void heard(Session session, ManagerMessage message);
  }

  private final Vertx vertx;
  private final TimeSource time;
  private final Owner owner;
  private final Manager manager;
  private final ManagerStream stream;
  private final WelcomeClock waiting = new WelcomeClock();
  private final BeatClock clock = new BeatClock();
  private long dialledNanos;
  private long welcomedNanos;
  private long number;
  private long welcomeMillis;
  private String managerId = "";
  private long timer = -1;
  private long wakeNanos;
  private boolean over;

  Session(Vertx vertx, TimeSource time, Manager manager, Owner owner) {
    this.vertx = vertx;
    this.time = time;
    this.owner = owner;
    this.manager = manager;
    this.stream = new ManagerStream(vertx, manager, this);
    this.dialledNanos = time.nanos();
  }

  /**
   * Dials when it is its turn; without a connection in the given time, or a Welcome after Hello, it
   * has failed.
   */
  void open(AgentConnections connections, WorkerMessage hello, long millis) {
    welcomeMillis = millis;
    stream.open(connections, hello);
  }

  @Override
  public void dialling() {
    dialledNanos = time.nanos();
    awaitWelcome();
    owner.dialling(this);
  }

  private void awaitWelcome() {
    waiting.begin(time.nanos(), welcomeMillis);
    step();
  }

  private void step() {
    vertx.cancelTimer(timer);
    timer = vertx.setTimer(waiting.millisUntilStep(time.nanos()), id -> stepped());
  }

  private void stepped() {
    waiting.step(time.nanos());
    if (waiting.isOver(time.nanos())) fail(EndReason.NOT_WELCOMED, "no Welcome");
    else step();
  }

  @Override
  public void connected() {
    if (!over && number == 0) awaitWelcome();
  }

  Manager manager() {
    return manager;
  }

  /** The id that the manager gave itself in its Welcome; empty before. */
  String managerId() {
    return managerId;
  }

  /** The number the managers gave it; 0 before it is welcomed. */
  long number() {
    return number;
  }

  boolean silent() {
    return clock.silent();
  }

  /** Whether it was welcomed, and at least so long ago. */
  boolean livedFor(long nanos) {
    return number != 0 && time.nanos() - welcomedNanos >= nanos;
  }

  void send(WorkerMessage message) {
    stream.send(message);
  }

  boolean full() {
    return stream.full();
  }

  void pause() {
    stream.pause();
  }

  void resume() {
    stream.resume();
  }

  @Override
  public void heard(ManagerMessage message) {
    try {
      switch (message.getBodyCase()) {
        case WELCOME -> welcomed(message.getWelcome());
        case PONG -> ponged(message.getPong());
        case MOVE -> owner.moved(this, message.getMove());
        case DISCONNECT -> disconnected(message.getDisconnect());
        case ASSIGNMENTS, REPORT_ACK, MANAGERS -> {
          if (number != 0) owner.heard(this, message);
        }
        case BODY_NOT_SET -> {} // said by a newer manager
      }
    } catch (SwarmException unacceptable) {
      fail(EndReason.LOST, "manager speaks nonsense: " + unacceptable.getMessage());
    }
  }

  private void welcomed(Welcome welcome) {
    if (number != 0) return;
    number = welcome.getSession();
    managerId = welcome.getManager();
    welcomedNanos = time.nanos();
    clock.told(welcomedNanos, welcome.getBeatInMillis(), welcome.getTtlMillis());
    sleep();
    owner.welcomed(this, welcome);
  }

  private void ponged(Pong pong) {
    if (number == 0) return;
    clock.told(time.nanos(), pong.getBeatInMillis(), pong.getTtlMillis());
    sleep();
  }

  private void sleep() {
    vertx.cancelTimer(timer);
    if (over) return;
    long now = time.nanos();
    long millis = clock.millisUntilDue(now);
    wakeNanos = now + TimeUnit.MILLISECONDS.toNanos(millis);
    timer = vertx.setTimer(millis, id -> wake());
  }

  private void wake() {
    if (over) return;
    long lateNanos = time.nanos() - wakeNanos;
    // While we do not read, the manager's answers lie unread in our own buffers.
    if (stream.paused()) clock.excuse(time.nanos());
    switch (clock.due(time.nanos())) {
      case BEAT -> {
        send(AgentWire.beat(clock.beat(time.nanos())));
        owner.beaten(this, lateNanos);
      }
      case SILENT -> owner.silent(this);
      case DEAD -> {
        fail(EndReason.SILENT, "no heartbeat answered for a TTL");
        return;
      }
      case NOTHING -> {}
    }
    sleep();
  }

  private void disconnected(Disconnect disconnect) {
    EndReason reason =
        switch (disconnect.getReason()) {
          case DISCONNECT_REASON_EXPIRED -> EndReason.EXPIRED;
          case DISCONNECT_REASON_REPLACED -> EndReason.REPLACED;
          case DISCONNECT_REASON_LEFT -> EndReason.LEFT;
          case DISCONNECT_REASON_UNAVAILABLE -> EndReason.UNAVAILABLE;
          case DISCONNECT_REASON_OVERLOADED -> EndReason.OVERLOADED;
          case DISCONNECT_REASON_REFUSED -> EndReason.REFUSED;
          case DISCONNECT_REASON_TOO_SLOW -> EndReason.TOO_SLOW;
          case DISCONNECT_REASON_STOPPING -> EndReason.STOPPING;
          case DISCONNECT_REASON_UNSPECIFIED, UNRECOGNIZED -> EndReason.LOST;
        };
    close();
    owner.ended(this, reason, disconnect.getText(), Math.max(0, disconnect.getRetryAfterMillis()));
  }

  @Override
  public void ended(EndReason reason, String text, int retryAfterMillis) {
    if (over) return;
    finish();
    owner.ended(this, excused(reason), text, retryAfterMillis);
  }

  /** A manager cuts off who connects and says nothing: our own standstill may be the cause. */
  private EndReason excused(EndReason reason) {
    boolean cutOff = reason == EndReason.LOST || reason == EndReason.UNREACHABLE;
    boolean ours = number == 0 && waiting.stoodStill(time.nanos());
    return cutOff && ours ? EndReason.STALLED : reason;
  }

  private void fail(EndReason reason, String text) {
    if (over) return;
    drop();
    owner.ended(this, reason, text, 0);
  }

  /** Ends it in order, and silently. */
  void close() {
    finish();
    stream.close();
  }

  /** Cuts it off, silently. */
  void drop() {
    finish();
    stream.drop();
  }

  private void finish() {
    over = true;
    vertx.cancelTimer(timer);
  }

  @Override
  public String toString() {
    return manager.address()
        + (number == 0 ? "" : " session " + number)
        + " after "
        + TimeUnit.NANOSECONDS.toMillis(time.nanos() - dialledNanos)
        + " ms";
  }
}
