package dev.swarm.forward;

import com.google.protobuf.MessageLite;
import dev.swarm.model.Limits;
import java.util.ArrayList;
import java.util.List;

/** Cuts what is too large for one message of the link into parts, in order. */
final class Parts {
  /** Most items of one message: 4,000 beats are some 300 KiB. */
  static final int MAX_ITEMS = 4_000;

  /** Most bytes of items in one message, unless a single item is larger. */
  static final int MAX_BYTES = Limits.MAX_BATCH_BYTES;

  /** What an item costs beside its own bytes, at most: tag and length. */
  private static final int ITEM_OVERHEAD = 5;

  private Parts() {}

  /** At least one part, possibly empty. */
  static <T extends MessageLite> List<List<T>> of(List<T> items, int maxItems, int maxBytes) {
    List<List<T>> parts = new ArrayList<>();
    List<T> part = new ArrayList<>();
    long bytes = 0;
    for (T item : items) {
      int size = item.getSerializedSize() + ITEM_OVERHEAD;
      if (!part.isEmpty() && (part.size() >= maxItems || bytes + size > maxBytes)) {
        parts.add(part);
        part = new ArrayList<>();
        bytes = 0;
      }
      part.add(item);
      bytes += size;
    }
    parts.add(part);
    return parts;
  }
}
