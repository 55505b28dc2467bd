package dev.swarm.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The hostile side, as a process of its own: its work does not hold up the honest workers that are
 * measured. Reads lines of a way, a host, a port and milliseconds, and answers each with how many
 * connections were used up and how many milliseconds the longest of them lived.
 *
 * <p>It also is a victim to compare with: a port where everybody is let in, not listened to, and
 * sent away after 100 ms. Its number is the first line.
 */
final class Attacker {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long VICTIM_MILLIS = 100;

  private Attacker() {}

  /** Obeys until there are no more orders. */
  public static void main(String[] args) throws IOException {
    try (ServerSocket victim = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
      daemon(() -> suffer(victim));
      System.out.println(victim.getLocalPort());
      BufferedReader orders =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
      for (String order = orders.readLine(); order != null; order = orders.readLine()) {
        System.out.println(obey(order.split(" ")));
      }
    }
  }

  private static void suffer(ServerSocket victim) {
    ScheduledExecutorService closing = Executors.newSingleThreadScheduledExecutor();
    try {
      while (true) {
        Socket socket = victim.accept();
        socket.setSoLinger(true, 0);
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

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work, "victim");
    thread.setDaemon(true);
    thread.start();
  }

  private static String obey(String[] order) {
    Abuse way = Abuse.valueOf(order[0]);
    int port = Integer.parseInt(order[2]);
    try {
      return attack(way, order[1], port, Duration.ofMillis(Long.parseLong(order[3])));
    } catch (IOException | LabException failure) {
      return "failed: " + failure.getMessage();
    }
  }

  /** One connection after the other until the time is over; at least one. */
  private static String attack(Abuse way, String host, int port, Duration duration)
      throws IOException {
    long end = System.nanoTime() + duration.toNanos();
    long longest = 0;
    int connections = 0;
    do {
      longest = Math.max(longest, lifeMillis(way, host, port));
      connections++;
    } while (System.nanoTime() < end);
    return connections + " " + longest;
  }

  /** How long the other side put up with one connection. */
  private static long lifeMillis(Abuse way, String host, int port) throws IOException {
    try (RawHttp2 attacker = new RawHttp2(host, port)) {
      return lifeMillis(way, attacker);
    }
  }

  private static long lifeMillis(Abuse way, RawHttp2 attacker) {
    try {
      if (way.reads()) attacker.listen((type, flags, stream, payload) -> {});
      way.begin(attacker);
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
