package dev.swarm.consensus.storage;

import java.io.IOException;

/** Files that cannot be trusted. The message names the file, the place and the damage. */
public final class DamagedStorageException extends IOException {
  /** Says what is damaged. */
  public DamagedStorageException(String message) {
    super(message);
  }

  /** Says what is damaged and what was met while reading. */
  public DamagedStorageException(String message, Throwable cause) {
    super(message, cause);
  }
}
