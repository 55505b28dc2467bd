package dev.swarm.cli;

import dev.swarm.model.TimeSource;
import java.io.PrintStream;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * What a command finds around it.
 *
 * @param out data
 * @param err progress and errors
 * @param environment variables
 * @param interactive whether a person looks at {@code out}
 * @param pause waits so many milliseconds
 */
record Terminal(
    PrintStream out,
    PrintStream err,
    Map<String, String> environment,
    boolean interactive,
    TimeSource time,
    LongConsumer pause) {}
