package dev.swarm.dispatch;

import dev.swarm.bus.Endpoints;
import dev.swarm.bus.Messages.Opens;
import dev.swarm.edge.Turnstile;
import dev.swarm.model.Limits;
import dev.swarm.model.Outcome;
import dev.swarm.model.Refusal;
import dev.swarm.model.SessionOpen;
import dev.swarm.model.SwarmException;
import dev.swarm.model.Worker;
import dev.swarm.model.WorkerId;
import dev.swarm.v1.DisconnectReason;
import dev.swarm.v1.Hello;
import dev.swarm.v1.WorkerMessage;
import dev.swarm.wire.FromProto;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From a new stream to a session: checks the Hello, parks it, asks the leader for all that came
 * together, and waits for the log to show what was granted.
 */
final class Reception {
  private static final int MAX_SILENT_STREAMS = 10_000;
  private static final long GATHER_MILLIS = 3;
  private static final int RETRY_MILLIS = 50;
  private static final int COME_AGAIN_MILLIS = 500;
  private static final long TURN_MILLIS = 10;

  /** In a turn: each takes its event loop a tenth of a millisecond, ten times that at first. */
  private static final int WELCOMES = 32;

  private static final Logger log = LoggerFactory.getLogger(Reception.class);

  private final Desk desk;
  private final Farewells farewells;
  private final BiConsumer<ParkedHello, Worker> granted;
  private final ParkedHellos parked;
  private final Map<WorkerStream, Long> silent = new LinkedHashMap<>();
  private final Gathering asking;
  private final Gathering turns;
  private final Turnstile full;
  private final Portions<WorkerId> changed;

  /** Hands a worker that waited over, together with the record that grants its session. */
  Reception(Desk desk, Farewells farewells, BiConsumer<ParkedHello, Worker> granted) {
    this.desk = desk;
    this.farewells = farewells;
    this.granted = granted;
    parked = new ParkedHellos(desk.options().manager(), desk.options().managerBoot());
    asking = new Gathering(desk.vertx(), this::ask);
    turns = new Gathering(desk.vertx(), this::takeTurns);
    full = new Turnstile(desk.options().limits().sessionsPerSecond(), desk.now());
    changed = new Portions<>(desk.vertx(), WELCOMES, this::look);
  }

  /** A worker has opened a stream and will say who it is. */
  void arrived(WorkerStream stream) {
    if (silent.size() >= MAX_SILENT_STREAMS) {
      overloaded(stream, "too many streams are silent", full.comeAgainMillis(desk.now()));
      return;
    }
    silent.put(stream, desk.now());
    stream.gone(
        why -> {
          silent.remove(stream);
          farewells.gone(stream);
        });
    stream.listener(message -> first(stream, message));
  }

  private void first(WorkerStream stream, WorkerMessage message) {
    silent.remove(stream);
    stream.ignore(); // until it has a session
    try {
      check(message);
      park(stream, message.getHello());
    } catch (SwarmException bad) {
      refuse(stream, bad.getMessage());
      stream.caller().saidNoHello();
    }
  }

  private void check(WorkerMessage message) {
    if (!message.hasHello()) throw SwarmException.badRequest("the first message must be Hello");
    int bytes = message.getSerializedSize();
    int most = desk.options().limits().helloBytes();
    if (bytes > most) {
      throw SwarmException.badRequest("Hello has " + bytes + " bytes, more than " + most);
    }
  }

  private void park(WorkerStream stream, Hello hello) {
    String cluster = desk.options().cluster();
    if (!hello.getCluster().isEmpty() && !hello.getCluster().equals(cluster)) {
      throw SwarmException.badRequest("this is cluster " + cluster);
    }
    DispatchOptions options = desk.options();
    SessionOpen open = FromProto.hello(hello, options.manager(), options.managerBoot());
    if (desk.alone()) {
      comeAgain(stream, "manager " + options.manager() + " hears from no leader");
    } else if (parked.full()) {
      overloaded(
          stream,
          ParkedHellos.LIMIT + " workers wait for a session already",
          full.comeAgainMillis(desk.now()));
    } else {
      park(new ParkedHello(open, hello.getIncarnation(), hello.getVersion(), stream, desk.now()));
    }
  }

  private void park(ParkedHello hello) {
    hello.stream()
        .gone(
            why -> {
              parked.drop(hello);
              farewells.gone(hello.stream());
            });
    ParkedHello before = parked.park(hello);
    if (before != null) {
      farewells.disconnect(
          before.stream(), DisconnectReason.DISCONNECT_REASON_REPLACED, "dialled twice", 0);
    }
    asking.in(GATHER_MILLIS);
  }

  private void ask() {
    if (desk.contact().stale(desk.heartbeat(), desk.now())) {
      askAgain(); // it would be granted to a manager that cannot see it
      return;
    }
    List<ParkedHello> asked = parked.ask(Limits.MAX_BATCH_BYTES);
    if (asked.isEmpty()) return;
    List<SessionOpen> opens = asked.stream().map(ParkedHello::open).toList();
    desk.bus()
        .request(Endpoints.OPEN, new Opens(opens, false))
        .onComplete(taken -> answered(asked, taken.outcome()), failure -> failed(asked, failure));
    if (parked.hasUnasked()) asking.in(GATHER_MILLIS);
  }

