package dev.swarm.edge;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.Collectors;

/**
 * Who makes room when all connections together keep too much of messages without an end. Addresses
 * are weighed, then their connections: a crowd of small ones from one address goes before a large
 * one that is alone.
 */
final class Heaviest {
  /** What a connection keeps. */
  record Load(Caller caller, long bytes) {}

  /** The connections of one address that have not been chosen. */
  private static final class Address {
    final PriorityQueue<Load> loads =
        new PriorityQueue<>(Comparator.comparingLong(Load::bytes).reversed());
    long bytes;

    Address(List<Load> loads) {
      this.loads.addAll(loads);
      bytes = loads.stream().mapToLong(Load::bytes).sum();
    }

    long bytes() {
      return bytes;
    }

    Load takeHeaviest() {
      Load heaviest = loads.remove();
      bytes -= heaviest.bytes;
      return heaviest;
    }
  }

  private Heaviest() {}

  /**
   * Always of the address with most the connection with most, until they give back so many bytes.
   */
  static List<Caller> of(List<Load> loads, long excess) {
    var addresses = new PriorityQueue<>(Comparator.comparingLong(Address::bytes).reversed());
    loads.stream()
        .collect(Collectors.groupingBy(load -> load.caller.address()))
        .values()
        .forEach(ofOne -> addresses.add(new Address(ofOne)));
    var chosen = new ArrayList<Caller>();
    for (long left = excess; left > 0 && !addresses.isEmpty(); ) {
      Address most = addresses.remove();
      Load heaviest = most.takeHeaviest();
      chosen.add(heaviest.caller);
      left -= heaviest.bytes;
      if (!most.loads.isEmpty()) addresses.add(most);
    }
    return chosen;
  }
}
