package dev.swarm.lab;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The few messages of a worker's session that the raw client says and hears, as bytes of the schema
 * in {@code dispatcher.proto}; and how a link begins.
 */
final class RawSession {
  static final String METHOD = "/swarm.v1.Dispatcher/Session";
  static final String LINK_METHOD = "/swarm.v1.Link/Open";

  private static final int PONG_TAG = 2 << 3 | 2;
  private static final int WELCOME_TAG = 1 << 3 | 2;
  private static final int DISCONNECT_TAG = 7 << 3 | 2;
  private static final int PREFIX_BYTES = 5;

  private RawSession() {}

  /** What a manager says first on its link, of {@code link.proto}. */
  static byte[] linkHello(String manager) {
    ByteArrayOutputStream hello = new ByteArrayOutputStream();
    field(hello, 1, "lab".getBytes(StandardCharsets.UTF_8));
    field(hello, 2, manager.getBytes(StandardCharsets.UTF_8));
    ByteArrayOutputStream up = new ByteArrayOutputStream();
    number(up, 1, 1);
    field(up, 2, hello.toByteArray());
    return RawHttp2.message(0, up.toByteArray());
  }

  static byte[] hello(String worker, long dial) {
    ByteArrayOutputStream hello = new ByteArrayOutputStream();
    field(hello, 1, "lab".getBytes(StandardCharsets.UTF_8));
    field(hello, 2, worker.getBytes(StandardCharsets.UTF_8));
    hello.write(3 << 3 | 1);
    hello.writeBytes(ByteBuffer.allocate(8).putLong(worker.hashCode()).array());
    number(hello, 4, dial);
    number(hello, 9, 1);
    return message(1, hello.toByteArray());
  }

  /** What a manager says first to a worker, and to another manager, without what it tells them. */
  static byte[] welcome() {
    return message(1, new byte[0]);
  }

  static byte[] beat(long seq) {
    ByteArrayOutputStream beat = new ByteArrayOutputStream();
    number(beat, 1, seq);
    return message(2, beat.toByteArray());
  }

  static byte[] resync() {
    return message(5, new byte[0]);
  }

  private static byte[] message(int field, byte[] body) {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    field(message, field, body);
    return RawHttp2.message(0, message.toByteArray());
  }

  private static void field(ByteArrayOutputStream out, int field, byte[] bytes) {
    out.write(field << 3 | 2);
    varint(out, bytes.length);
    out.writeBytes(bytes);
  }

  private static void number(ByteArrayOutputStream out, int field, long value) {
    out.write(field << 3);
    varint(out, value);
  }

  private static void varint(ByteArrayOutputStream out, long value) {
    long rest = value;
    for (; rest >= 128; rest >>>= 7) out.write((int) (rest & 127 | 128));
    out.write((int) rest);
  }

  /** Takes the stream of messages apart. */
  static final class Hearing {
    private byte[] rest = {};
    private boolean welcomed;
    private boolean sentAway;
    private int pongs;

    /** Bytes of the stream came. */
    void data(byte[] bytes) {
      ByteBuffer all = ByteBuffer.allocate(rest.length + bytes.length).put(rest).put(bytes);
      all.flip();
      while (all.remaining() >= PREFIX_BYTES) {
        int length = all.getInt(all.position() + 1);
        if (all.remaining() < PREFIX_BYTES + length) break;
        int tag = length == 0 ? 0 : all.get(all.position() + PREFIX_BYTES);
        if (tag == WELCOME_TAG) welcomed = true;
        if (tag == DISCONNECT_TAG) sentAway = true;
        if (tag == PONG_TAG) pongs++;
        all.position(all.position() + PREFIX_BYTES + length);
      }
      rest = new byte[all.remaining()];
      all.get(rest);
    }

    boolean welcomed() {
      return welcomed;
    }

    boolean sentAway() {
      return sentAway;
    }

    /** Answers so far: one for each beat, in order. */
    int pongs() {
      return pongs;
    }
  }
}
