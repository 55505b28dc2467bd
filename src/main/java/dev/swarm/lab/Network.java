package dev.swarm.lab;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Hosts of their own for the managers: a network namespace each, on one bridge that this machine is
 * on, too. Needs root and the {@code ip} command. Two hosts can be cut from each other while both
 * stay reachable for everybody else.
 */
final class Network implements AutoCloseable {
  private static final AtomicInteger MADE = new AtomicInteger();

  private static final String INSIDE = "192.168.77.";

  private static final String RULES =
      """
      table ip masquerading {
        chain outwards {
          type nat hook postrouting priority 100;
          oifname "eth0" masquerade
        }
        chain through {
          type filter hook forward priority 0; policy drop;
          iifname "in0" accept
          ct state established,related accept
        }
        chain inwards {
          type filter hook input priority 0; policy drop;
          ct state established,related accept
        }
      }
      """;

  /** Interface names have 15 characters at most. */
  private final String tag =
      Long.toString(ProcessHandle.current().pid() % 100_000, 36) + MADE.incrementAndGet();

  /** Another one for each process that makes networks, and for each network of it. */
  private final String prefix =
      "10." + (64 + ProcessHandle.current().pid() % 128) + "." + MADE.get() % 250 + ".";

  private final int hosts;
  private String inside;

  /** Makes the bridge and the hosts 1 to n. */
  Network(int hosts) {
    this.hosts = hosts;
    ip("link", "add", bridge(), "type", "bridge");
    ip("addr", "add", prefix + "254/24", "dev", bridge());
    ip("link", "set", bridge(), "up");
    for (int host = 1; host <= hosts; host++) {
      ip("netns", "add", namespace(host));
      ip(
          "link",
          "add",
          veth(host),
          "type",
          "veth",
          "peer",
          "name",
          "eth0",
          "netns",
          namespace(host));
      ip("link", "set", veth(host), "master", bridge(), "up");
      ip("-n", namespace(host), "addr", "add", address(host) + "/24", "dev", "eth0");
      ip("-n", namespace(host), "link", "set", "eth0", "up");
      ip("-n", namespace(host), "link", "set", "lo", "up");
    }
  }

  /** Address of host 1 to n. */
  String address(int host) {
    return prefix + host;
  }

  /** What to put before a command so that it runs on the host. */
  List<String> on(int host) {
    return List.of("ip", "netns", "exec", namespace(host));
  }

  /** What arrives at the host is taken in by one core, as if the host had its own. */
  void arrivesOn(int host, int core) {
    String mask = Integer.toHexString(1 << core);
    String file = "/sys/class/net/eth0/queues/rx-0/rps_cpus";
    run("", "ip", "netns", "exec", namespace(host), "sh", "-c", "echo " + mask + " > " + file);
  }

  /** Nothing passes between the two any more, in either direction. */
  void cut(int one, int other) {
    ip("-n", namespace(one), "route", "add", "blackhole", address(other) + "/32");
    ip("-n", namespace(other), "route", "add", "blackhole", address(one) + "/32");
  }

  /** Everything passes again. */
  void heal(int one, int other) {
    ip("-n", namespace(one), "route", "del", "blackhole", address(other) + "/32");
    ip("-n", namespace(other), "route", "del", "blackhole", address(one) + "/32");
  }

  /** Whatever the host sends or is sent is lost from now on; nobody is told. */
  void blackHole(int host) {
    ip("link", "set", veth(host), "nomaster");
  }

  /** Whether this machine can let a host masquerade others. */
  static boolean canMasquerade() {
    return Stream.of(System.getenv("PATH").split(":"))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "nft")));
  }

  /**
   * Puts a namespace behind the host, as an access router does: what comes from inside leaves under
   * the host's address, and nothing comes in that was not asked for.
   */
  void masquerade(int host) {
    inside = namespace(hosts + 1);
    ip("netns", "add", inside);
    ip(
        "-n",
        namespace(host),
        "link",
        "add",
        "in0",
        "type",
        "veth",
        "peer",
        "name",
        "eth0",
        "netns",
        inside);
    ip("-n", namespace(host), "addr", "add", INSIDE + "1/24", "dev", "in0");
    ip("-n", namespace(host), "link", "set", "in0", "up");
    ip("-n", inside, "addr", "add", INSIDE + "2/24", "dev", "eth0");
    ip("-n", inside, "link", "set", "eth0", "up");
    ip("-n", inside, "link", "set", "lo", "up");
    ip("-n", inside, "route", "add", "default", "via", INSIDE + "1");
    run("", "ip", "netns", "exec", namespace(host), "sysctl", "-qw", "net.ipv4.ip_forward=1");
    run(RULES, "ip", "netns", "exec", namespace(host), "nft", "-f", "-");
  }

  /** What to put before a command so that it runs behind the host that masquerades. */
  List<String> onTheInside() {
    return List.of("ip", "netns", "exec", inside);
  }

  @Override
  public void close() {
    if (inside != null) ip("netns", "del", inside);
    for (int host = 1; host <= hosts; host++) {
      ip("link", "del", veth(host));
      ip("netns", "del", namespace(host));
    }
    ip("link", "del", bridge());
  }

  private String bridge() {
    return "sw" + tag + "b";
  }

  private String veth(int host) {
    return "sw" + tag + "v" + host;
  }

  private String namespace(int host) {
    return "swarm-" + tag + "-" + host;
  }

  private static void ip(String... arguments) {
    List<String> command = new ArrayList<>(List.of("ip"));
    command.addAll(List.of(arguments));
    run("", command.toArray(String[]::new));
  }

  private static void run(String input, String... arguments) {
    List<String> command = List.of(arguments);
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      try (OutputStream in = process.getOutputStream()) {
        in.write(input.getBytes(StandardCharsets.UTF_8));
      }
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new LabException(String.join(" ", command) + ": " + output.trim());
      }
    } catch (IOException failure) {
      throw new LabException(
          "cannot run " + command.get(0) + " (package iproute2): " + failure.getMessage());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new LabException("interrupted");
    }
  }
}
