package dev.swarm.forward;

import dev.swarm.bus.Endpoint;
import dev.swarm.bus.Endpoints;
import java.util.Locale;

/** What a request on the link is about. */
enum LinkKind {
  /** The first message of a stream. */
  HELLO(Endpoints.OPEN, false),
  OPEN(Endpoints.OPEN, false),
  BEATS(Endpoints.BEATS, false),
  ROSTER(Endpoints.ROSTER, false),
  GOODBYE(Endpoints.GOODBYE, false),
  REPORTS(Endpoints.REPORTS, true),
  WRITE(Endpoints.WRITES, true),
  DIGESTS(Endpoints.DIGESTS, false),
  COPY(Endpoints.COPY, true),
  PROMOTE(Endpoints.PROMOTE, true),
  /** From the leader, unasked: workers are to go elsewhere. */
  MOVES(Endpoints.OPEN, false),
  /** What a newer manager may ask and this one does not know. */
  UNKNOWN(Endpoints.OPEN, false);

  private final Endpoint<?, ?> endpoint;
  private final boolean bulky;

  LinkKind(Endpoint<?, ?> endpoint, boolean bulky) {
    this.endpoint = endpoint;
    this.bulky = bulky;
  }

  /** Bulky requests have a stream of their own, so that a beat never waits behind them. */
  boolean bulky() {
    return bulky;
  }

  /** After this nobody waits for the answer any more. */
  long timeoutMillis() {
    return endpoint.timeoutMillis();
  }

  /** Its name in meters. */
  String tag() {
    return name().toLowerCase(Locale.ROOT);
  }
}
