package dev.swarm.lab;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A narrow, long line in front of a port of this machine: so many bits a second in each direction,
 * shared by all its connections, and so much time on the way. What does not fit waits at the
 * sender, as on a real line.
 */
final class SlowLine implements AutoCloseable {
  /** Bytes on the line, each way and connection, before the sender is stopped. */
  private static final int HELD_BYTES = 64 << 10;

  private static final int SOCKET_BUFFER_BYTES = 32 << 10;

  private final Vertx vertx = Vertx.vertx();
  private final NetClient client =
      vertx.createNetClient(new NetClientOptions().setSendBufferSize(SOCKET_BUFFER_BYTES));
  private final NetServer server;
  private final int target;
  private final Direction there = new Direction();
  private final Direction back = new Direction();
  private volatile long bitsPerSecond = Long.MAX_VALUE;
  private volatile long delayNanos;

  /** A line to the port, fast until {@link #narrow}. */
  SlowLine(int target) {
    this.target = target;
    server =
        vertx
            .createNetServer(
                new NetServerOptions()
                    .setReceiveBufferSize(SOCKET_BUFFER_BYTES)
                    .setSendBufferSize(SOCKET_BUFFER_BYTES))
            .connectHandler(this::accept)
            .listen(0, "127.0.0.1")
            .await();
  }

  int port() {
    return server.actualPort();
  }

  /** From now on the line is this narrow and this long, one way. */
  void narrow(long bitsASecond, Duration delay) {
    bitsPerSecond = bitsASecond;
    delayNanos = delay.toNanos();
  }

  /** From now on nothing waits. */
  void widen() {
    narrow(Long.MAX_VALUE, Duration.ZERO);
  }

  private void accept(NetSocket near) {
    near.pause();
    client
        .connect(target, "127.0.0.1")
        .onSuccess(
            far -> {
              new Lane(near, far, there).open();
              new Lane(far, near, back).open();
              near.resume();
            })
        .onFailure(unreachable -> near.close());
  }

  @Override
  public void close() {
    vertx.close().await();
  }

  /** When the line is free again for the next bytes. */
  private final class Direction {
    private long freeNanos = System.nanoTime();

    synchronized long arrival(int bytes) {
      long rate = bitsPerSecond;
      long now = System.nanoTime();
      freeNanos = Math.max(freeNanos, now) + bytes * 8_000_000_000L / rate;
      return freeNanos + delayNanos;
    }
  }

  /** One direction of one connection; lives on the event loop of both its sockets. */
  private final class Lane {
    private final NetSocket from;
    private final NetSocket to;
    private final Direction direction;
    private final Deque<OnTheWay> onTheWay = new ArrayDeque<>();
    private int held;
    private boolean timer;

    Lane(NetSocket from, NetSocket to, Direction direction) {
      this.from = from;
      this.to = to;
      this.direction = direction;
    }

    private record OnTheWay(Buffer bytes, long arrivalNanos) {}

    void open() {
      from.handler(this::take);
      from.closeHandler(closed -> to.close());
      from.exceptionHandler(broken -> to.close());
    }

    private void take(Buffer bytes) {
      onTheWay.add(new OnTheWay(bytes, direction.arrival(bytes.length())));
      held += bytes.length();
      if (held > HELD_BYTES) from.pause();
      deliver();
    }

    private void deliver() {
      while (!onTheWay.isEmpty() && onTheWay.peek().arrivalNanos <= System.nanoTime()) {
        Buffer arrived = onTheWay.poll().bytes;
        held -= arrived.length();
        to.write(arrived);
      }
      if (held <= HELD_BYTES / 2) from.resume();
      if (onTheWay.isEmpty() || timer) return;
      timer = true;
      long wait = (onTheWay.peek().arrivalNanos - System.nanoTime()) / 1_000_000;
      vertx.setTimer(
          Math.max(1, wait),
          fired -> {
            timer = false;
            deliver();
          });
    }
  }
}
