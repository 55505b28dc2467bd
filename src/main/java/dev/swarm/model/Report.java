package dev.swarm.model;

/**
 * What a worker says of a task that it has.
 *
 * @param session that it speaks in; must be the current one
 * @param status RUNNING or a final one
 * @param message at most 1 KiB
 * @param result at most 64 KiB
 * @param atMillis the worker's wall clock
 */
public record Report(
    SessionRef session,
    TaskId task,
    int attempt,
    TaskStatus status,
    String message,
    Bytes result,
    long atMillis) {

  /** Checks the limits; throws BAD_REQUEST. */
  public Report {
    if (status == TaskStatus.PENDING || status == TaskStatus.ASSIGNED) {
      throw SwarmException.badRequest("a worker cannot report " + status);
    }
    Limits.text("message", message, Limits.MAX_STATUS_MESSAGE_BYTES);
    if (result.size() > Limits.MAX_RESULT_BYTES) {
      throw SwarmException.badRequest(
          "result has "
              + result.size()
              + " bytes, more than the "
              + Limits.MAX_RESULT_BYTES
              + " allowed");
    }
  }
}
