package dev.swarm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swarm.bus.EventKind;
import dev.swarm.model.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** docs/cli.md knows every command, option and exit code there is, and no command that is not. */
class CliReferenceTest {
  private static final Terminal NOWHERE =
      new Terminal(
          System.out,
          System.err,
          Map.of(),
          false,
          new TimeSource(() -> 0, () -> 0),
          millis -> {},
          () -> null);

  private static List<CommandLine> commands(CommandLine of) {
    var all = new ArrayList<CommandLine>();
    for (CommandLine command : of.getSubcommands().values()) {
      if (command.getSubcommands().isEmpty()) all.add(command);
      all.addAll(commands(command));
    }
    return all;
  }

  @Test
  void everyCommandAndOptionIsDescribed() throws IOException {
    String reference = Files.readString(Path.of("docs/cli.md"));
    CommandLine tree = SwarmCommand.tree(NOWHERE);
    for (CommandLine command : commands(tree)) {
      String name = command.getCommandSpec().qualifiedName();
      assertThat(reference).contains("\n### `" + name);
      command.getCommandSpec().options().stream()
          .map(CommandLine.Model.OptionSpec::longestName)
          .forEach(option -> assertThat(reference).as(name).contains("`" + option));
    }
  }

  @Test
  void everyDescribedCommandIsThere() throws IOException {
    List<String> names =
        commands(SwarmCommand.tree(NOWHERE)).stream()
            .map(command -> command.getCommandSpec().qualifiedName())
            .toList();
    Files.readAllLines(Path.of("docs/cli.md")).stream()
        .filter(line -> line.startsWith("### `swarm "))
        .map(line -> line.replaceAll("### `(swarm[a-z ]*[a-z]).*", "$1"))
        .forEach(name -> assertThat(names).contains(name));
  }

  @Test
  void everyKindOfEventIsDescribed() throws IOException {
    String guide = Files.readString(Path.of("docs/operations.md"));
    String table = guide.substring(guide.indexOf("| kind |"), guide.indexOf("Watch `guard.down`"));
    for (EventKind kind : EventKind.values()) {
      String last = kind.toString().replaceFirst(".*\\.", ".");
      assertThat(table).containsAnyOf("`" + kind + "`", "`" + last + "`");
    }
  }

  @Test
  void everyExitCodeIsDescribed() throws IOException {
    String reference = Files.readString(Path.of("docs/cli.md"));
    for (Exit exit : Exit.values()) assertThat(reference).contains("| " + exit.code() + " | ");
  }
}
