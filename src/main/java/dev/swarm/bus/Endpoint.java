package dev.swarm.bus;

/**
 * A request that one verticle may make of another.
 *
 * @param name last part of the address
 * @param timeoutMillis after which the caller gets TIMEOUT
 */
public record Endpoint<Q extends BusMessage, R extends BusMessage>(
    String name, long timeoutMillis) {}
