package dev.swarm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FailureTest {
  private static final String CLUSTER = "GET /api/v1/cluster";
  private static final String STATUS = "{\"cluster\":\"demo\"}";

  private final FakeManager first = new FakeManager();
  private final FakeManager second = new FakeManager();
  private final Cli cli = new Cli(first, second);

  FailureTest() throws IOException {}

  @AfterEach
  void close() {
    first.close();
    second.close();
  }

  @Test
  void givenAManagerThatIsGone_whenAsked_thenTheNextOneAnswers() {
    first.close();
    second.on(CLUSTER, 200, STATUS);
    Cli.Ran ran = cli.run("status", "-o", "name");
    assertThat(ran).isEqualTo(new Cli.Ran(0, "demo\n", ""));
  }

  @Test
  void givenNoManager_whenAsked_thenItSaysWhoWasAskedAndWhatToDo() {
    first.close();
    second.close();
    Cli.Ran ran = cli.run("status");
    assertThat(ran.exit()).isEqualTo(5);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err())
        .isEqualTo(
            "error: no manager answers. Asked "
                + first.endpoint()
                + " (connection refused), "
                + second.endpoint()
                + " (connection refused).\nhint: is one running there? --endpoints or"
                + " SWARM_ENDPOINTS name the http addresses of managers\n");
    assertThat(cli.waitedSeconds()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-ojson", "-o=json", "--output=jsonl"})
  void givenNoManager_whenAskedForJson_thenTheErrorIsJsonToo(String format) {
    first.close();
    second.close();
    Cli.Ran ran = cli.run("status", format);
    assertThat(ran.err())
        .startsWith(
            "{\"error\":{\"kind\":\"NO_MANAGER\",\"message\":\"no manager answers\",\"tried\":[\"")
        .endsWith("managers\"}}\n");
  }

  @Test
  void givenAnElection_whenAsked_thenItAsksAgainUntilThereIsALeader() {
    first.refuse(CLUSTER, 503, "NO_LEADER", "no leader").refuse(CLUSTER, 503, "NO_LEADER", "x");
    second.refuse(CLUSTER, 503, "NOT_LEADER", "x").on(CLUSTER, 200, STATUS);
    assertThat(cli.run("status", "-o", "name")).isEqualTo(new Cli.Ran(0, "demo\n", ""));
    assertThat(cli.waitedSeconds()).isEqualTo(0.25);
  }

  @Test
  void givenNoLeaderForLong_whenAsked_thenItGivesUpAndSaysHowEachAnswered() {
    first.refuse(CLUSTER, 503, "NO_LEADER", "candidate, term 14");
    second.close();
    Cli.Ran ran = cli.run("status");
    assertThat(ran.exit()).isEqualTo(5);
    assertThat(ran.err())
        .startsWith(
            "error: no leader. Asked "
                + first.endpoint()
                + " (candidate, term 14), "
                + second.endpoint()
                + " (connection refused).\nhint: ");
    assertThat(cli.waitedSeconds()).isBetween(3.0, 3.5);
  }

  @Test
  void givenAClusterThatStarts_whenItsStatusIsAwaited_thenItIsThereWhenThereIsALeader()
      throws IOException {
    first.refuse(CLUSTER, 503, "NO_LEADER", "x");
    for (int i = 0; i < 15; i++) second.refuse(CLUSTER, 503, "NO_LEADER", "x");
    second.on(CLUSTER, 200, "{\"cluster\":\"demo\",\"leader\":null}");
    second.on(CLUSTER, 200, "{\"cluster\":\"new\",\"leader\":\"m1\",\"managers\":{\"total\":0}}");
    second.on(CLUSTER, 200, "{\"cluster\":\"demo\",\"leader\":\"m1\",\"managers\":{\"total\":3}}");
    Cli.Ran ran = cli.run("status", "--wait", "60s", "-o", "name");
    assertThat(ran).isEqualTo(new Cli.Ran(0, "demo\n", ""));
    assertThat(cli.waitedSeconds()).isBetween(3.0, 6.0);
  }

  @Test
  void givenNoManager_whenItsStatusIsAwaited_thenNotForEver() {
    first.close();
    second.close();
    Cli.Ran ran = cli.run("status", "--wait", "10s");
    assertThat(ran.exit()).isEqualTo(5);
    assertThat(ran.err()).startsWith("error: no manager answers. Asked ");
    assertThat(cli.waitedSeconds()).isBetween(10.0, 10.5);
  }

  @ParameterizedTest
  @CsvSource({
    "409, CONFLICT, 4",
    "409, STALE_SESSION, 4",
    "429, OVERLOADED, 1",
    "404, NOT_FOUND, 3",
    "400, BAD_REQUEST, 2",
    "403, DENIED, 7",
    "504, TIMEOUT, 6",
    "500, INTERNAL, 1"
  })
  void givenARefusal_whenAsked_thenTheExitCodeSaysItsKindAndNobodyElseIsAsked(
      int status, String kind, int exit) {
    first.refuse(CLUSTER, status, kind, "because");
    Cli.Ran ran = cli.run("status");
    assertThat(ran.exit()).isEqualTo(exit);
    assertThat(ran.err()).startsWith("error: because. Asked " + first.endpoint() + ".\n");
    assertThat(second.asked()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"<html>", "", "[1]", "{} {}", "{\"a\":"})
  void givenSomethingElseAtTheAddress_whenAsked_thenItSaysSo(String answer) {
    first.on(CLUSTER, 200, answer);
    Cli.Ran ran = cli.run("status");
    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.err()).contains("is not one of a Swarm manager").doesNotContain("Exception");
  }

  @Test
  void givenNothing_whenRun_thenHelpIsShownAndTheExitCodeIsUsage() {
    Cli.Ran ran = cli.run();
    assertThat(ran.exit()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).startsWith("Usage: swarm").contains("worker", "-conf FILE");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "wrker ls          | did you mean worker",
        "worker            | Missing required subcommand",
        "worker lss        | swarm worker has no command 'lss'",
        "worker lss        | did you mean ls",
        "worker ls --limit 0 | --limit 0 must be at least 1",
        "task ls --limit -1  | --limit -1 must be at least 1",
        "status --wait 5   | \"5\" is not a duration",
        "worker ls --limt 3| did you mean --limit",
        "status -o yaml    | 'yaml' is not one of table, wide, json, jsonl, name",
        "status --endpoints :x | endpoint",
        "task inspect      | Missing required parameter: 'ID'",
        "task inspect No!  | 'No!' is not an id",
        "task run          | no command",
        "task run --kind discard -- x | a command is only for kind process",
        "task run --payload x -- x | --payload is not for kind process",
        "task run --count 0 -- x | --count 0 is outside 1..10000",
        "task run --timeout 5 -- x | \"5\" is not a duration",
        "task run --stdin @/none -- x | --stdin @/none cannot be read",
        "completion fish   | no completion for 'fish'"
      })
  void givenWrongWords_whenRun_thenTheyAreExplainedWithoutAskingAnyone(String line, String text) {
    Cli.Ran ran = cli.run(line.trim().split(" +"));
    assertThat(ran.exit()).isEqualTo(2);
    assertThat(ran.err()).startsWith("error: ").contains(text).doesNotContain("Exception");
    assertThat(ran.out()).isEmpty();
    assertThat(first.asked()).isEmpty();
  }

  @Test
  void givenHelp_whenAskedFor_thenItIsDataAndDone() {
    assertThat(cli.run("task", "run", "--help").out()).startsWith("Usage: swarm task run");
    assertThat(cli.run("--help").exit()).isZero();
    assertThat(cli.run("-V")).isEqualTo(new Cli.Ran(0, "swarm development\n", ""));
    assertThat(cli.run("version", "-o", "name").out()).isEqualTo("development\n");
  }

  @Test
  void givenAShell_whenCompletionIsPrinted_thenItKnowsTheCommands() {
    assertThat(cli.run("completion", "bash").out())
        .startsWith("#!/usr/bin/env bash")
        .contains("--max-attempts", "validate");
  }

  @Test
  void givenFiles_whenValidated_thenAllProblemsOfAllAreNamed(@TempDir Path dir) throws IOException {
    Path wrong = Files.writeString(dir.resolve("wrong.json"), "{\"role\":\"manager\",\n\"idd\":1}");
    String right = "conf/manager-1.json";
    Cli.Ran ran = cli.run("config", "validate", right, wrong.toString(), dir + "/none.json");
    assertThat(ran.exit()).isEqualTo(2);
    assertThat(ran.out()).isEqualTo(right + ": ok, manager m1 with 2 others, cluster demo\n");
    assertThat(ran.err().lines().map(String::trim))
        .anyMatch(line -> line.startsWith("error: " + wrong + ":2:1: idd: unknown key"))
        .anyMatch(line -> line.endsWith("cluster: is missing"))
        .anyMatch(line -> line.equals(dir + "/none.json: there is no such file"));
    assertThat(cli.run("config", "validate", right).exit()).isZero();
  }

  @Test
  void givenAVariableForAKey_whenAFileIsValidated_thenItCounts() {
    Cli.Ran ran =
        new Cli().with("SWARM_HTTP_PORT", "x").run("config", "validate", "conf/manager.json");
    assertThat(ran.exit()).isEqualTo(2);
    assertThat(ran.err()).startsWith("error: SWARM_HTTP_PORT: http.port: ");
  }
}
