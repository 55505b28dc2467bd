package dev.swarm.worker;

import dev.swarm.model.Bytes;
import dev.swarm.model.Limits;
import dev.swarm.model.TaskStatus;
import java.nio.charset.StandardCharsets;

/**
 * How an attempt ended.
 *
 * @param status COMPLETE, FAILED, REJECTED, CANCELLED or LOST
 * @param message for people
 * @param result at most 64 KiB
 */
public record TaskResult(TaskStatus status, String message, Bytes result) {
  /** Shortens the message, and refuses a result over the limit: the attempt then has FAILED. */
  public TaskResult {
    if (!status.finished()) throw new IllegalArgumentException(status + " is no end");
    if (result.size() > Limits.MAX_RESULT_BYTES) {
      message =
          "result has "
              + result.size()
              + " bytes, more than the "
              + Limits.MAX_RESULT_BYTES
              + " allowed";
      status = TaskStatus.FAILED;
      result = Bytes.EMPTY;
    }
    message = shortened(message == null ? "" : message);
  }

  /** It is done. */
  public static TaskResult complete(String message, Bytes result) {
    return new TaskResult(TaskStatus.COMPLETE, message, result);
  }

  /** It ran and failed. */
  public static TaskResult failed(String message) {
    return new TaskResult(TaskStatus.FAILED, message, Bytes.EMPTY);
  }

  /** It cannot be run here. */
  public static TaskResult rejected(String message) {
    return new TaskResult(TaskStatus.REJECTED, message, Bytes.EMPTY);
  }

  /** It was stopped on demand. */
  public static TaskResult cancelled(String message) {
    return new TaskResult(TaskStatus.CANCELLED, message, Bytes.EMPTY);
  }

  /** Nobody knows what became of it. */
  static TaskResult lost(String message) {
    return new TaskResult(TaskStatus.LOST, message, Bytes.EMPTY);
  }

  private static String shortened(String message) {
    int most = Limits.MAX_STATUS_MESSAGE_BYTES;
    if (message.getBytes(StandardCharsets.UTF_8).length <= most) return message;
    // A char is at most three bytes of UTF-8.
    int end = most / 3 - 3;
    if (Character.isHighSurrogate(message.charAt(end - 1))) end--;
    return message.substring(0, end) + "...";
  }
}
