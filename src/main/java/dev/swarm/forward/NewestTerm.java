package dev.swarm.forward;

/** The newest term any answer spoke of: what comes from an older one no longer counts. */
final class NewestTerm {
  private long term;

  NewestTerm(long term) {
    this.term = term;
  }

  /** Whether an answer of this term counts; 0 says nothing about the term and does. */
  boolean admits(long answered) {
    if (answered != 0 && answered < term) return false;
    term = Math.max(term, answered);
    return true;
  }

  long value() {
    return term;
  }
}
