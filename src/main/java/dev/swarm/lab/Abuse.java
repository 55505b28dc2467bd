package dev.swarm.lab;

import static dev.swarm.lab.RawHttp2.DATA;
import static dev.swarm.lab.RawHttp2.END_HEADERS;
import static dev.swarm.lab.RawHttp2.END_STREAM;
import static dev.swarm.lab.RawHttp2.NOTHING;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.zip.GZIPOutputStream;

/** Everything that a hostile or broken client may send to the port of the workers. */
enum Abuse {
  /** A connection that says nothing. */
  SILENCE(true) {
    @Override
    void begin(RawHttp2 attacker) {}

    @Override
    void again(RawHttp2 attacker, int turn) {
      Await.pass(Duration.ofMillis(50));
    }
  },
  /** Another protocol. */
  HTTP_1(false) {
    @Override
    void begin(RawHttp2 attacker) {}

    @Override
    void again(RawHttp2 attacker, int turn) throws IOException {
      attacker.bytes("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      Await.pass(Duration.ofMillis(20));
    }
  },
  /** The preface, a byte a second. */
  PREFACE_BY_THE_BYTE(true) {
    @Override
    void begin(RawHttp2 attacker) {}

    @Override
    void again(RawHttp2 attacker, int turn) throws IOException {
      attacker.bytes(new byte[] {RawHttp2.PREFACE[Math.min(turn, RawHttp2.PREFACE.length - 1)]});
      attacker.flush();
      untilClosed(attacker, 1_000);
    }
  },
  /** HTTP/2, and no request. */
  NO_REQUEST(true) {
    @Override
    void again(RawHttp2 attacker, int turn) {
      Await.pass(Duration.ofMillis(50));
    }
  },
  /** A stream that says Hello, a byte a second. */
  HELLO_BY_THE_BYTE(true) {
    @Override
    void again(RawHttp2 attacker, int turn) throws IOException {
      if (turn == 0) attacker.call(1, RawSession.METHOD);
      attacker.frame(DATA, 0, 1, new byte[] {0});
      attacker.flush();
      untilClosed(attacker, 1_000);
    }
  },
  /** Headers that never end. */
  EMPTY_CONTINUATIONS(false) {
    @Override
    void again(RawHttp2 attacker, int turn) throws IOException {
      if (turn == 0) attacker.frame(RawHttp2.HEADERS, 0, 1, RawHttp2.head(RawSession.METHOD));
      for (int i = 0; i < BURST; i++) attacker.frame(RawHttp2.CONTINUATION, 0, 1, NOTHING);
    }
  },
  /** Streams opened and reset at once. */
  RAPID_RESET(false) {
    @Override
    void again(RawHttp2 attacker, int turn) throws IOException {
      for (int i = 0; i < BURST; i++) {
        int stream = stream(turn * BURST + i);
        attacker.call(stream, RawSession.METHOD);
        attacker.frame(RawHttp2.RST_STREAM, 0, stream, number(8));
      }
    }
  },
  /** Data on streams that are over: the server resets. */
  DATA_AFTER_THE_END(false) {
    @Override
    void again(RawHttp2 attacker, int turn) throws IOException {
      for (int i = 0; i < BURST; i++) {
        int stream = stream(turn * BURST + i);
        attacker.frame(
            RawHttp2.HEADERS, END_HEADERS | END_STREAM, stream, RawHttp2.head(RawSession.METHOD));
        attacker.frame(DATA, 0, stream, new byte[8]);
      }
    }
  },
  /** Credit of nothing: the server resets. */
  EMPTY_CREDIT(false) {
    @Override
    void again(RawHttp2 attacker, int turn) throws IOException {
      for (int i = 0; i < BURST; i++) {
        int stream = stream(turn * BURST + i);
        attacker.call(stream, RawSession.METHOD);
        attacker.frame(RawHttp2.WINDOW_UPDATE, 0, stream, number(0));
      }
    }
  },
  /** More credit than there can be: the server resets. */
  CREDIT_OVERFLOW(false) {
    @Override
    void again(RawHttp2 attacker, int turn) throws IOException {
      for (int i = 0; i < BURST; i++) {
        int stream = stream(turn * BURST + i);
        attacker.call(stream, RawSession.METHOD);
        attacker.frame(RawHttp2.WINDOW_UPDATE, 0, stream, number(Integer.MAX_VALUE));
      }
    }
  },
  /** Pings, each of which wants an answer. */
  PINGS(false) {
    @Override
    void again(RawHttp2 attacker, int turn) throws IOException {
      for (int i = 0; i < BURST; i++) attacker.frame(RawHttp2.PING, 0, 0, new byte[8]);
    }
  },
  /** The same by one who does not read the answers. */
  PINGS_WITHOUT_READING(false) {
    @Override
    boolean reads() {
      return false;
    }

    @Override
    void again(RawHttp2 attacker, int turn) throws IOException {
      PINGS.again(attacker, turn);
    }
  },
  /** Settings, each of which wants an answer. */
  SETTINGS(false) {
    @Override
    void again(RawHttp2 attacker, int turn) throws IOException {
      byte[] setting = RawHttp2.setting(RawHttp2.INITIAL_WINDOW_SIZE, 65_535);
      for (int i = 0; i < BURST; i++) attacker.frame(RawHttp2.SETTINGS, 0, 0, setting);
    }
  },
  /** Settings by the thousand in a frame, whose numbers share their places in a table. */
  LARGE_SETTINGS(false) {
    @Override
    void again(RawHttp2 attacker, int turn) throws IOException {
      attacker.frame(RawHttp2.SETTINGS, 0, 0, COLLIDING_SETTINGS);
    }
  },
  /** Priorities of streams that are not there. */
  PRIORITIES(false) {
    @Override
    void again(RawHttp2 attacker, int turn) throws IOException {
      for (int i = 0; i < BURST; i++) {
        attacker.frame(RawHttp2.PRIORITY, 0, stream(turn * BURST + i), new byte[5]);
      }
    }
  },
  /** Data frames without data. */
  EMPTY_DATA(false) {
    @Override
    void again(RawHttp2 attacker, int turn) throws IOException {
      if (turn == 0) attacker.call(1, RawSession.METHOD);
      for (int i = 0; i < BURST; i++) attacker.frame(DATA, 0, 1, NOTHING);
    }
  },
  /** A message that says it is compressed, in a stream that says nothing of it. */
  COMPRESSED_FLAG(false) {
    @Override
    void again(RawHttp2 attacker, int turn) throws IOException {
      attacker.call(stream(turn), RawSession.METHOD);
      attacker.frame(DATA, 0, stream(turn), RawHttp2.message(1, zip(1 << 10)));
    }
  },
  /** The same in a stream that says the opposite. */
  COMPRESSED_IDENTITY(false) {
    @Override
    void again(RawHttp2 attacker, int turn) throws IOException {
      attacker.call(stream(turn), RawSession.METHOD, "grpc-encoding", "identity");
      attacker.frame(DATA, 0, stream(turn), RawHttp2.message(1, zip(1 << 10)));
    }
  },
  /** A message of a few bytes that would be a hundred times as large: a thousand to one. */
  GZIP_BOMB(false) {
    @Override
    void again(RawHttp2 attacker, int turn) throws IOException {
      attacker.call(stream(turn), RawSession.METHOD, "grpc-encoding", "gzip");
      byte[] bomb = RawHttp2.message(1, BOMB);
      for (int at = 0; at < bomb.length; at += FRAME_BYTES) {
        byte[] part = new byte[Math.min(FRAME_BYTES, bomb.length - at)];
        System.arraycopy(bomb, at, part, 0, part.length);
        attacker.frame(DATA, 0, stream(turn), part);
      }
    }
  },
  /** A message that says it has four gigabytes. */
  HUGE_LENGTH(false) {
    @Override
    void again(RawHttp2 attacker, int turn) throws IOException {
      attacker.call(stream(turn), RawSession.METHOD);
      attacker.frame(DATA, 0, stream(turn), new byte[] {0, -1, -1, -1, -1, 0, 0});
    }
  },
  /** Messages of a megabyte, of which the end never comes, on as many streams as there can be. */
  HALF_MESSAGES(false) {
    @Override
    void again(RawHttp2 attacker, int turn) throws IOException {
      int stream = stream(turn);
      attacker.call(stream, RawSession.METHOD);
      attacker.frame(DATA, 0, stream, new byte[] {0, 0, 15, -1, -1});
      for (int i = 0; i < 3; i++) attacker.frame(DATA, 0, stream, new byte[FRAME_BYTES]);
    }
  },
  /** The same of a worker that was welcomed, and may say more. */
  HALF_MESSAGES_OF_A_WORKER(As.WORKER) {
    @Override
    void again(RawHttp2 attacker, int turn) throws IOException {
      mostOfAMegabyte(attacker, stream(turn + 1));
    }
  },
  /** The same of one who says that it is a manager. */
  HALF_MESSAGES_OF_A_MANAGER(false) {
    @Override
    void begin(RawHttp2 attacker) throws IOException {
      super.begin(attacker);
      byte[] hello = RawSession.linkHello("intruder");
      welcomed(attacker, RawSession.LINK_METHOD, hello, answer -> answer.length > 0);
    }

    @Override
    void again(RawHttp2 attacker, int turn) throws IOException {
      mostOfAMegabyte(attacker, stream(turn + 1));
    }
  },
  /** Bytes that are no message. */
  UNREADABLE(false) {
    @Override
    void again(RawHttp2 attacker, int turn) throws IOException {
      attacker.call(stream(turn), RawSession.METHOD);
      attacker.frame(DATA, 0, stream(turn), RawHttp2.message(0, new byte[] {7, 7, 7}));
    }
  },
  /** Methods that are not there. */
  UNKNOWN_METHODS(false) {
    @Override
    void again(RawHttp2 attacker, int turn) throws IOException {
      attacker.call(stream(turn), "/swarm.v1.Dispatcher/Nothing" + turn);
    }
  },
  /** Headers of a byte more than allowed. */
  LARGE_HEADERS(false) {
    @Override
    void again(RawHttp2 attacker, int turn) throws IOException {
      attacker.call(stream(turn), RawSession.METHOD, "x", "y".repeat(8_193 - 33 - HEAD_BYTES));
    }
  },
  /** One who takes no headers, so that every answer fails after the work. */
  NO_HEADERS_TAKEN(false) {
    @Override
    void begin(RawHttp2 attacker) throws IOException {
      attacker.greet(RawHttp2.MAX_HEADER_LIST_SIZE, 1);
    }

    @Override
    void again(RawHttp2 attacker, int turn) throws IOException {
      attacker.call(stream(turn), RawSession.METHOD);
      attacker.frame(DATA, 0, stream(turn), RawSession.hello("abuser", 1));
    }
  },
  /** A worker that beats as fast as it can. */
  BEATS(As.WORKER) {
    @Override
    void again(RawHttp2 attacker, int turn) throws IOException {
      for (int i = 0; i < BURST; i++) {
        attacker.frame(DATA, 0, 1, RawSession.beat(turn * BURST + i + 1L));
      }
    }
  },
  /** A worker that wants an answer to pings as fast as it can. */
  PINGS_OF_A_WORKER(As.WORKER) {
    @Override
    void again(RawHttp2 attacker, int turn) throws IOException {
      PINGS.again(attacker, turn);
    }
  },
  /** A worker that opens streams besides its own and resets them at once. */
  RAPID_RESET_OF_A_WORKER(As.WORKER) {
    @Override
    void again(RawHttp2 attacker, int turn) throws IOException {
      RAPID_RESET.again(attacker, turn + 1); // behind the stream of the session
    }
  },
  /** A worker that asks for everything again and again. */
  RESYNCS(As.WORKER) {
    @Override
    void again(RawHttp2 attacker, int turn) throws IOException {
      for (int i = 0; i < BURST; i++) attacker.frame(DATA, 0, 1, RawSession.resync());
    }
  };

  private static final AtomicInteger SESSIONS = new AtomicInteger();
  private static final int WORKERS = 200;
  private static final Duration MOMENT = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int BURST = 100;
  private static final int FRAME_BYTES = 16_384;

  /** What HTTP/2 counts for the headers of a session: 32 bytes each besides the text. */
  private static final int HEAD_BYTES =
      6 * 32
          + ":methodPOST:schemehttp:authorityxcontent-typeapplication/grpctetrailers:path".length()
          + RawSession.METHOD.length();

  private static final byte[] COLLIDING_SETTINGS = collidingSettings();
  private static final byte[] BOMB = zip(96 << 20);

  /** Who does it. */
  private enum As {
    STRANGER,
    /** Who has been welcomed. */
    WORKER
  }

  private final boolean slow;
  private final As as;

  Abuse(boolean slow) {
    this.slow = slow;
    as = As.STRANGER;
  }

  Abuse(As as) {
    slow = false;
    this.as = as;
  }

  /** Whether it is only seen by a time limit. */
  boolean slow() {
    return slow;
  }

  /** Whether what comes back is read, once it has begun. */
  boolean reads() {
    return true;
  }

  /** What is said first. */
  void begin(RawHttp2 attacker) throws IOException {
    attacker.greet(0, 0);
    if (as == As.WORKER) session(attacker, title());
  }

  /** The same again, until nobody listens any more; turns are 0, 1, 2 and so on. */
  abstract void again(RawHttp2 attacker, int turn) throws IOException;

  String title() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static int stream(int number) {
    return 1 + 2 * number;
  }

  private static byte[] number(int value) {
    return ByteBuffer.allocate(4).putInt(value).array();
  }

  /** As one of so many workers that none opens more sessions than it may. */
  private static void session(RawHttp2 attacker, String worker) throws IOException {
    String id = worker + SESSIONS.getAndIncrement() % WORKERS;
    RawSession.Hearing hearing = new RawSession.Hearing();
    byte[] hello = RawSession.hello(id, System.nanoTime());
    welcomed(
        attacker,
        RawSession.METHOD,
        hello,
        answer -> {
          hearing.data(answer);
          return hearing.welcomed();
        });
  }

  /** Says hello, and begins a moment after the welcome, whose own work is over then. */
  private static void welcomed(
      RawHttp2 attacker, String method, byte[] hello, Predicate<byte[]> welcome)
      throws IOException {
    AtomicBoolean welcomed = new AtomicBoolean();
    attacker.listen(
        (type, flags, stream, payload) -> {
          if (type == DATA && welcome.test(payload)) welcomed.set(true);
        });
    attacker.call(1, method);
    attacker.frame(DATA, 0, 1, hello);
    attacker.flush();
    Await.pass(MOMENT);
    Await.until(PATIENCE, "a welcome to one who means harm", welcomed::get);
  }

  private static byte[] collidingSettings() {
    ByteBuffer settings = ByteBuffer.allocate(FRAME_BYTES / 6 * 6);
    for (int number = 7; settings.hasRemaining(); number += 8) {
      settings.put(RawHttp2.setting(number & 0xffff, 1));
    }
    return settings.array();
  }

  /** Most of the largest message that there may be. */
  private static void mostOfAMegabyte(RawHttp2 attacker, int stream) throws IOException {
    attacker.call(stream, RawSession.METHOD);
    attacker.frame(DATA, 0, stream, new byte[] {0, 0, 15, -1, -1});
    for (int i = 0; i < 60; i++) attacker.frame(DATA, 0, stream, new byte[FRAME_BYTES]);
  }

  private static void untilClosed(RawHttp2 attacker, long millis) {
    long end = System.nanoTime() + millis * 1_000_000;
    while (!attacker.closed() && System.nanoTime() < end) Await.pass(Duration.ofMillis(10));
  }

  private static byte[] zip(int zeros) {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(zipped)) {
      byte[] block = new byte[1 << 10];
      for (int at = 0; at < zeros; at += block.length) zip.write(block);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return zipped.toByteArray();
  }
}
