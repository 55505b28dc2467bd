package dev.swarm.cli;

/** The version of this program. */
final class Version {
  private Version() {}

  /** As the jar says, or {@code development} where there is no jar. */
  static String text() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
