package dev.swarm.lab;

import picocli.CommandLine.Command;

/** Breaks a real cluster and says what happened; one subcommand for each way. */
@Command(
    name = "faults",
    mixinStandardHelpOptions = true,
    description = "Breaks a real cluster again and again and says what happened.",
    subcommands = {
      AbuseRun.class,
      DiskFull.class,
      Fsync.class,
      Grow.class,
      Join.class,
      KillAll.class,
      KillLeader.class,
      Pause.class,
      PowerCut.class,
      RollingRestart.class,
      SlowFollower.class,
      Stalls.class,
      Weights.class
    })
final class Faults {}
