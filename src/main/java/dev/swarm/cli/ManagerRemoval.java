package dev.swarm.cli;

import io.vertx.core.json.JsonObject;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code swarm manager rm}. */
@Command(
    name = "rm",
    description = {
      "Takes a manager out of the group: its workers go to the others, then its process ends.",
      "It never comes back with its old data folder."
    })
final class ManagerRemoval implements Callable<Integer> {
  private final SwarmCommand swarm;

  @Parameters(paramLabel = "ID")
  private String id;

  @Option(
      names = "--force",
      description = "Also when the others would have no quorum of reachable managers.")
  private boolean force;

  @Option(
      names = {"-y", "--yes"},
      description = "Does not ask.")
  private boolean yes;

  @Option(names = "--detach", description = "Does not wait until it has left.")
  private boolean detach;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      defaultValue = "2m",
      description = "Waits at most so long; default 2m.")
  private String timeout;

  ManagerRemoval(SwarmCommand swarm) {
    this.swarm = swarm;
  }

  @Override
  public Integer call() {
    String path = ManagerCommand.PATH;
    JsonObject manager = new Ids(swarm.api(), "manager", path).find(id);
    String found = manager.getString("id");
    if (!yes) {
      swarm.confirm(
          "manager "
              + found
              + " leaves the group for good; its "
              + manager.getValue("workers")
              + " workers go to the others");
    }
    MemberWatch watch = new MemberWatch(swarm, path, found, timeout, "--timeout");
    String query = force ? "?force=true" : "";
    swarm.api().call("DELETE", path + "/" + found + query, null, null);
    if (!detach) watch.until(gone -> gone == null);
    swarm.terminal().out().println(found);
    return Exit.DONE.code();
  }
}
