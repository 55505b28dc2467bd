package dev.swarm.config;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where something listens, or can be reached.
 *
 * @param host a name, an IPv4 address, or an IPv6 address without brackets
 * @param port 1 to 65535; 0 picks a free one, where the address is only listened on
 */
public record Address(String host, int port) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,252})");
  private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(%[\\w.-]+)?");
  private static final Set<String> EVERYWHERE = Set.of("0.0.0.0", "::", "0:0:0:0:0:0:0:0");

  /** Checks host and port; throws IllegalArgumentException that says what is allowed. */
  public Address {
    if (host == null || !(NAME.matcher(host).matches() || IPV6.matcher(host).matches())) {
      throw new IllegalArgumentException(quoted(host) + " is not a host name or an IP address");
    }
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port " + port + " is outside 0..65535");
    }
  }

  /**
   * Reads {@code host:port}, {@code [ipv6]:port}; throws IllegalArgumentException that says what is
   * allowed.
   */
  public static Address parse(String text) {
    return parse(text, -1);
  }

  /** Reads like {@link #parse(String)}; a text without a port gets the given one. */
  public static Address parse(String text, int presetPort) {
    String trimmed = text.trim();
    int split = endOfHost(trimmed);
    String host = trimmed.substring(0, split);
    if (host.startsWith("[") && host.endsWith("]")) host = host.substring(1, host.length() - 1);
    if (split == trimmed.length()) {
      if (presetPort < 0) {
        throw new IllegalArgumentException(quoted(text) + " has no port, write host:port");
      }
      return new Address(host, presetPort);
    }
    return new Address(host, port(text, trimmed.substring(split + 1)));
  }

  /** Whether the host means every address of the machine, and so tells others nothing. */
  public boolean everywhere() {
    return EVERYWHERE.contains(host);
  }

  /** {@code host:port}, with brackets around an IPv6 host. */
  @Override
  public String toString() {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }

  private static int endOfHost(String text) {
    if (text.startsWith("[")) {
      int end = text.indexOf(']') + 1;
      boolean closed = end > 0 && (end == text.length() || text.charAt(end) == ':');
      if (!closed) throw new IllegalArgumentException(quoted(text) + " must be [ipv6]:port");
      return end;
    }
    int first = text.indexOf(':');
    if (first != text.lastIndexOf(':')) {
      throw new IllegalArgumentException(
          quoted(text) + " needs brackets around an IPv6 address, as [::1]:7001");
    }
    return first < 0 ? text.length() : first;
  }

  private static int port(String text, String digits) {
    int port = digits.matches("[0-9]{1,5}") ? Integer.parseInt(digits) : -1;
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException(quoted(text) + " needs a port of 1..65535");
    }
    return port;
  }

  private static String quoted(String text) {
    return "\"" + text + "\"";
  }
}
