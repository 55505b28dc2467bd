package dev.swarm.worker;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the newest list of managers on disk, so that an agent finds its cluster when all that its
 * configuration names are gone. To lose it costs nothing else: it never stops the agent.
 */
final class ManagerMemory {
  private static final Logger log = LoggerFactory.getLogger(ManagerMemory.class);

  private final AgentOptions options;
  private final AgentRecords records;
  private List<Manager> kept;

  /** {@code left} by a former process; null when there is nothing. */
  ManagerMemory(AgentOptions options, AgentRecords records, byte[] left) {
    this.options = options;
    this.records = records;
    this.kept = left == null ? List.of() : read(left);
  }

  private List<Manager> read(byte[] left) {
    KnownManagers known = KnownManagers.read(left).orElse(null);
    if (known == null) {
      log.warn("{}: the list of managers on disk is damaged and not used", options.id());
      return List.of();
    }
    return known.cluster().equals(options.cluster()) ? known.managers() : List.of();
  }

  /** The newest list that was kept; empty when there is none. */
  List<Manager> kept() {
    return kept;
  }

  /** Keeps this list, if it differs. */
  void keep(List<Manager> managers) {
    if (managers.isEmpty() || managers.equals(kept)) return;
    kept = List.copyOf(managers);
    records
        .step()
        .managers(new KnownManagers(options.cluster(), kept).toBytes())
        .write()
        .onFailure(
            failure -> log.warn("{} cannot keep the list of managers: {}", options.id(), failure));
  }
}
