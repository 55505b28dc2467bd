package dev.swarm.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How many times one figure another is, when each is measured right after the other again and
 * again: what else changes on the machine changes both, and a pause in one measurement spoils one
 * pair only. The figure is the median of all pairs, with the interval in which that of endlessly
 * many would be with 95 % (by ranks, whatever their distribution).
 */
final class PairedRatio {
  private static final double DOUBT_ON_A_SIDE = 0.025;

  private final List<Double> ratios = new ArrayList<>();

  void add(double here, double elsewhere) {
    ratios.add(here / elsewhere);
    ratios.sort(null);
  }

  int pairs() {
    return ratios.size();
  }

  /** The lower one of the middle two where there are two; not a number without any pair. */
  double median() {
    return ratios.isEmpty() ? Double.NaN : ratios.get((pairs() - 1) / 2);
  }

  /** The lower end of the interval; 0 while there are too few pairs to tell. */
  double low() {
    int rank = rank();
    return rank == 0 ? 0 : ratios.get(rank - 1);
  }

  /** The upper end of the interval; infinite while there are too few pairs to tell. */
  double high() {
    int rank = rank();
    return rank == 0 ? Double.POSITIVE_INFINITY : ratios.get(pairs() - rank);
  }

  /** Whether more pairs would hardly change on which side of the limit it is. */
  boolean clear(double limit) {
    return low() > limit || high() <= limit;
  }

  /** The highest rank that few enough pairs stay below when half of them stay below the median. */
  private int rank() {
    double probability = Math.pow(0.5, pairs()); // of none below
    double atMost = probability;
    int rank = 0;
    while (atMost <= DOUBT_ON_A_SIDE) {
      rank++;
      probability = probability * (pairs() - rank + 1) / rank;
      atMost += probability;
    }
    return rank;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "%.2f times (%.2f to %.2f, %d pairs)", median(), low(), high(), pairs());
  }
}
