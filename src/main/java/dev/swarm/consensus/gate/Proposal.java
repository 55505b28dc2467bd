package dev.swarm.consensus.gate;

import dev.swarm.model.Outcome;
import io.vertx.core.Promise;

/**
 * One command on its way into the log.
 *
 * @param kind of the command, for meters
 * @param bytes the command as an entry of its own
 * @param outcome completed when it is applied here
 * @param sinceNanos when it was asked for
 */
record Proposal(String kind, byte[] bytes, Promise<Outcome> outcome, long sinceNanos) {}
