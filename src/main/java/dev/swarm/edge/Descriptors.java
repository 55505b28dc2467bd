package dev.swarm.edge;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.LongSupplier;

/** The file descriptors of this process. */
final class Descriptors {
  private Descriptors() {}

  /** How many more it could open now; very many where the system does not say. */
  static long free() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? free(unix::getMaxFileDescriptorCount, unix::getOpenFileDescriptorCount)
        : Integer.MAX_VALUE;
  }

  /** To count those that are open takes one more: where there is none, there is none. */
  static long free(LongSupplier most, LongSupplier open) {
    try {
      return most.getAsLong() - open.getAsLong();
    } catch (InternalError | RuntimeException uncountable) {
      return 0;
    }
  }
}
