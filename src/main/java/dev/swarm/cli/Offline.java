package dev.swarm.cli;

import dev.swarm.config.ConfigException;
import dev.swarm.config.ConfigFile;
import dev.swarm.config.ManagerConfig;
import dev.swarm.config.ManagerEntry;
import dev.swarm.config.NodeConfig;
import dev.swarm.consensus.OfflineManager;
import dev.swarm.model.ClusterState;
import dev.swarm.model.SwarmException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/** What the commands that work on a stopped manager's folder have in common. */
final class Offline {
  private static final DateTimeFormatter ASIDE =
      DateTimeFormatter.ofPattern("'old-'yyyyMMdd-HHmmss-SSS").withZone(ZoneOffset.UTC);

  private Offline() {}

  static ManagerConfig config(SwarmCommand swarm, Path file) {
    try {
      NodeConfig config =
          ConfigFile.load(file, swarm.terminal().environment(), System.getProperties());
      if (config instanceof ManagerConfig manager) return requireForming(manager, file);
    } catch (ConfigException wrong) {
      throw CliException.usage(wrong.getMessage(), "swarm config validate " + file);
    }
    throw CliException.usage(file + " is of a worker, not of a manager", null);
  }

  private static ManagerConfig requireForming(ManagerConfig config, Path file) {
    if (config.join().isEmpty()) return config;
    throw CliException.usage(
        file + " joins a cluster, but this begins one",
        "list the managers that form it, in managers instead of join, on each of them");
  }

  /** Lets the manager begin again from the state, and says what is to be done next. */
  static void beginAgain(
      SwarmCommand swarm, OfflineManager manager, ClusterState state, ManagerConfig config)
      throws IOException {
    boolean moved = manager.hasData();
    String aside = ASIDE.format(Instant.ofEpochMilli(swarm.terminal().time().millis()));
    manager.beginAgain(state, aside, new SecureRandom());
    if (moved) swarm.progress("what was there is in " + config.dataDir().resolve(aside));
    swarm
        .terminal()
        .out()
        .println(
            "manager " + config.id() + " begins from index " + state.index() + " when started");
    List<String> all = config.managers().stream().map(ManagerEntry::id).toList();
    if (all.size() > 1) {
      swarm.progress("do the same on each of " + String.join(", ", all) + ", then start them all");
    }
  }

  static CliException precondition(String message, String hint) {
    return new CliException("CONFLICT", Exit.PRECONDITION, message, List.of(), hint);
  }

  static CliException unexpected(String what, IOException failure) {
    String why = failure.getClass().getSimpleName() + ": " + failure.getMessage();
    return new CliException("UNEXPECTED", Exit.REFUSED, what + ": " + why, List.of(), null);
  }

  /** What a failure is for the one who typed the command; bugs are thrown on. */
  static CliException refusal(String what, Exception failure) {
    if (failure instanceof CliException known) return known;
    if (failure instanceof IOException io) return unexpected(what, io);
    if (failure instanceof SwarmException expected) {
      String kind = expected.kind().name();
      return new CliException(kind, Exit.of(kind), expected.getMessage(), List.of(), null);
    }
    throw (RuntimeException) failure;
  }
}
