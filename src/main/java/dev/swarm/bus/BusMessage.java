package dev.swarm.bus;

/** A message between verticles: an immutable record, passed by reference. */
public interface BusMessage {}
