package dev.swarm.edge;

import dev.swarm.model.EdgeLimits;
import dev.swarm.model.Limits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * Who is at the other end of one connection, and how they behave. The first handler of its channel:
 * what is refused here costs no more than the reading. Lives on the event loop of its channel.
 */
public final class Caller extends ChannelDuplexHandler {
  private static final AttributeKey<Caller> KEY = AttributeKey.valueOf(Caller.class, "caller");
  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NOT_HTTP_2 =
      ("HTTP/1.1 505 HTTP Version Not Supported\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
          .getBytes(StandardCharsets.US_ASCII);

  /** A frame of so many bytes pays for itself: flow control bounds them. */
  private static final int WORTHWHILE_BYTES = 256;

  private static final int HEADERS_COST = 25;

  /** Headers are decoded byte by byte: so many are one frame more. */
  private static final int HEADERS_BYTES = 64;

  private static final int ANSWERED_COST = 5;

  /** Each setting is stored. */
  private static final int SETTING_BYTES = 6;

  /** What a client of gRPC has little or no use for. */
  private static final int RARE_COST = 5;

  /** Data without any: a stream ends so, once. */
  private static final int NOTHING_COST = 5;

  /** A few Hellos that were told to come again. */
  private static final int HELLOS = 2;

  /** So many messages may be without an end on a connection: an agent has one under way. */
  private static final int MESSAGES = 2;

  /**
   * The same of a manager, of any size that a link carries: it has one under way on each stream.
   */
  private static final long MANAGER_BYTES = 3L * Limits.MAX_MESSAGE_BYTES;

  /** The same in frames; what a connection began is only undone at its end, in one go. */
  private static final int STRANGER_FRAMES = 300;

  /** So long an offender waits for its end, unread, so that what was said last gets out. */
  private static final long PARTING_MILLIS = 300;

  /**
   * So old it is at its end: who comes again at once does so three times in two seconds, not as
   * often as we can accept and close. Not one that makes room for others.
   */
  private static final long LEAST_LIFE_MILLIS = 700;

  private final Edge edge;
  private final Object address;
  private final EdgeLimits limits;
  private final FrameScan frames = new FrameScan();
  private final Unfinished unfinished = new Unfinished();
  private Allowance allowance;
  private Mouthful mouthful;
  private ChannelHandlerContext ctx;
  private Rounds rounds;
  private Http2ConnectionHandler http2;
  private int prefaceBytes;
  private int lineEnds;
  private long bornNanos;
  private long readNanos;
  private long busyNanos;
  private long strangerBytes;
  private int offences;
  private Refused verdict;
  private boolean speaks;
  private boolean known;
  private boolean manager;
  private boolean spared;

  /** What it adds to that of all; written by its event loop alone, read by any. */
  private volatile long unfinishedBytes;

  /** Written by its event loop alone, read by any. */
  private volatile boolean cut;

  private boolean leaving;

  Caller(Edge edge, Object address) {
    this.edge = edge;
    this.address = address;
    this.limits = edge == null ? EdgeLimits.DEFAULT : edge.limits();
  }

  /** The caller of a connection; of one that no edge guards, one whose conduct has no effect. */
  public static Caller of(HttpConnection connection) {
    Caller caller =
        connection instanceof ConnectionBase base ? base.channel().attr(KEY).get() : null;
    return caller == null ? new Caller(null, "unguarded") : caller;
  }

  /** So long a stream of it may be open before its first message. */
  public int helloMillis() {
    return limits.helloMillis();
  }

  /** It is a worker, and was welcomed: it may send as much as its streams carry. */
  public void welcomed() {
    welcomed(Mouthful.WORKER_BYTES);
  }

  /** It says it is a manager with all its workers, and was welcomed. */
  public void welcomedAsManager() {
    if (!manager && edge != null && ctx.channel().isOpen()) spared = edge.spare(address);
    manager = true;
    welcomed(Mouthful.MANAGER_BYTES);
  }

  private void welcomed(int bytesInTurn) {
    if (mouthful == null || known || !ctx.channel().isOpen()) return;
    known = true;
    mouthful.known(bytesInTurn);
    allowance = new Allowance(limits.framesPerSecond(), edge.nanos());
  }

  /** It did something refused, and was told so; the third time it loses its connection. */
  public void offend(Refused reason) {
    if (edge == null || cut) return;
    offences++;
    if (offences < limits.offences()) edge.count(reason, ctx.channel().remoteAddress());
    else cut(reason);
  }

  /** A stream of it began wrong, or not in time: who has no other is sent away. */
  public void saidNoHello() {
    if (known) offend(Refused.HELLO);
    else cut(Refused.HELLO);
  }

  /** Reads no more of the connection, and closes it in a moment. */
  public void cut(Refused reason) {
    if (edge == null || cut) return;
    part(reason, ctx.newPromise());
  }

  private void part(Refused reason, ChannelPromise closed) {
    cut = true;
    edge.count(reason, ctx.channel().remoteAddress());
    ctx.channel().config().setAutoRead(false);
    long ageMillis = TimeUnit.NANOSECONDS.toMillis(edge.nanos() - bornNanos);
    long wait = Math.max(PARTING_MILLIS, LEAST_LIFE_MILLIS - Math.max(0, ageMillis));
    ctx.executor().schedule(() -> ctx.close(closed), wait, TimeUnit.MILLISECONDS);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    ctx = added;
    ctx.channel().attr(KEY).set(this);
    if (edge.http2Only()) mouthful = new Mouthful(ctx.channel().config());
    bornNanos = edge.nanos();
    readNanos = bornNanos;
    busyNanos = bornNanos;
    allowance = new Allowance(STRANGER_FRAMES, bornNanos);
    rounds = edge.rounds(ctx.executor());
    rounds.add(this);
  }

  @Override
  public void channelInactive(ChannelHandlerContext inactive) {
    rounds.remove(this);
    keeps(0);
    if (spared) edge.spareNoMore(address);
    spared = false;
    inactive.fireChannelInactive();
  }

  @Override
  public void write(ChannelHandlerContext writing, Object message, ChannelPromise promise) {
    Refused reason = edge.http2Only() ? ResetFrame.reason(message) : null;
    if (reason != null) edge.count(reason, ctx.channel().remoteAddress());
    writing.write(message, promise);
  }

  /** On our side somebody closes it: unless it said goodbye, or all stop, that is no good end. */
  @Override
  public void close(ChannelHandlerContext closing, ChannelPromise promise) {
    boolean free = leaving || edge.closed() || !edge.http2Only();
    if (free || !closing.channel().isActive()) closing.close(promise);
    else if (cut) closing.channel().closeFuture().addListener(closed -> promise.trySuccess());
    else part(Refused.BROKEN, promise);
  }

  /**
   * Netty's decoder of HTTP/2 asks for the next read itself when reading is off and what came was
   * not passed on: of one who is to go nothing more is read.
   */
  @Override
  public void read(ChannelHandlerContext reading) {
    if (!cut) reading.read();
  }

  @Override
  public void channelRead(ChannelHandlerContext reading, Object message) {
    if (cut || !(message instanceof ByteBuf bytes) || !acceptable(bytes)) {
      ReferenceCountUtil.release(message);
      return;
    }
    reading.fireChannelRead(message);
  }

  private boolean acceptable(ByteBuf bytes) {
    readNanos = edge.nanos();
    if (!edge.http2Only()) {
      if (!speaks) bytes.forEachByte(this::beforeEndOfHead);
      return true;
    }
    ByteBuf rest = bytes.duplicate();
    if (!speaks && !preface(rest)) {
      refuseProtocol();
      return false;
    }
    if (speaks) frames.scan(rest, this::frame, unfinished::data);
    mouthful.expect(frames.rest());
    if (verdict == null) weigh();
    if (verdict != null) cut(verdict);
    return !cut;
  }

  /** Whether too much is kept of messages without an end: for it alone, or for all. */
  private void weigh() {
    if (unfinished.bytes() > mostBytes()) verdict = Refused.UNFINISHED;
    long bytes = countedBytes();
    if (bytes == unfinishedBytes) return;
    keeps(bytes);
    if (verdict == null) edge.makeRoom(readNanos);
  }

  private long mostBytes() {
    return manager ? MANAGER_BYTES : (long) MESSAGES * limits.messageBytes();
  }

  /** Of one that is spared none: it is not closed to make room, so nobody else is for it. */
  private long countedBytes() {
    return spared ? 0 : unfinished.bytes();
  }

  private void keeps(long bytes) {
    edge.keeps(bytes - unfinishedBytes);
    unfinishedBytes = bytes;
  }

  /** Where it comes from: what has its places counted together. */
  Object address() {
    return address;
  }

  /** Whether it is on its way out, unread. For any thread. */
  boolean isCut() {
    return cut;
  }

  /** Bytes of messages without an end that it may be cut for. For any thread. */
  long unfinishedBytes() {
    return unfinishedBytes;
  }

  /**
   * All together keep too much: it is closed, cut before or not, unless its message has come
   * meanwhile. At once: until its end it keeps what it has. For any thread.
   */
  void makeRoom() {
    ctx.executor()
        .execute(
            () -> {
              if (unfinishedBytes == 0 || !ctx.channel().isOpen()) return;
              if (!cut) edge.count(Refused.UNFINISHED, ctx.channel().remoteAddress());
              cut = true;
              ctx.close();
            });
  }

  /** Whether the head of the first request goes on after this byte. */
  private boolean beforeEndOfHead(byte next) {
    if (next == '\n') lineEnds++;
    else if (next != '\r') lineEnds = 0;
    speaks = lineEnds == 2;
    return !speaks;
  }

  /** Passes over what is there of the preface; false when it is none. */
  private boolean preface(ByteBuf bytes) {
    while (bytes.isReadable() && prefaceBytes < PREFACE.length) {
      if (bytes.readByte() != PREFACE[prefaceBytes++]) return false;
    }
    speaks = prefaceBytes == PREFACE.length;
    if (speaks) busyNanos = readNanos;
    return true;
  }

  private void refuseProtocol() {
    ctx.writeAndFlush(Unpooled.wrappedBuffer(NOT_HTTP_2));
    cut(Refused.PROTOCOL);
  }

  private void frame(int type, int flags, int stream, int length) {
    if (!allowance.spend(cost(type, length), readNanos)) verdict = Refused.FRAMES;
    if (type == FrameScan.GO_AWAY) leaving = true;
    if (type == FrameScan.DATA) unfinished.frame(stream, flags, length);
    if (type == FrameScan.RESET) unfinished.end(stream);
    if (known || type != FrameScan.DATA) return;
    strangerBytes += length;
    if (strangerBytes > (long) HELLOS * limits.helloBytes()) verdict = Refused.HELLO_BYTES;
  }

  private static int cost(int type, int length) {
    return switch (type) {
      case FrameScan.DATA -> length == 0 ? NOTHING_COST : length < WORTHWHILE_BYTES ? 1 : 0;
      case FrameScan.HEADERS, FrameScan.CONTINUATION -> HEADERS_COST + length / HEADERS_BYTES;
      case FrameScan.SETTINGS -> ANSWERED_COST + length / SETTING_BYTES;
      case FrameScan.PING -> ANSWERED_COST;
      case FrameScan.PRIORITY, FrameScan.RESET -> RARE_COST;
      default -> 1;
    };
  }

  /** Looks after it: in time with the handshake, a request, and anything at all? */
  void look(long now) {
    if (!speaks) {
      if (late(bornNanos, limits.handshakeMillis(), now)) cut(Refused.HANDSHAKE);
      return;
    }
    if (!edge.http2Only()) return;
    if (requests() > 0) busyNanos = now;
    forgetEnded(now);
    if (late(busyNanos, limits.requestMillis(), now)) cut(Refused.REQUEST);
    else if (late(readNanos, limits.idleMillis(), now)) cut(Refused.IDLE);
  }

  /** Streams that we have ended ourselves. */
  private void forgetEnded(long now) {
    if (unfinished.bytes() == 0 || http2 == null) return;
    unfinished.retain(stream -> http2.connection().stream(stream) != null);
    keeps(countedBytes());
    edge.makeRoom(now);
  }

  private static boolean late(long sinceNanos, int limitMillis, long now) {
    return now - sinceNanos > limitMillis * 1_000_000L;
  }

  private int requests() {
    if (http2 == null) http2 = ctx.pipeline().get(Http2ConnectionHandler.class);
    return http2 == null ? 0 : http2.connection().numActiveStreams();
  }

  /** We were away ourselves for so long: what it said meanwhile is still to be read. */
  void forgive(long nanos) {
    bornNanos += nanos;
    readNanos += nanos;
    busyNanos += nanos;
  }
}
