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
  /**
   * What a connection keeps.
   *
   * @param cut whether it is on its way out already
   */
  record Load(Caller caller, long bytes, boolean cut) {}

  /** The connections of one address that have not been chosen: few addresses ever need an order. */
  private static final class Address {
    final List<Load> loads;
    long bytes;
    boolean ordered;

    Address(List<Load> loads) {
      this.loads = loads;
      for (Load load : loads) bytes += load.bytes;
    }

    long bytes() {
      return bytes;
    }

    Load takeHeaviest() {
      if (!ordered) loads.sort(Comparator.comparingLong(Load::bytes));
      ordered = true;
      Load heaviest = loads.remove(loads.size() - 1);
      bytes -= heaviest.bytes;
      return heaviest;
    }
  }

  private Heaviest() {}

  /**
   * Those that are cut already, then always of the address with most the connection with most,
   * until they give back so many bytes.
   */
  static List<Caller> of(List<Load> loads, long excess) {
    List<Load> cut = loads.stream().filter(Load::cut).toList();
    List<Load> others = loads.stream().filter(load -> !load.cut).toList();
    List<Caller> chosen = heaviest(cut, excess);
    long left = excess - cut.stream().mapToLong(Load::bytes).sum();
    chosen.addAll(heaviest(others, left));
    return chosen;
  }

  private static List<Caller> heaviest(List<Load> loads, long excess) {
    var addresses = new PriorityQueue<>(Comparator.comparingLong(Address::bytes).reversed());
    loads.stream()
        .collect(
            Collectors.groupingBy(
                load -> load.caller.address(), Collectors.toCollection(ArrayList::new)))
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
