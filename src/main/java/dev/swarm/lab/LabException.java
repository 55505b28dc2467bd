package dev.swarm.lab;

/** The run cannot go on, or did not show what it should; the message says why. */
final class LabException extends RuntimeException {
  LabException(String message) {
    super(message);
  }
}
