package dev.swarm.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code swarm completion}. */
@Command(
    name = "completion",
    description = {
      "Prints a completion script for bash or zsh.",
      "  source <(swarm completion bash)"
    })
final class CompletionCommand implements Callable<Integer> {
  private static final List<String> SHELLS = List.of("bash", "zsh");

  private final SwarmCommand swarm;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "SHELL", defaultValue = "bash", description = "bash (default) or zsh.")
  private String shell;

  CompletionCommand(SwarmCommand swarm) {
    this.swarm = swarm;
  }

  @Override
  public Integer call() {
    if (!SHELLS.contains(shell)) {
      throw CliException.usage("no completion for '" + shell + "'", "bash and zsh are there");
    }
    swarm.terminal().out().print(AutoComplete.bash("swarm", spec.root().commandLine()));
    return Exit.DONE.code();
  }
}
