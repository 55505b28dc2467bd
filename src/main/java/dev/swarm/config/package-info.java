/**
 * What a process is configured with: JSON in, one valid immutable record out.
 *
 * <p>Owns the keys of a configuration file, their defaults, their ranges and what must hold between
 * them. Promises that an instance that exists is valid, and that a file that is not gets all its
 * problems named at once, each with its place, its path and what is allowed. Leaves opening ports
 * and folders to {@code app}, and everything the managers agree on to {@code model}.
 */
package dev.swarm.config;
