package dev.swarm.config;

/**
 * What the code says of one key; a test holds the schema and the reference against it.
 *
 * @param path with {@code []} for elements of a list
 * @param type what is allowed, in words
 * @param preset what counts when nothing is said; null when there is none
 * @param range smallest and largest, as {@code 1..10}; empty when there is none
 */
record Key(String path, String type, String preset, String range) {}
