package dev.swarm.model;

/**
 * The reign of one leader. Begins with one committed command; every judgement names its number.
 *
 * @param number 1, 2, 3 ...
 * @param term the Raft term it belongs to
 * @param leader id of the leading manager
 * @param sinceMillis wall clock of its beginning
 */
public record Epoch(long number, long term, String leader, long sinceMillis) {
  /** Before the first leader. */
  public static final Epoch NONE = new Epoch(0, 0, "", 0);

  long digest() {
    return Digest.of("epoch").add(number).add(term).add(leader).add(sinceMillis).value();
  }
}
