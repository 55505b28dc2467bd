package dev.swarm.model;

import java.util.List;

/**
 * What a committed command did.
 *
 * @param index of its log entry: every replica at this index has it
 * @param refused items without effect; all others took effect
 */
public record Outcome(long index, List<Refusal> refused) {}
