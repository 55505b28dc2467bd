package dev.swarm.lab;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** One HTTP/2 connection, frame by frame, for saying what no library would say. */
final class RawHttp2 implements AutoCloseable {
  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int PRIORITY = 2;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PING = 6;
  static final int WINDOW_UPDATE = 8;
  static final int CONTINUATION = 9;

  static final int END_STREAM = 1;
  static final int ACK = 1;
  static final int END_HEADERS = 4;

  static final int MAX_HEADER_LIST_SIZE = 6;
  static final int INITIAL_WINDOW_SIZE = 4;

  static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  static final byte[] NOTHING = {};

  private static final int CONNECT_MILLIS = 5_000;

  /** What is done with a frame that came. */
  interface Listener {
    void frame(int type, int flags, int stream, byte[] payload) throws IOException;
  }

  private final Socket socket = new Socket();
  private final OutputStream out;
  private final long openedNanos;
  private volatile long closedNanos;
  private volatile Listener listener;
  private Thread reader;

  /** Connects and says nothing. */
  RawHttp2(String host, int port) throws IOException {
    socket.setTcpNoDelay(true);
    socket.connect(new InetSocketAddress(host, port), CONNECT_MILLIS);
    socket.setSoLinger(true, 0);
    out = new BufferedOutputStream(socket.getOutputStream(), 64 << 10);
    openedNanos = System.nanoTime();
  }

  /** Says that it speaks HTTP/2, with one setting, or none for 0. */
  void greet(int setting, int value) throws IOException {
    out.write(PREFACE);
    frame(SETTINGS, 0, 0, setting == 0 ? NOTHING : setting(setting, value));
    frame(SETTINGS, ACK, 0, NOTHING);
    out.flush();
  }

  static byte[] setting(int setting, int value) {
    return ByteBuffer.allocate(6).putShort((short) setting).putInt(value).array();
  }

  /**
   * Reads what comes, on a thread of its own, until there is no more; the newest listener hears.
   */
  void listen(Listener hearing) {
    listener = hearing;
    if (reader != null) return;
    reader = new Thread(this::read, "raw-http2");
    reader.setDaemon(true);
    reader.start();
  }

  private void read() {
    try (DataInputStream in = new DataInputStream(socket.getInputStream())) {
      while (true) {
        int lengthAndType = in.readInt();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        byte[] payload = new byte[lengthAndType >>> 8];
        in.readFully(payload);
        listener.frame(lengthAndType & 0xff, flags, stream, payload);
      }
    } catch (IOException end) {
      ended();
    }
  }

  private synchronized void ended() {
    if (closedNanos == 0) closedNanos = System.nanoTime();
  }

  /** Whether the other side has closed, as far as it was seen. */
  boolean closed() {
    return closedNanos != 0;
  }

  /** How long the other side put up with it. */
  long livedMillis() {
    return (closedNanos - openedNanos) / 1_000_000;
  }

  long ageMillis() {
    return (System.nanoTime() - openedNanos) / 1_000_000;
  }

  synchronized void frame(int type, int flags, int stream, byte[] payload) throws IOException {
    out.write(bytes(type, flags, stream, payload));
  }

  static byte[] bytes(int type, int flags, int stream, byte[] payload) {
    return ByteBuffer.allocate(9 + payload.length)
        .putInt(payload.length << 8 | type)
        .put((byte) flags)
        .putInt(stream)
        .put(payload)
        .array();
  }

  synchronized void bytes(byte[] bytes) throws IOException {
    out.write(bytes);
  }

  /**
   * Sends what was written; a failure to do so is how a closed connection is seen without reading.
   */
  synchronized void flush() {
    try {
      out.flush();
    } catch (IOException gone) {
      ended();
    }
  }

  /** Opens a stream of a method with further headers, names and values in turn. */
  void call(int stream, String method, String... more) throws IOException {
    frame(HEADERS, END_HEADERS, stream, head(method, more));
  }

  static byte[] head(String method, String... more) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    header(block, ":method", "POST");
    header(block, ":scheme", "http");
    header(block, ":path", method);
    header(block, ":authority", "x");
    header(block, "content-type", "application/grpc");
    header(block, "te", "trailers");
    for (int i = 0; i < more.length; i += 2) header(block, more[i], more[i + 1]);
    return block.toByteArray();
  }

  /** A literal that enters no table. */
  private static void header(ByteArrayOutputStream block, String name, String value) {
    block.write(0);
    text(block, name);
    text(block, value);
  }

  private static void text(ByteArrayOutputStream block, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    int rest = bytes.length;
    if (rest < 127) {
      block.write(rest);
    } else {
      block.write(127);
      rest -= 127;
      for (; rest >= 128; rest >>>= 7) block.write(rest & 127 | 128);
      block.write(rest);
    }
    block.writeBytes(bytes);
  }

  /** A message as gRPC frames it. */
  static byte[] message(int flag, byte[] body) {
    return ByteBuffer.allocate(5 + body.length)
        .put((byte) flag)
        .putInt(body.length)
        .put(body)
        .array();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException ignored) {
      // It is gone all the same.
    }
  }
}
