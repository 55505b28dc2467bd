package dev.swarm.lab;

import java.util.Locale;

/**
 * CPU time of processes in milliseconds.
 *
 * @param compilers the part that the JVM's compilers used
 * @param collectors the part that garbage collection used
 */
record Cpu(long all, long compilers, long collectors) {
  static Cpu of(long pid) {
    return new Cpu(Kernel.cpuMillis(pid), Kernel.compilerMillis(pid), Kernel.collectorMillis(pid));
  }

  Cpu plus(Cpu other) {
    return new Cpu(all + other.all, compilers + other.compilers, collectors + other.collectors);
  }

  Cpu minus(Cpu other) {
    return new Cpu(all - other.all, compilers - other.compilers, collectors - other.collectors);
  }

  /** Microseconds for each of so many: all, and in brackets the JVM's own two parts. */
  String per(int count) {
    return String.format(
        Locale.ROOT,
        "%.0f (%.0f %.0f)",
        1e3 * all / count,
        1e3 * compilers / count,
        1e3 * collectors / count);
  }

  /** The share of one core over so many seconds, and in brackets the compilers' part of it. */
  String shareOver(int seconds) {
    return String.format(
        Locale.ROOT, "%.1f %% (%.1f)", all / (10.0 * seconds), compilers / (10.0 * seconds));
  }
}