  private void askAgain() {
    if (!parked.isEmpty()) asking.in(RETRY_MILLIS + desk.random().nextInt(RETRY_MILLIS));
  }

  private void answered(List<ParkedHello> asked, Outcome outcome) {
    for (Refusal refusal : outcome.refused()) {
      if (refusal.position() < asked.size()) refused(asked.get(refusal.position()), refusal);
    }
    // Granted without a change: the same session was asked for twice.
    look(asked.stream().map(hello -> hello.open().worker()).toList());
  }

  private void failed(List<ParkedHello> asked, Throwable failure) {
    boolean overloaded =
        failure instanceof SwarmException expected
            && expected.kind() == SwarmException.Kind.OVERLOADED;
    for (ParkedHello hello : asked) {
      if (!overloaded) {
        parked.retry(hello);
      } else if (parked.waits(hello)) {
        int retryMillis = ((SwarmException) failure).retryAfterMillis();
        int turnMillis = full.comeAgainMillis(desk.now());
        waitOrComeAgain(hello, failure.getMessage(), retryMillis + turnMillis);
      }
    }
    askAgain();
  }

  private void refused(ParkedHello hello, Refusal refusal) {
    if (!parked.waits(hello)) return;
    switch (refusal.kind()) {
      case NO_LEADER, NOT_LEADER, TIMEOUT -> {
        parked.retry(hello);
        askAgain();
      }
      case STALE_SESSION ->
          end(hello, DisconnectReason.DISCONNECT_REASON_EXPIRED, refusal.message());
      case CONFLICT -> {
        desk.meters().rival();
        log.warn("refused a second holder of an id: {}", refusal.message());
        end(hello, DisconnectReason.DISCONNECT_REASON_REPLACED, refusal.message());
      }
      case OVERLOADED -> waitOrComeAgain(hello, refusal.message(), refusal.retryAfterMillis());
      case BAD_REQUEST, DENIED, NOT_FOUND -> {
        parked.drop(hello);
        refuse(hello.stream(), refusal.message());
      }
    }
  }

  private void end(ParkedHello hello, DisconnectReason reason, String text) {
    parked.drop(hello);
    farewells.disconnect(hello.stream(), reason, text, 0);
  }

  /** A short wait is cheaper here, on an open connection. */
  private void waitOrComeAgain(ParkedHello hello, String text, int retryMillis) {
    if (parked.retryAt(hello, desk.now() + retryMillis * 1_000_000L)) {
      turns.in(TURN_MILLIS);
    } else {
      parked.drop(hello);
      overloaded(hello.stream(), text, retryMillis);
    }
  }

  private void takeTurns() {
    if (parked.takeTurns(desk.now())) turns.in(TURN_MILLIS);
    if (parked.hasUnasked()) asking.in(GATHER_MILLIS);
  }

  private void overloaded(WorkerStream stream, String text, int retryMillis) {
    desk.meters().sentAway();
    farewells.disconnect(
        stream, DisconnectReason.DISCONNECT_REASON_OVERLOADED, text, Math.max(1, retryMillis));
  }

  private void refuse(WorkerStream stream, String text) {
    farewells.disconnect(stream, DisconnectReason.DISCONNECT_REASON_REFUSED, text, 0);
  }

  private void comeAgain(WorkerStream stream, String text) {
    int spread = COME_AGAIN_MILLIS + desk.random().nextInt(2 * COME_AGAIN_MILLIS);
    farewells.disconnect(stream, DisconnectReason.DISCONNECT_REASON_UNAVAILABLE, text, spread);
  }

  /** Records changed: perhaps they grant sessions to some who wait. */
  void look(Collection<WorkerId> workers) {
    changed.add(workers);
  }

  private boolean look(WorkerId id) {
    Worker worker = desk.state().workers().get(id);
    ParkedHello hello = parked.granted(worker);
    boolean present = hello != null && hello.stream().open();
    if (present) granted.accept(hello, worker);
    return present;
  }

  /** Any record may have changed. */
  void lookAgain() {
    look(parked.all().stream().map(hello -> hello.open().worker()).toList());
  }

  /** Ends the streams that have not said who they are, or have no session, in time. */
  void sweep(long now) {
    for (ParkedHello hello : parked.overtaken(desk.state())) {
      end(hello, DisconnectReason.DISCONNECT_REASON_EXPIRED, Farewells.OVERTAKEN);
    }
    for (ParkedHello hello : parked.expired(now, desk.state())) {
      comeAgain(hello.stream(), "no session was granted in time");
    }
    long patienceNanos = desk.options().limits().helloMillis() * 1_000_000L;
    List<WorkerStream> late =
        silent.entrySet().stream()
            .takeWhile(entry -> now - entry.getValue() > patienceNanos)
            .map(Map.Entry::getKey)
            .toList();
    for (WorkerStream stream : late) {
      silent.remove(stream);
      refuse(stream, "no Hello came");
      stream.caller().saidNoHello();
    }
  }

  /** Tells all who wait that the manager stops. */
  void stop(String text) {
    asking.stop();
    turns.stop();
    changed.stop();
    for (ParkedHello hello : parked.all()) {
      parked.drop(hello);
      farewells.disconnect(hello.stream(), DisconnectReason.DISCONNECT_REASON_STOPPING, text, 0);
    }
  }
}
