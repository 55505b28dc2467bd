package dev.swarm.app;

/** Which Swarm this is. */
final class Version {
  /** As the jar says; "development" outside a jar. */
  static final String CURRENT = read();

  private Version() {}

  private static String read() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
