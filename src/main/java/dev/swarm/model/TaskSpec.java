package dev.swarm.model;

/**
 * What a client asked for; never changes.
 *
 * @param id derived from {@code key}
 * @param key the client's name for this task: the same key is the same task
 * @param name for people
 * @param kind which executor runs it
 * @param payload handed to the executor, at most 256 KiB
 * @param pinned the only worker that may run it; null when any may
 * @param maxAttempts how many workers may be lost over it, 1 to 100
 * @param submittedMillis wall clock of the manager that took it
 */
public record TaskSpec(
    TaskId id,
    String key,
    String name,
    String kind,
    Bytes payload,
    WorkerId pinned,
    int maxAttempts,
    long submittedMillis) {

  /** Attempts of a task that does not say. */
  public static final int DEFAULT_ATTEMPTS = 3;

  /** Checks the limits; throws BAD_REQUEST. */
  public TaskSpec {
    Limits.text("task key", key, Limits.MAX_LABEL_BYTES);
    Limits.text("task name", name, Limits.MAX_LABEL_BYTES);
    Names.check("task kind", kind);
    if (payload.size() > Limits.MAX_PAYLOAD_BYTES) {
      throw SwarmException.badRequest(
          "task payload has "
              + payload.size()
              + " bytes, more than the "
              + Limits.MAX_PAYLOAD_BYTES
              + " allowed");
    }
    if (maxAttempts < 1 || maxAttempts > Limits.MAX_ATTEMPTS) {
      throw SwarmException.badRequest(
          "maxAttempts " + maxAttempts + " is outside 1.." + Limits.MAX_ATTEMPTS);
    }
  }

  /** The same task, submitted at that moment. */
  public TaskSpec submittedAt(long millis) {
    return new TaskSpec(id, key, name, kind, payload, pinned, maxAttempts, millis);
  }

  /** Whether the other asks for the same work, submitted perhaps at another time. */
  boolean sameWork(TaskSpec other) {
    return key.equals(other.key)
        && name.equals(other.name)
        && kind.equals(other.kind)
        && payload.equals(other.payload)
        && java.util.Objects.equals(pinned, other.pinned)
        && maxAttempts == other.maxAttempts;
  }
}
