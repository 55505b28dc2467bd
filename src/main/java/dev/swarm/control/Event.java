package dev.swarm.control;

import dev.swarm.bus.EventKind;
import dev.swarm.bus.Messages.Happened;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;

/** Something that an operator should hear of, and when it happened. For one event loop. */
final class Event {
  private final EventId id;
  private final long atMillis;
  private final Happened what;
  private Buffer text;

  Event(EventId id, long atMillis, Happened what) {
    this.id = id;
    this.atMillis = atMillis;
    this.what = what;
  }

  EventId id() {
    return id;
  }

  EventKind kind() {
    return what.kind();
  }

  /** Whether one manager saw it itself: no other tells it. */
  boolean own() {
    return !id.manager().isEmpty();
  }

  JsonObject toJson() {
    return new JsonObject()
        .put("id", id.toString())
        .put("time", Views.moment(atMillis))
        .put("kind", kind().toString())
        .put("subject", what.subject().isEmpty() ? null : what.subject())
        .put("manager", own() ? id.manager() : null)
        .put("message", what.message());
  }

  /** As a server-sent event; made once for all who read it. */
  Buffer text() {
    if (text == null) {
      text =
          Buffer.buffer("id: " + id + "\nevent: " + kind() + "\ndata: " + toJson().encode())
              .appendString("\n\n");
    }
    return text;
  }
}
