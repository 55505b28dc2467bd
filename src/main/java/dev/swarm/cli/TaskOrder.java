package dev.swarm.cli;

import dev.swarm.model.Limits;
import dev.swarm.model.TaskSpec;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What {@code task run} is asked to submit. */
final class TaskOrder {
  static final int MAX_COUNT = 10_000;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "For people; the program's name otherwise.")
  private String name;

  @Option(
      names = "--kind",
      paramLabel = "KIND",
      defaultValue = "process",
      description = "Which executor runs it: process (default), eventbus, discard ...")
  private String kind;

  @Option(names = "--worker", paramLabel = "ID", description = "Only this worker may run it.")
  private String worker;

  @Option(
      names = "--key",
      paramLabel = "KEY",
      description = "The same key is the same task, however often it is submitted.")
  private String key;

  @Option(
      names = "--max-attempts",
      paramLabel = "N",
      defaultValue = "" + TaskSpec.DEFAULT_ATTEMPTS,
      description = "How many workers may be lost over it (${DEFAULT-VALUE}).")
  private int maxAttempts;

  @Option(
      names = "--payload",
      paramLabel = "TEXT|@FILE",
      description = "What the executor gets, for kinds other than process.")
  private String payload;

  @Option(
      names = "--stdin",
      paramLabel = "TEXT|@FILE",
      description = "What the command reads, for kind process.")
  private String stdin;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "1",
      description = "Submits the same so many times, for trying out.")
  private int count;

  @Parameters(arity = "0..*", paramLabel = "COMMAND", description = "For kind process, after --.")
  private List<String> command = List.of();

  /** The tasks as they are submitted; each has its own key. */
  List<JsonObject> tasks() {
    if (count < 1 || count > MAX_COUNT) {
      throw CliException.usage("--count " + count + " is outside 1.." + MAX_COUNT, null);
    }
    Object content = payload();
    checkSize(content);
    String base = key == null ? "cli-" + UUID.randomUUID() : key;
    return IntStream.rangeClosed(1, count)
        .mapToObj(n -> task(count == 1 ? base : base + "-" + n, content))
        .toList();
  }

  private JsonObject task(String taskKey, Object content) {
    var task =
        new JsonObject()
            .put("name", name())
            .put("kind", kind)
            .put("key", taskKey)
            .put("maxAttempts", maxAttempts);
    if (content != null) task.put("payload", content);
    if (worker != null) task.put("worker", worker);
    return task;
  }

  private String name() {
    if (name != null) return name;
    if (command.isEmpty()) return kind;
    String path = command.get(0);
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private Object payload() {
    if (!kind.equals("process")) {
      if (!command.isEmpty() || stdin != null) {
        throw CliException.usage("a command is only for kind process", "use --payload");
      }
      return payload == null ? null : jsonOrText(content("--payload", payload));
    }
    if (payload != null) {
      throw CliException.usage("--payload is not for kind process", "give a command after --");
    }
    if (command.isEmpty()) {
      throw CliException.usage("no command", "as in swarm task run -- sh -c 'echo hello'");
    }
    var process = new JsonObject().put("command", new JsonArray(command));
    return stdin == null ? process : process.put("stdin", content("--stdin", stdin));
  }

  private static String content(String option, String said) {
    if (!said.startsWith("@")) return said;
    try {
      return Files.readString(Path.of(said.substring(1)));
    } catch (IOException e) {
      throw CliException.usage(option + " " + said + " cannot be read: " + reason(e), null);
    }
  }

  private static String reason(IOException failure) {
    return failure instanceof NoSuchFileException ? "there is no such file" : failure.getMessage();
  }

  private static Object jsonOrText(String text) {
    boolean structured = text.startsWith("{") || text.startsWith("[");
    if (!structured) return text;
    try {
      return Json.read(text.getBytes(StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      return text;
    }
  }

  private static void checkSize(Object content) {
    String text = content instanceof String said ? said : Json.line(content);
    int bytes = content == null ? 0 : text.getBytes(StandardCharsets.UTF_8).length;
    if (bytes <= Limits.MAX_PAYLOAD_BYTES) return;
    throw CliException.usage(
        "the payload has "
            + bytes
            + " bytes, more than the "
            + Limits.MAX_PAYLOAD_BYTES
            + " allowed",
        "put the data where the worker can fetch it, and say where");
  }
}
