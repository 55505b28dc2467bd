package dev.swarm.model;

import java.nio.charset.StandardCharsets;

/** What may be how large; the answer at each limit is a refusal that names it. */
public final class Limits {
  /** Largest message on any gRPC stream, in bytes, both ways. */
  public static final int MAX_MESSAGE_BYTES = 1 << 20;

  /** Largest batch of assignments, in bytes of payload. */
  public static final int MAX_BATCH_BYTES = 512 << 10;

  /** Largest payload of a task, in bytes. */
  public static final int MAX_PAYLOAD_BYTES = 256 << 10;

  /** Largest result of a task, in bytes. */
  public static final int MAX_RESULT_BYTES = 64 << 10;

  /** Largest message of a status report, in bytes. */
  public static final int MAX_STATUS_MESSAGE_BYTES = 1 << 10;

  /**
   * All payloads held together, in bytes: for more, the oldest finished tasks are forgotten, and
   * when there are none, submissions are refused as OVERLOADED.
   */
  public static final long MAX_HELD_PAYLOAD_BYTES = 256L << 20;

  /** Finished tasks kept; older ones are forgotten. */
  public static final int MAX_FINISHED_TASKS = 10_000;

  /** How long a finished task is kept, in milliseconds. */
  public static final long MAX_FINISHED_MILLIS = 3_600_000;

  /**
   * Forgotten tasks whose ids are still known, so that a submission that comes again counts once.
   */
  public static final int MAX_FORGOTTEN_TASKS = 400_000;

  /** How long after it finished a forgotten task's id is known at least, in milliseconds. */
  public static final long MAX_FORGOTTEN_MILLIS = 7_200_000;

  /** Labels of a worker. */
  public static final int MAX_LABELS = 64;

  /** Bytes of a label's key, of its value, of a description. */
  public static final int MAX_LABEL_BYTES = 256;

  /**
   * Removals remembered per worker, as many as it has tasks but at most so many; who is further
   * behind gets the complete set.
   */
  public static final int MAX_REMOVALS = 1_000;

  /** Removals remembered of a worker with fewer tasks than that. */
  public static final int LEAST_REMOVALS = 32;

  /** Attempts a task may be given. */
  public static final int MAX_ATTEMPTS = 100;

  /** Writes of operators remembered, so that one that comes again counts once. */
  public static final int MAX_WRITES_KNOWN = 10_000;

  /**
   * Managers of a cluster; two more than are of use, so that one can join before another leaves.
   */
  public static final int MAX_MANAGERS = 7;

  private Limits() {}

  /** Refuses a number outside its range. Not in Settings, whose constants need it to be made. */
  static void within(String key, long value, long least, long most) {
    if (value < least || value > most) {
      throw SwarmException.badRequest(key + ": " + value + " is outside " + least + ".." + most);
    }
  }

  /** Refuses a text that is missing or longer than the limit in UTF-8. */
  static void text(String what, String text, int maxBytes) {
    if (text == null) throw SwarmException.badRequest(what + " is missing");
    // A char is at most three bytes of UTF-8: most texts need no encoding to be found short enough.
    if (text.length() * 3 <= maxBytes) return;
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > maxBytes) {
      throw SwarmException.badRequest(
          what + " has " + bytes + " bytes, more than the " + maxBytes + " allowed");
    }
  }
}
