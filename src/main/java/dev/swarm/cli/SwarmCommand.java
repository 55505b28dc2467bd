package dev.swarm.cli;

import dev.swarm.config.Address;
import dev.swarm.model.TimeSource;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The command line: {@code swarm worker ls}. */
@Command(
    name = "swarm",
    description = "Looks at a cluster of managers and workers, and hands it tasks.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Options stand behind the command:  swarm worker ls -o json",
      "A process of a cluster is started with  java -jar swarm.jar -conf FILE",
      "Exit codes: 0 done, 1 refused, 2 usage, 3 not found, 4 precondition failed,",
      "  5 no manager or no leader, 6 timed out, 7 not allowed, 8 some failed"
    })
public final class SwarmCommand implements Callable<Integer> {
  static final String NO_LIMIT = "1000000";
  static final int HTTP_PORT = 7201;
  private static final String PRESET_ENDPOINTS = "127.0.0.1:7201";

  private final Terminal terminal;

  @Option(
      names = "--endpoints",
      paramLabel = "HOST:PORT",
      split = ",",
      scope = ScopeType.INHERIT,
      description =
          "HTTP addresses of managers; any answers (SWARM_ENDPOINTS, " + PRESET_ENDPOINTS + ").")
  private List<String> endpoints;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      scope = ScopeType.INHERIT,
      description = "table (default), wide, json, jsonl, name.")
  private Format format = Format.TABLE;

  @Option(
      names = "--color",
      paramLabel = "WHEN",
      scope = ScopeType.INHERIT,
      description = "auto (default), always, never; NO_COLOR counts.")
  private ColorWhen color = ColorWhen.AUTO;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Shows this help.")
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Shows the version.")
  private boolean version;

  private Api api;

  enum ColorWhen {
    AUTO,
    ALWAYS,
    NEVER;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  SwarmCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /** Runs one command and returns its exit code; never calls System.exit. */
  public static int run(
      String[] args, PrintStream out, PrintStream err, Map<String, String> environment) {
    boolean interactive = out == System.out && Terminal.isWatched();
    var time = new TimeSource(System::nanoTime, System::currentTimeMillis);
    return run(
        args,
        new Terminal(
            out,
            err,
            environment,
            interactive,
            time,
            millis -> LockSupport.parkNanos(Duration.ofMillis(millis).toNanos()),
            () -> System.console().readLine()));
  }

  static int run(String[] args, Terminal terminal) {
    CommandLine line = tree(terminal);
    if (args.length > 0) return line.execute(args);
    line.usage(terminal.err(), Ansi.OFF);
    return Exit.USAGE.code();
  }

  /** All commands there are. */
  static CommandLine tree(Terminal terminal) {
    var swarm = new SwarmCommand(terminal);
    var line =
        new CommandLine(swarm)
            .addSubcommand("status", new StatusCommand(swarm))
            .addSubcommand(
                "manager",
                new CommandLine(new ManagerCommand(swarm))
                    .addSubcommand("add", new ManagerAddition(swarm))
                    .addSubcommand("rm", new ManagerRemoval(swarm)))
            .addSubcommand("worker", new WorkerCommand(swarm))
            .addSubcommand(
                "task",
                new CommandLine(new TaskCommand(swarm)).addSubcommand("run", new TaskRun(swarm)))
            .addSubcommand("events", new EventsCommand(swarm))
            .addSubcommand("settings", new SettingsCommand(swarm))
            .addSubcommand("snapshot", new SnapshotCommand(swarm))
            .addSubcommand("config", new ConfigCommand(swarm))
            .addSubcommand("version", new VersionCommand(swarm))
            .addSubcommand("completion", new CompletionCommand(swarm));
    line.getCommandSpec().versionProvider(() -> new String[] {"swarm " + Version.text()});
    line.setOut(new java.io.PrintWriter(terminal.out(), true));
    line.setErr(new java.io.PrintWriter(terminal.err(), true));
    line.setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF));
    line.setExpandAtFiles(false); // --payload @FILE is ours
    abbreviateSynopsis(line);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.registerConverter(Format.class, Format::parse);
    var failures = new Failures(terminal);
    line.setParameterExceptionHandler(failures::usage);
    line.setExecutionExceptionHandler(failures::failed);
    return line;
  }

  /** The options stand below it anyway. */
  private static void abbreviateSynopsis(CommandLine command) {
    var usage = command.getCommandSpec().usageMessage();
    usage.abbreviateSynopsis(true);
    usage.descriptionHeading("%n");
    usage.parameterListHeading("%nArguments:%n");
    usage.optionListHeading("%nOptions:%n");
    usage.commandListHeading("%nCommands:%n");
    command.getSubcommands().values().forEach(SwarmCommand::abbreviateSynopsis);
  }

  @Override
  public Integer call() {
    throw CliException.usage("which command?", "swarm --help lists them");
  }

  static void checkLimit(int limit) {
    if (limit < 1) throw CliException.usage("--limit " + limit + " must be at least 1", null);
  }

  Terminal terminal() {
    return terminal;
  }

  Api api() {
    if (api == null) api = new Api(addresses(), terminal);
    return api;
  }

  Printer printer() {
    return new Printer(terminal.out(), format, coloured());
  }

  Ago ago() {
    return new Ago(terminal.time().millis());
  }

  /** Asks a person before something that cannot be taken back; fails when they do not want it. */
  void confirm(String whatWillHappen) {
    if (!terminal.interactive()) {
      throw CliException.usage(whatWillHappen + ": nobody is here to ask", "--yes says yes to it");
    }
    terminal.err().print(whatWillHappen + ". Go on? [y/N] ");
    terminal.err().flush();
    String answer = terminal.answer().get();
    if (answer != null && answer.trim().toLowerCase(Locale.ROOT).matches("y|yes")) return;
    throw new CliException("DECLINED", Exit.REFUSED, "nothing was done", List.of(), null);
  }

  /** Says how things go. */
  void progress(String text) {
    terminal.err().println(text.replaceAll("[\\p{Cntrl}\\p{Cf}]+", " "));
  }

  private boolean coloured() {
    if (color != ColorWhen.AUTO) return color == ColorWhen.ALWAYS;
    String noColor = terminal.environment().getOrDefault("NO_COLOR", "");
    return terminal.interactive() && noColor.isEmpty();
  }

  /** Where the managers are that were named. */
  List<Address> addresses() {
    String said = terminal.environment().getOrDefault("SWARM_ENDPOINTS", "");
    List<String> texts = endpoints;
    if (texts == null) texts = List.of((said.isBlank() ? PRESET_ENDPOINTS : said).split(","));
    try {
      return texts.stream().map(text -> Address.parse(text, HTTP_PORT)).distinct().toList();
    } catch (IllegalArgumentException e) {
      throw CliException.usage("endpoint " + e.getMessage(), "as in --endpoints m1:7201,m2:7201");
    }
  }
}
