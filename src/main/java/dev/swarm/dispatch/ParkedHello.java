package dev.swarm.dispatch;

import dev.swarm.model.Session;
import dev.swarm.model.SessionOpen;
import dev.swarm.model.Worker;
import dev.swarm.model.WorkerId;
import java.util.Map;

/**
 * A worker that waits for its session.
 *
 * @param incarnation that {@code version} belongs to
 * @param version of the assignments it holds; 0 for none
 */
record ParkedHello(
    SessionOpen open, long incarnation, long version, WorkerStream stream, long arrivedNanos) {
  private static final int OVERHEAD_BYTES = 256;

  /** Which attempt of which agent of which worker. */
  record Dial(WorkerId worker, long agentBoot, long number) {
    static Dial of(WorkerId worker, Session session) {
      return new Dial(worker, session.agentBoot(), session.dial());
    }
  }

  Dial dial() {
    return new Dial(open.worker(), open.agentBoot(), open.dial());
  }

  /** Whether the committed record of its worker, null for none, is of a later dial. */
  boolean overtaken(Worker now) {
    return now != null
        && now.session().agentBoot() == open.agentBoot()
        && now.session().dial() > open.dial();
  }

  /** An upper bound of its share in a message, except for characters beyond ASCII. */
  long bytes() {
    long size = OVERHEAD_BYTES + open.description().length();
    for (Map.Entry<String, String> label : open.labels().entrySet()) {
      size += label.getKey().length() + label.getValue().length();
    }
    return size;
  }
}
