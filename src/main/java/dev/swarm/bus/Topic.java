package dev.swarm.bus;

/** News that a verticle publishes to whoever listens. */
public record Topic<M extends BusMessage>(String name) {}
