package dev.swarm.cli;

/** How data is printed. */
enum Format {
  TABLE,
  WIDE,
  JSON,
  JSONL,
  NAME;

  boolean machine() {
    return this == JSON || this == JSONL;
  }
}
