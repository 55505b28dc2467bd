package dev.swarm.model;

import org.pcollections.TreePSet;
import org.pcollections.TreePVector;

/**
 * The newest writes that took effect, by the number each was given where it was asked for: one that
 * comes again is known. The oldest are forgotten beyond {@link Limits#MAX_WRITES_KNOWN}.
 *
 * @param numbers to find one
 * @param order oldest first
 */
public record WritesDone(TreePSet<Long> numbers, TreePVector<Long> order) {
  /** None yet. */
  static final WritesDone NONE = new WritesDone(TreePSet.empty(), TreePVector.empty());

  boolean has(long number) {
    return numbers.contains(number);
  }

  WritesDone plus(long number) {
    WritesDone more = new WritesDone(numbers.plus(number), order.plus(number));
    return more.order.size() > Limits.MAX_WRITES_KNOWN ? more.withoutOldest() : more;
  }

  private WritesDone withoutOldest() {
    return new WritesDone(numbers.minus(order.get(0)), order.minus(0));
  }

  /** The number that {@link #plus} would forget; null while there is room. */
  Long leaving() {
    return order.size() < Limits.MAX_WRITES_KNOWN ? null : order.get(0);
  }

  static long digest(long number) {
    return Digest.of("write").add(number).value();
  }
}
