package dev.swarm.edge;

import io.netty.buffer.ByteBuf;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import java.util.function.IntPredicate;

/**
 * How many bytes of gRPC messages whose end has not come yet one connection makes us keep. Flow
 * control does not bound them: it gives the bytes back as they are read. Follows the lengths in
 * front of the messages of each stream; a message that comes in one piece leaves nothing behind.
 * For one thread.
 */
final class Unfinished {
  private static final int PADDED = 8;
  private static final int END_STREAM = 1;

  /** Of a message: whether it is compressed, and its length. */
  private static final int PREFIX_BYTES = 5;

  /** How far the message has come that a stream is in the middle of. */
  private static final class Half {
    int prefix;
    long length;
    long bytes;
  }

  private final IntObjectMap<Half> halves = new IntObjectHashMap<>(2);
  private final Half passing = new Half();
  private int stream;
  private boolean last;
  private boolean padded;
  private int payload;
  private int content;
  private long bytes;

  /** All bytes of messages without an end. */
  long bytes() {
    return bytes;
  }

  /** A frame of data begins. */
  void frame(int ofStream, int flags, int length) {
    stream = ofStream;
    last = (flags & END_STREAM) != 0;
    padded = (flags & PADDED) != 0;
    payload = length;
    content = length;
    if (length == 0 && last) end(stream);
  }

  /** A piece of the frame's payload. */
  void data(ByteBuf from, int at, int count) {
    int next = at;
    payload -= count;
    if (padded) {
      padded = false;
      content -= 1 + from.getUnsignedByte(next++);
    }
    int wanted = Math.min(content, at + count - next);
    if (wanted > 0) take(from, next, wanted);
    content -= wanted;
    if (payload == 0 && last) end(stream);
  }

  private void take(ByteBuf from, int at, int count) {
    Half known = halves.get(stream);
    Half half = known == null ? fresh() : known;
    long before = half.bytes;
    int next = at;
    int end = at + count;
    while (next < end) {
      if (half.prefix < PREFIX_BYTES) {
        int value = from.getUnsignedByte(next++);
        if (half.prefix++ > 0) half.length = half.length << 8 | value;
        half.bytes++;
      } else {
        long passed = Math.min(half.length + PREFIX_BYTES - half.bytes, end - next);
        half.bytes += passed;
        next += (int) passed;
      }
      if (half.prefix == PREFIX_BYTES && half.bytes == half.length + PREFIX_BYTES) clear(half);
    }
    bytes += half.bytes - before;
    if (known == null && half.bytes > 0) keep(half);
    else if (known != null && half.bytes == 0) halves.remove(stream);
  }

  private Half fresh() {
    clear(passing);
    return passing;
  }

  private static void clear(Half half) {
    half.prefix = 0;
    half.length = 0;
    half.bytes = 0;
  }

  private void keep(Half half) {
    Half kept = new Half();
    kept.prefix = half.prefix;
    kept.length = half.length;
    kept.bytes = half.bytes;
    halves.put(stream, kept);
  }

  /** The stream is over: what came of its last message is thrown away. */
  void end(int ofStream) {
    Half half = halves.remove(ofStream);
    if (half != null) bytes -= half.bytes;
  }

  /** Forgets streams that are over without having said so. */
  void retain(IntPredicate open) {
    if (halves.isEmpty()) return;
    int[] known = new int[halves.size()];
    int count = 0;
    for (IntObjectMap.PrimitiveEntry<Half> entry : halves.entries()) known[count++] = entry.key();
    for (int id : known) if (!open.test(id)) end(id);
  }
}
