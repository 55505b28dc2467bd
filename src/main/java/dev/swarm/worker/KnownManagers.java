package dev.swarm.worker;

import dev.swarm.model.ManagerState;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * The list of managers as an agent keeps it on disk: a check sum, the cluster, and a line for each
 * manager: id, address, weight, and its state unless that is ACTIVE. What cannot be read, or
 * belongs to another cluster, is as if there were none.
 *
 * @param cluster as configured; empty for any
 */
record KnownManagers(String cluster, List<Manager> managers) {

  byte[] toBytes() {
    StringBuilder text = new StringBuilder(cluster).append('\n');
    for (Manager manager : managers) {
      text.append(manager.id()).append(' ').append(manager.address());
      text.append(' ').append(manager.weight());
      if (manager.state() != ManagerState.ACTIVE) text.append(' ').append(manager.state());
      text.append('\n');
    }
    byte[] body = text.toString().getBytes(StandardCharsets.UTF_8);
    byte[] sum = (sum(body) + "\n").getBytes(StandardCharsets.US_ASCII);
    byte[] all = new byte[sum.length + body.length];
    System.arraycopy(sum, 0, all, 0, sum.length);
    System.arraycopy(body, 0, all, sum.length, body.length);
    return all;
  }

  private static String sum(byte[] body) {
    CRC32 sum = new CRC32();
    sum.update(body);
    return Long.toHexString(sum.getValue());
  }

  /** What was kept, or nothing when it is damaged. */
  static Optional<KnownManagers> read(byte[] bytes) {
    try {
      String text = new String(bytes, StandardCharsets.UTF_8);
      int end = text.indexOf('\n');
      String body = text.substring(end + 1);
      if (!text.substring(0, end).equals(sum(body.getBytes(StandardCharsets.UTF_8)))) {
        return Optional.empty();
      }
      String[] lines = body.split("\n");
      List<Manager> managers = new ArrayList<>();
      for (int i = 1; i < lines.length; i++) managers.add(manager(lines[i]));
      return Optional.of(new KnownManagers(lines[0], managers));
    } catch (RuntimeException damaged) {
      return Optional.empty();
    }
  }

  private static Manager manager(String line) {
    String[] words = line.split(" ", -1);
    Manager.checkAddress(words[1]);
    int weight = Math.max(0, Integer.parseInt(words[2]));
    return new Manager(words[0], words[1], weight, state(words.length > 3 ? words[3] : ""));
  }

  /** A word of a newer program is as if there were none. */
  private static ManagerState state(String word) {
    return Arrays.stream(ManagerState.values())
        .filter(state -> state.name().equals(word))
        .findFirst()
        .orElse(ManagerState.ACTIVE);
  }
}
