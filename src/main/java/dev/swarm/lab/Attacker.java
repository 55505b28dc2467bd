package dev.swarm.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The hostile side, as a process of its own: its work does not hold up the honest workers that are
 * measured. Reads lines of a way, a host, a port, milliseconds and how many connections there are
 * at a time, and answers each with how many were used up and how many milliseconds the longest of
 * them lived.
 *
 * <p>It also is a victim to compare with: a port where everybody is let in, not listened to (little
 * of what is said is kept), and sent away after 700 ms, as by us. Its number is the first line.
 */
final class Attacker {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long VICTIM_MILLIS = 700;
  private static final int VICTIM_UNREAD_BYTES = 16_384;
  private static final byte[] WELCOME = RawHttp2.bytes(RawHttp2.DATA, 0, 1, RawSession.welcome());

  private Attacker() {}

  /** Obeys until there are no more orders. */
  public static void main(String[] args) throws IOException {
    try (ServerSocket victim = victim()) {
      daemon(() -> suffer(victim), "victim");
      System.out.println(victim.getLocalPort());
      BufferedReader orders =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
      for (String order = orders.readLine(); order != null; order = orders.readLine()) {
        System.out.println(obey(order.split(" ")));
      }
    }
  }

  private static ServerSocket victim() throws IOException {
    ServerSocket victim = new ServerSocket();
    victim.setReceiveBufferSize(VICTIM_UNREAD_BYTES);
    victim.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    return victim;
  }

  private static void suffer(ServerSocket victim) {
    ScheduledExecutorService closing = Executors.newSingleThreadScheduledExecutor();
    try {
      while (true) {
        Socket socket = victim.accept();
        socket.setSoLinger(true, 0);
        socket.getOutputStream().write(WELCOME);
        closing.schedule(() -> close(socket), VICTIM_MILLIS, TimeUnit.MILLISECONDS);
      }
    } catch (IOException over) {
      closing.shutdownNow();
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException unlikely) {
      throw new UncheckedIOException(unlikely);
    }
  }

  private static void daemon(Runnable work, String name) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  private static String obey(String[] order) {
    Abuse way = Abuse.valueOf(order[0]);
    int port = Integer.parseInt(order[2]);
    long end = System.nanoTime() + Duration.ofMillis(Long.parseLong(order[3])).toNanos();
    List<Long> lives = Collections.synchronizedList(new ArrayList<>());
    List<CompletableFuture<Void>> attackers = new ArrayList<>();
    for (int i = 0; i < Integer.parseInt(order[4]); i++) {
      attackers.add(
          CompletableFuture.runAsync(
              () -> attack(way, order[1], port, end, lives), task -> daemon(task, "attacker")));
    }
    try {
      attackers.forEach(CompletableFuture::join);
    } catch (CompletionException failure) {
      return "failed: " + failure.getCause().getMessage();
    }
    return lives.size() + " " + Collections.max(lives);
  }

  /** One connection after the other until the time is over; at least one. */
  private static void attack(Abuse way, String host, int port, long end, List<Long> livesMillis) {
    try {
      do {
        livesMillis.add(lifeMillis(way, host, port));
      } while (System.nanoTime() < end);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure.getMessage(), failure);
    }
  }

  /** How long the other side put up with one connection. */
  private static long lifeMillis(Abuse way, String host, int port) throws IOException {
    try (RawHttp2 attacker = new RawHttp2(host, port)) {
      return lifeMillis(way, attacker);
    }
  }

  private static long lifeMillis(Abuse way, RawHttp2 attacker) {
    try {
      way.begin(attacker);
      if (way.reads()) attacker.listen((type, flags, stream, payload) -> {});
      for (int turn = 0; !attacker.closed(); turn++) {
        if (attacker.ageMillis() > PATIENCE.toMillis()) {
          throw new LabException(
              way.title() + " was put up with for " + PATIENCE.toSeconds() + " s");
        }
        way.again(attacker, turn);
        attacker.flush();
      }
      return attacker.livedMillis();
    } catch (IOException closedWhileWriting) {
      return attacker.ageMillis();
    }
  }
}
