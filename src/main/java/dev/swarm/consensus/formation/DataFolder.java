package dev.swarm.consensus.formation;

import dev.swarm.codec.Sha256;
import dev.swarm.consensus.storage.LogFiles;
import dev.swarm.consensus.storage.SyncedFile;
import dev.swarm.model.SwarmException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * The folder of one manager, held by one process at a time. It is empty, or founding (it has a
 * nonce, and perhaps a seed to begin from), or belongs to a member of a formed group. Each step
 * from one to the next is one file that gets its name; what an interrupted step left is finished or
 * forgotten when the folder is opened.
 */
public final class DataFolder implements AutoCloseable {
  /** A log file: with less, the files that an election writes anew may be lost halfway. */
  private static final long LEAST_ROOM_BYTES = LogFiles.SEGMENT_BYTES;

  private final Path root;
  private final FolderLock lock;
  private final FolderFiles files;
  private final String cluster;
  private final String manager;
  private Identity identity;
  private Founding founding;

  private DataFolder(Path root, FolderLock lock, String cluster, String manager)
      throws IOException {
    this.root = root;
    this.lock = lock;
    this.cluster = cluster;
    this.manager = manager;
    files = new FolderFiles(root);
    identity = files.identity();
    founding = files.founding();
    if (identity != null) requireOurs(identity.cluster(), identity.manager());
    if (founding != null && isBare() && founding.seed().isEmpty() && !isOurs(founding)) {
      founding = null; // nothing but a number: whoever comes makes a new one
    }
    if (founding != null) requireOurs(founding.cluster(), founding.manager());
    settle();
    requireWhole();
  }

  /** Takes the folder; fails with one clear line when it is in use or somebody else's. */
  public static DataFolder open(Path root, String cluster, String manager) {
    FolderLock lock = null;
    try {
      Files.createDirectories(root.resolve("raft"));
      lock = FolderLock.take(root);
      requireRoom(root);
      return new DataFolder(root, lock, cluster, manager);
    } catch (IOException unusable) {
      if (lock != null) lock.close();
      throw refused("data folder " + root + " cannot be used: " + describe(unusable));
    } catch (SwarmException refusal) {
      if (lock != null) lock.close();
      throw refusal;
    }
  }

  private static void requireRoom(Path root) throws IOException {
    long free = Files.getFileStore(root).getUsableSpace();
    if (free >= LEAST_ROOM_BYTES) return;
    throw refused(
        "the disk of data folder "
            + root
            + " is full: "
            + (free >> 10)
            + " KiB are free, a start needs "
            + (LEAST_ROOM_BYTES >> 10)
            + ": make room and start again");
  }

  private void requireOurs(String foundCluster, String foundManager) {
    if (!foundCluster.equals(cluster)) {
      throw refused(
          "data folder "
              + root
              + " belongs to cluster "
              + foundCluster
              + ", not to "
              + cluster
              + ": give cluster "
              + cluster
              + " a folder of its own");
    }
    if (!foundManager.equals(manager)) {
      throw refused(
          "data folder "
              + root
              + " belongs to manager "
              + foundManager
              + ", not to "
              + manager
              + ": give each manager a folder of its own");
    }
  }

  private boolean isOurs(Founding begun) {
    return begun.cluster().equals(cluster) && begun.manager().equals(manager);
  }

  private boolean formedFrom(Founding begun) {
    return identity != null && identity.nonce().equals(begun.nonce());
  }

  /** A folder that begins anew holds nothing else: the rest goes aside, its identity last. */
  public void settle() throws IOException {
    if (founding == null || formedFrom(founding) || isBare()) return;
    Path aside = root.resolve(founding.aside().isEmpty() ? "old" : founding.aside());
    Files.createDirectories(aside.resolve("raft"));
    for (Path old : list(raft())) move(old, aside.resolve("raft").resolve(old.getFileName()));
    SyncedFile.sync(raft());
    if (identity != null) move(files.identityFile(), aside.resolve("identity.json"));
    SyncedFile.sync(root);
    identity = null;
  }

