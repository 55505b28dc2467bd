package dev.swarm.consensus.formation;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** Folders of managers that have formed a group and not yet begun. */
public final class Formed {
  private static final Random RANDOM = new Random();

  private Formed() {}

  /** Forms one of these managers, each with its folder. */
  public static Formation group(
      List<String> managers, String cluster, Function<String, Path> folder) throws IOException {
    SortedMap<String, String> founders = new TreeMap<>();
    for (String id : managers) {
      try (DataFolder blank = DataFolder.open(folder.apply(id), cluster, id)) {
        founders.put(id, blank.found(RANDOM).nonce());
      }
    }
    Formation formation = new Formation(founders);
    for (String id : managers) {
      try (DataFolder founding = DataFolder.open(folder.apply(id), cluster, id)) {
        founding.form(formation);
      }
    }
    return formation;
  }

  /** Makes a blank folder that of a member of this group, as one that was let in. */
  public static void join(
      Path folder, String cluster, String manager, Formation group, long member, String raft)
      throws IOException {
    try (DataFolder blank = DataFolder.open(folder, cluster, manager)) {
      blank.found(RANDOM);
      blank.become(group, member, raft);
    }
  }
}
