package dev.swarm.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.pcollections.PVector;
import org.pcollections.TreePMap;
import org.pcollections.TreePVector;

/**
 * The finished tasks whose records are gone: one that is submitted again is known by its id. Kept
 * until {@link Limits#MAX_FORGOTTEN_MILLIS} after they finished, and no more than {@link
 * Limits#MAX_FORGOTTEN_TASKS}, oldest out first. Immutable.
 *
 * <p>Of an id there are 64 bits, some 20 bytes in all: that a new task is taken for a known one has
 * a chance of one in 10^14. Ids come and go in blocks of those that finished in the same minute.
 */
public final class ForgottenTasks {
  static final ForgottenTasks NONE =
      new ForgottenTasks(TreePVector.empty(), TreePMap.empty(), 0, 0);

  /** Ids that come and go together, and that one record of a snapshot has. */
  static final int MAX_BLOCK = 500;

  /** How much longer than another of its block an id may be known, in milliseconds. */
  static final long SPAN_MILLIS = 60_000;

  /**
   * Ids are found by so many of their bits first; 100 of the most that there may be have the same.
   */
  private static final int BUCKET_BITS = 12;

  private static final long[] NO_IDS = {};

  private final PVector<Block> blocks;
  private final TreePMap<Integer, long[]> buckets;
  private final int size;
  private final long digest;

  private ForgottenTasks(
      PVector<Block> blocks, TreePMap<Integer, long[]> buckets, int size, long digest) {
    this.blocks = blocks;
    this.buckets = buckets;
    this.size = size;
    this.digest = digest;
  }

  /**
   * A block as kept in a snapshot.
   *
   * @param untilMillis before this moment all of them had finished
   * @param ids 64 bits of each, oldest first
   */
  public record Part(long untilMillis, List<Long> ids) {}

  /** Whether the task had finished and its record is gone. */
  public boolean has(TaskId task) {
    return has(bitsOf(task));
  }

  /** How many there are. */
  public int size() {
    return size;
  }

  /** Zero when there are none. */
  long digest() {
    return digest;
  }

  /** All of them, oldest first. */
  List<Part> parts() {
    return blocks.stream().map(Block::toPart).toList();
  }

  static ForgottenTasks of(List<Part> parts) {
    ForgottenTasks all = NONE;
    for (Part part : parts) {
      all = all.with(Block.until(part.untilMillis()));
      for (long bits : part.ids()) all = all.plus(bits);
    }
    return all;
  }

  ForgottenTasks plus(TaskId task, long finishedMillis) {
    long bits = bitsOf(task);
    if (has(bits)) return this;
    ForgottenTasks room = size < Limits.MAX_FORGOTTEN_TASKS ? this : withoutOldest();
    return room.with(finishedMillis).plus(bits);
  }

  /** Without those that finished too long before this moment. */
  ForgottenTasks at(long nowMillis) {
    long oldest = nowMillis - Limits.MAX_FORGOTTEN_MILLIS;
    ForgottenTasks left = this;
    while (!left.blocks.isEmpty() && left.blocks.get(0).untilMillis < oldest) {
      left = left.withoutOldest();
    }
    return left;
  }

  /** With a newest block that takes one more task, which finished at this moment. */
  private ForgottenTasks with(long finishedMillis) {
    if (!blocks.isEmpty() && newest().takes(finishedMillis)) return this;
    return with(Block.until((finishedMillis / SPAN_MILLIS + 1) * SPAN_MILLIS));
  }

  private ForgottenTasks with(Block block) {
    return new ForgottenTasks(blocks.plus(block), buckets, size, digest + block.digest);
  }

  private ForgottenTasks plus(long bits) {
    Block before = newest();
    Block after = before.plus(bits);
    return new ForgottenTasks(
        blocks.with(blocks.size() - 1, after),
        buckets.plus(bucketOf(bits), inserted(bits)),
        size + 1,
        digest - before.digest + after.digest);
  }

  private ForgottenTasks withoutOldest() {
    Block oldest = blocks.get(0);
    TreePMap<Integer, long[]> fewer = buckets;
    for (long bits : oldest.ids) fewer = without(bits, fewer);
    return new ForgottenTasks(
        blocks.minus(0), fewer, size - oldest.ids.length, digest - oldest.digest);
  }

  private Block newest() {
    return blocks.get(blocks.size() - 1);
  }

  private boolean has(long bits) {
    return Arrays.binarySearch(bucket(bits, buckets), bits) >= 0;
  }

  private long[] inserted(long bits) {
    long[] before = bucket(bits, buckets);
    long[] after = Arrays.copyOf(before, before.length + 1);
    after[before.length] = bits;
    Arrays.sort(after);
    return after;
  }

  private static TreePMap<Integer, long[]> without(long bits, TreePMap<Integer, long[]> buckets) {
    long[] before = bucket(bits, buckets);
    if (before.length == 1) return buckets.minus(bucketOf(bits));
    int place = Arrays.binarySearch(before, bits);
    long[] after = Arrays.copyOf(before, before.length - 1);
    System.arraycopy(before, place + 1, after, place, after.length - place);
    return buckets.plus(bucketOf(bits), after);
  }

  private static long[] bucket(long bits, TreePMap<Integer, long[]> buckets) {
    return buckets.getOrDefault(bucketOf(bits), NO_IDS);
  }

  private static int bucketOf(long bits) {
    return (int) (bits >>> Long.SIZE - BUCKET_BITS);
  }

  private static long bitsOf(TaskId task) {
    return Digest.of("forgotten").add(task.value()).value();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ForgottenTasks that
        && digest == that.digest
        && parts().equals(that.parts());
  }

  @Override
  public int hashCode() {
    return Objects.hash(size, digest);
  }

  @Override
  public String toString() {
    return size + " tasks";
  }

  private static final class Block {
    final long untilMillis;
    final long[] ids;
    final long digest;

    private Block(long untilMillis, long[] ids, long digest) {
      this.untilMillis = untilMillis;
      this.ids = ids;
      this.digest = digest;
    }

    static Block until(long untilMillis) {
      return new Block(untilMillis, NO_IDS, Digest.of("forgotten").add(untilMillis).value());
    }

    boolean takes(long finishedMillis) {
      return ids.length < MAX_BLOCK && finishedMillis < untilMillis;
    }

    Block plus(long bits) {
      long[] more = Arrays.copyOf(ids, ids.length + 1);
      more[ids.length] = bits;
      return new Block(untilMillis, more, Digest.mix(digest ^ bits));
    }

    Part toPart() {
      List<Long> copy = new ArrayList<>(ids.length);
      for (long bits : ids) copy.add(bits);
      return new Part(untilMillis, copy);
    }
  }
}