  private static void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }

  /** A log without its owner, or an owner without its log, is no folder to vote from. */
  private void requireWhole() throws IOException {
    if (identity == null && founding == null && !list(raft()).isEmpty()) {
      throw refused(
          "data folder "
              + root
              + " has a log but no identity.json: restore that file, or move"
              + " the folder away and start the manager again: it comes back as a new member");
    }
    if (identity != null && founding == null && !Files.exists(votes())) {
      throw refused(
          "data folder "
              + root
              + " has lost its log, so manager "
              + manager
              + " must not vote: give it its folder back, or move the rest away and start it again:"
              + " it comes back as a new member");
    }
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  private static String describe(IOException problem) {
    return problem.getClass().getSimpleName() + ": " + problem.getMessage();
  }

  private static SwarmException refused(String message) {
    return new SwarmException(SwarmException.Kind.CONFLICT, message);
  }

  /** Whether nothing of a manager is in it. */
  public boolean isBare() throws IOException {
    return identity == null && list(raft()).isEmpty();
  }

  /** Whose folder it is; null while it belongs to no member of a group. */
  public Identity identity() {
    return identity;
  }

  /** What it is to begin from; null when it is bare, and once the group has begun. */
  public Founding founding() {
    return founding;
  }

  /** Gives a bare folder its nonce, once; it is on the disk when this returns. */
  Founding found(RandomGenerator random) throws IOException {
    if (founding == null) begin(new Founding(cluster, manager, nonce(random), "", ""));
    return founding;
  }

  /**
   * Lets the folder begin anew from a state, whatever it holds. That counts once this returns;
   * {@link #settle} moves what it holds, at the latest when it is opened next.
   *
   * @param state its file, which is moved into the folder
   * @param aside name of the folder inside that takes what is here
   */
  public void foundAnew(Path state, String aside, RandomGenerator random) throws IOException {
    String digest = Sha256.of(state);
    SyncedFile.rename(state, seedFile(digest));
    begin(new Founding(cluster, manager, nonce(random), digest, aside));
  }

  private void begin(Founding next) throws IOException {
    files.write(next);
    founding = next;
  }

  private static String nonce(RandomGenerator random) {
    return String.format("%016x%016x", random.nextLong(), random.nextLong());
  }

  /** Makes it the folder of a founder of this group. */
  public void form(Formation formation) throws IOException {
    become(formation, 1, "");
  }

  /**
   * Makes it the folder of this member of this group; one that has a log keeps it.
   *
   * @param raft address under which the group knows the member
   */
  public void become(Formation formation, long member, String raft) throws IOException {
    String nonce = identity == null ? founding.nonce() : identity.nonce();
    Identity formed = new Identity(cluster, manager, member, nonce, raft, formation);
    files.write(formed);
    identity = formed;
  }

  /** The group's log is on the disk: from now on it must be there. */
  public void begun() throws IOException {
    if (founding == null) return;
    files.deleteFounding();
    founding = null;
    for (Path file : list(root)) {
      if (file.getFileName().toString().startsWith("seed-")) Files.delete(file);
    }
  }

  /** The state that the group begins from; null for nothing. Fails when it is not as it was. */
  public Path seed() throws IOException {
    if (founding == null || founding.seed().isEmpty()) return null;
    Path file = seedFile(founding.seed());
    if (!Files.exists(file) || !Sha256.of(file).equals(founding.seed())) {
      throw refused(file + " is missing or damaged: restore the snapshot again");
    }
    return file;
  }

  private Path seedFile(String digest) {
    return root.resolve("seed-" + digest.substring(0, 12) + ".snapshot");
  }

  /** Where Ratis keeps its files. */
  public Path raft() {
    return root.resolve("raft");
  }

  /** Where Ratis keeps its term and vote; is there once the group's log is. */
  public Path votes() {
    return group().resolve("current").resolve("raft-meta");
  }

  /** Where Ratis keeps those of this member's group. */
  public Path group() {
    return raft().resolve(identity.formation().id().toString());
  }

  @Override
  public void close() {
    lock.close();
  }
}
