package dev.swarm.config;

import java.util.Objects;
import java.util.function.ToIntFunction;

/**
 * What a manager opens for others.
 *
 * @param listen where to listen; port 0 picks a free one
 * @param advertise where others find it
 */
public record Listener(Address listen, Address advertise) {
  /** Both must be there. */
  public Listener {
    Objects.requireNonNull(listen, "listen");
    Objects.requireNonNull(advertise, "advertise");
  }

  /** Listens where others find it. */
  public static Listener at(String host, int port) {
    var address = new Address(host, port);
    return new Listener(address, address);
  }

  /** The host to listen on. */
  public String host() {
    return listen.host();
  }

  /** The port to listen on. */
  public int port() {
    return listen.port();
  }

  /** The same with a port of the host's own where 0 stands. */
  Listener withFreePort(ToIntFunction<String> freePort) {
    if (port() != 0) return this;
    int port = freePort.applyAsInt(host());
    var found = advertise.port() == 0 ? new Address(advertise.host(), port) : advertise;
    return new Listener(new Address(host(), port), found);
  }

  static Listener from(Section section, int presetPort, Address ownEntry) {
    return section.read(
        () -> {
          Address listen =
              section.text(
                  "host", "127.0.0.1", "host", host -> new Address(host, 1), new Address("x", 1));
          int port = section.whole("port", presetPort, 0, 65_535);
          Address said =
              section.textOrNull(
                  "advertise", "host or host:port", text -> Address.parse(text, port));
          Address opened = new Address(listen.host(), port);
          if (said == null && opened.everywhere() && ownEntry == null) {
            section.problem(
                "advertise",
                "is missing: host " + opened.host() + " does not say where others find us");
          }
          Address found = opened.everywhere() ? ownEntry : opened;
          return new Listener(opened, said != null ? said : found != null ? found : opened);
        });
  }
}
