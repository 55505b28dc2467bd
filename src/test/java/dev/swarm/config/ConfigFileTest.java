package dev.swarm.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.swarm.model.BatchSettings;
import dev.swarm.model.HeartbeatSettings;
import dev.swarm.model.Settings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigFileTest {
  private static final String ALONE = "'role':'manager','id':'m1','cluster':'demo','dataDir':'d'";
  private static final String WORKER =
      "'role':'worker','id':'w1','cluster':'demo','dataDir':'d','managers':['h:7001']";

  private static String three(String more) {
    return ALONE
        + ",'managers':["
        + "{'id':'m1','api':'127.0.0.1:7001','raft':'127.0.0.1:7101','http':'127.0.0.1:7201'},"
        + "{'id':'m2','api':'127.0.0.1:7002','raft':'127.0.0.1:7102','http':'127.0.0.1:7202'},"
        + "{'id':'m3','api':'127.0.0.1:7003','raft':'127.0.0.1:7103','http':'127.0.0.1:7203'}]"
        + more;
  }

  private static NodeConfig parse(String inside, Map<String, String> env, Properties system) {
    byte[] text = ("{" + inside.replace('\'', '"') + "}").getBytes(StandardCharsets.UTF_8);
    return ConfigFile.parse("f.json", text, env, system);
  }

  private static NodeConfig parse(String inside) {
    return parse(inside, Map.of(), new Properties());
  }

  private static ManagerConfig manager(String inside) {
    return (ManagerConfig) parse(inside);
  }

  private static WorkerConfig worker(String inside) {
    return (WorkerConfig) parse(inside);
  }

  /** Each problem as {@code path: reason}. */
  private static List<String> problems(String inside) {
    return problems(inside, Map.of()).stream().map(p -> p.path() + ": " + p.reason()).toList();
  }

  private static List<Problem> problems(String inside, Map<String, String> env) {
    var failure =
        catchThrowableOfType(ConfigException.class, () -> parse(inside, env, new Properties()));
    assertThat(failure).as("refused").isNotNull();
    return failure.problems();
  }

  @Nested
  class GivenAManager {

    @Test
    void whenItJoins_thenItListsNobodyAndAsksThese() {
      ManagerConfig config = manager(ALONE + ",'join':['h:7002','[::1]:7003']");
      assertThat(config.managers()).isEmpty();
      assertThat(config.join()).containsExactly(new Address("h", 7002), new Address("::1", 7003));
      assertThat(
              ((ManagerConfig) parse(ALONE, Map.of("SWARM_JOIN", "h:1,h:2"), new Properties()))
                  .join())
          .containsExactly(new Address("h", 1), new Address("h", 2));
    }

    @Test
    void whenItJoinsWrongly_thenThatIsOneClearProblemEach() {
      assertThat(problems(three(",'join':['h:7001']")))
          .containsExactly(
              "join: becomes a member of a cluster that runs, managers forms a new one: leave one"
                  + " of them out");
      assertThat(problems(ALONE + ",'join':[]")).containsExactly("join: at least one is needed");
      assertThat(problems(ALONE + ",'join':['h']"))
          .containsExactly("join[0]: \"h\" has no port, write host:port");
      assertThat(problems(ALONE + ",'join':['h:1','127.0.0.1:7001','h:1']"))
          .containsExactly(
              "join[1]: 127.0.0.1:7001 is our own api: name managers that run",
              "join[2]: h:1 is listed twice");
    }

    @Test
    void whenOnlyWhatMustBeSaidIsSaid_thenItIsAloneWithDefaults() {
      ManagerConfig config = manager(ALONE);
      assertThat(config.id()).isEqualTo("m1");
      assertThat(config.cluster()).isEqualTo("demo");
      assertThat(config.dataDir()).isEqualTo(Path.of("d"));
      assertThat(config.api()).isEqualTo(Listener.at("127.0.0.1", 7001));
      assertThat(config.http()).isEqualTo(Listener.at("127.0.0.1", 7201));
      assertThat(config.raft())
          .isEqualTo(
              new RaftConfig(
                  Listener.at("127.0.0.1", 7101), 500, 1_000, RaftConfig.DEFAULT_SNAPSHOT_EVERY));
      assertThat(config.settings()).isEqualTo(Settings.DEFAULT);
      assertThat(config.managers())
          .containsExactly(
              new ManagerEntry(
                  "m1",
                  new Address("127.0.0.1", 7001),
                  new Address("127.0.0.1", 7101),
                  new Address("127.0.0.1", 7201)));
    }

    @Test
    void whenEverythingIsSaid_thenEverythingIsThere() {
      ManagerConfig config =
          manager(
              three(
                  ",'$schema':'x','api':{'host':'0.0.0.0','advertise':'127.0.0.1'},"
                      + "'raft':{'electionTimeoutMin':'1s','electionTimeoutMax':'2s'},"
                      + "'snapshot':{'everyEntries':500},"
                      + "'settings':{'heartbeat':{'period':'2s','jitter':'20%','ttlMultiplier':6,"
                      + "'failoverMultiplier':7},'batch':{'maxDelay':'50ms','maxSize':10}}"));
      assertThat(config.api().host()).isEqualTo("0.0.0.0");
      assertThat(config.api().advertise()).hasToString("127.0.0.1:7001");
      assertThat(config.raft().electionTimeoutMinMillis()).isEqualTo(1_000);
      assertThat(config.raft().electionTimeoutMaxMillis()).isEqualTo(2_000);
      assertThat(config.raft().snapshotEveryEntries()).isEqualTo(500);
      assertThat(config.settings())
          .isEqualTo(
              new Settings(new HeartbeatSettings(2_000, 20, 6, 7), new BatchSettings(50, 10), 0));
      assertThat(config.managers()).extracting(ManagerEntry::id).containsExactly("m1", "m2", "m3");
    }

    @Test
    void whenItListensEverywhere_thenItsOwnEntrySaysWhereItIsFound() {
      ManagerConfig config = manager(three(",'api':{'host':'0.0.0.0'}"));
      assertThat(config.api().advertise()).hasToString("127.0.0.1:7001");
    }

    @Test
    void whenItListensEverywhereAlone_thenItMustSayWhereItIsFound() {
      assertThat(problems(ALONE + ",'http':{'host':'0.0.0.0'}"))
          .containsExactly(
              "http.advertise: is missing: host 0.0.0.0 does not say where others find us");
    }

    @Test
    void whenItIsAlone_thenPortsMayBePickedLater() {
      ManagerConfig config =
          manager(ALONE + ",'api':{'port':0},'raft':{'port':0},'http':{'port':0}");
      assertThat(config.api().port()).isZero();
    }

    @Test
    void whenItIsNotAlone_thenAPortPickedLaterIsNotWhereOthersLookForIt() {
      assertThat(problems(three(",'api':{'port':0}")))
          .singleElement()
          .asString()
          .startsWith("managers[0].api: 127.0.0.1:7001 is not where our own api is found");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4, 6, 7})
    void whenThereIsAnotherNumberOfManagers_thenItIsRefusedWithTheReason(int number) {
      var list = new StringBuilder();
      for (int n = 1; n <= number; n++) {
        String entry =
            "{'id':'m%d','api':'127.0.0.1:%d','raft':'127.0.0.1:%d','http':'127.0.0.1:%d'},";
        list.append(String.format(entry, n, 7000 + n, 7100 + n, 7200 + n));
      }
      list.setLength(list.length() - 1);
      assertThat(problems(ALONE + ",'managers':[" + list + "]"))
          .singleElement()
          .asString()
          .startsWith("managers: " + number + " managers: must be 1, 3 or 5; ");
    }

    @Test
    void whenTheListOfManagersIsEmpty_thenThatIsTheOnlyProblem() {
      assertThat(problems(ALONE + ",'managers':[]"))
          .containsExactly(
              "managers: 0 managers: must be 1, 3 or 5; leave the key out for a manager alone");
    }

    @Test
    void whenItsIdIsNotListed_thenTheIdsThatAreAreNamed() {
      assertThat(problems(three("").replace("'id':'m1','cluster'", "'id':'m9','cluster'")))
          .containsExactly("managers: do not contain our own id m9 (they are m1, m2, m3)");
    }

    @Test
    void whenItsOwnEntrySaysSomethingElse_thenBothAreNamed() {
      assertThat(problems(three(",'api':{'port':7009}")))
          .containsExactly(
              "managers[0].api: 127.0.0.1:7001 is not where our own api is found, 127.0.0.1:7009"
                  + " (change one of them, or set api.advertise)");
    }

    @Test
    void whenIdsAndAddressesAreListedTwice_thenEachIsNamed() {
      assertThat(
              problems(
                  three("")
                      .replace("'id':'m3'", "'id':'m2'")
                      .replace("127.0.0.1:7203", "127.0.0.1:7002")))
          .containsExactly(
              "managers[2].id: m2 is already managers[1].id",
              "managers[2].http: 127.0.0.1:7002 is already managers[1].api");
    }

    @Test
    void whenTwoOfItsPortsAreTheSame_thenItIsRefused() {
      assertThat(problems(ALONE + ",'http':{'port':7001}"))
          .contains("http.port: 7001 is already api.port");
    }

    @Test
    void whenSettingsContradictOneAnother_thenTheModelsReasonIsGivenWithTheWholePath() {
      assertThat(
              problems(
                  ALONE + ",'settings':{'heartbeat':{'ttlMultiplier':7,'failoverMultiplier':7}}"))
          .containsExactly(
              "settings.heartbeat.failoverMultiplier: 7 must be greater than ttlMultiplier 7");
    }

    @Test
    void whenAnElectionMayOutlastATtl_thenItIsRefusedWithTheArithmetic() {
      assertThat(problems(ALONE + ",'settings':{'heartbeat':{'period':'1999ms'}}"))
          .containsExactly(
              "settings.heartbeat.period: 1999ms × ttlMultiplier 3 is 5997ms, must be at least"
                  + " 6 × raft.electionTimeoutMax = 6s");
      assertThat(manager(ALONE + ",'settings':{'heartbeat':{'period':'2s'}}")).isNotNull();
    }

    @Test
    void whenTheLongestElectionTimeoutIsNotTheLonger_thenItIsRefused() {
      assertThat(problems(ALONE + ",'raft':{'electionTimeoutMin':'1s'}"))
          .containsExactly("raft.electionTimeoutMax: 1s must be longer than electionTimeoutMin 1s");
    }

    @Test
    void whenManyThingsAreWrong_thenAllAreNamedAtOnceInTheOrderOfTheFile() {
      assertThat(
              problems(
                  three(
                      ",\n'clutser':'x',\n'api':{'port':'7001','hots':'h'},\n'dataDirs':1,"
                          + "\n'settings':{'heartbeat':{'jiter':'1%','period':'5','ttlMultiplier':1},"
                          + "\n'batch':{'maxSize':0}},\n'http':[],\n'raft':{'port':70000}")))
          .satisfiesExactly(
              p ->
                  assertThat(p).startsWith("clutser: unknown key, did you mean cluster? (allowed:"),
              p ->
                  assertThat(p)
                      .isEqualTo("api.port: \"7001\" is not allowed, expected a whole number"),
              p -> assertThat(p).startsWith("api.hots: unknown key, did you mean host? (allowed:"),
              p -> assertThat(p).startsWith("dataDirs: unknown key, did you mean dataDir?"),
              p ->
                  assertThat(p)
                      .isEqualTo(
                          "settings.heartbeat.jiter: unknown key, did you mean jitter? (allowed:"
                              + " period, jitter, ttlMultiplier, failoverMultiplier,"
                              + " maxPerSecond)"),
              p -> assertThat(p).startsWith("settings.heartbeat.period: \"5\" is not a duration"),
              p -> assertThat(p).isEqualTo("settings.heartbeat.ttlMultiplier: 1 is outside 2..20"),
              p -> assertThat(p).isEqualTo("settings.batch.maxSize: 0 is outside 1..10000"),
              p ->
                  assertThat(p)
                      .isEqualTo("http: a list is not allowed, expected an object { ... }"),
              p -> assertThat(p).isEqualTo("raft.port: 70000 is outside 0..65535"));
    }

    @Test
    void whenAValueIsWrong_thenContradictionsElsewhereAreStillFound() {
      assertThat(problems(three(",'http':{'port':-1}").replace("'id':'m3'", "'id':'m2'")))
          .containsExactlyInAnyOrder(
              "http.port: -1 is outside 0..65535", "managers[2].id: m2 is already managers[1].id");
    }
  }

  @Nested
  class GivenAWorker {

    @Test
    void whenOnlyWhatMustBeSaidIsSaid_thenTheRestIsPreset() {
      WorkerConfig config = worker(WORKER);
      assertThat(config)
          .isEqualTo(
              new WorkerConfig(
                  "w1",
                  "demo",
                  Path.of("d"),
                  List.of(new Address("h", 7001)),
                  Map.of(),
                  1,
                  1,
                  new ExecutorConfig(ExecutorConfig.Kind.PROCESS, null, 0),
                  "",
                  null));
      assertThat(config.agentIds()).containsExactly("w1");
    }

    @Test
    void whenItHasManyAgents_thenTheirIdsAreNumberedWithEqualWidth() {
      assertThat(worker(WORKER + ",'count':100").agentIds())
          .hasSize(100)
          .startsWith("w1-001", "w1-002")
          .endsWith("w1-099", "w1-100");
      assertThat(worker(WORKER + ",'count':10000").agentIds()).startsWith("w1-00001");
    }

    @Test
    void whenItsIdLeavesNoRoomForNumbers_thenItIsRefused() {
      String longest = "w".repeat(64);
      String named = WORKER.replace("w1", longest);
      assertThat(worker(named).id()).isEqualTo(longest);
      assertThat(problems(named + ",'count':2"))
          .containsExactly("id: " + longest + " is too long to be numbered up to 2");
    }

    @Test
    void whenTheExecutorDiscards_thenItMayHaveADelay() {
      WorkerConfig config = worker(WORKER + ",'executor':{'kind':'discard','delay':'5ms'}");
      assertThat(config.executor())
          .isEqualTo(new ExecutorConfig(ExecutorConfig.Kind.DISCARD, null, 5));
    }

    @Test
    void whenWhatBelongsTogetherIsNotTogether_thenItIsRefused() {
      assertThat(problems(WORKER + ",'executor':{'kind':'eventbus'}"))
          .containsExactly("executor.address: is missing, kind eventbus needs it");
      assertThat(problems(WORKER + ",'executor':{'address':'a'}"))
          .containsExactly("executor.address: is only for kind eventbus, not for process");
      assertThat(problems(WORKER + ",'executor':{'delay':'5ms'}"))
          .containsExactly("executor.delay: is only for kind discard, not for process");
      assertThat(problems(WORKER + ",'executor':{'kind':'proces'}"))
          .containsExactly(
              "executor.kind: \"proces\" is not one of process, eventbus, discard, did you mean"
                  + " process?");
    }

    @Test
    void whenCountOrSlotsAreOutOfRange_thenBothAreNamed() {
      assertThat(problems(WORKER + ",'count':10001,'slots':0"))
          .containsExactly("count: 10001 is outside 1..10000", "slots: 0 is outside 1..10000");
    }

    @Test
    void whenItKnowsNoManager_thenItIsRefused() {
      assertThat(problems(WORKER.replace("['h:7001']", "[]")))
          .containsExactly("managers: at least one is needed");
      assertThat(problems(WORKER.replace("['h:7001']", "['h:1','h:1']")))
          .containsExactly("managers: one address is listed twice");
      assertThat(problems(WORKER.replace("['h:7001']", "['h',7,'h:1']")))
          .containsExactly(
              "managers[0]: \"h\" has no port, write host:port",
              "managers[1]: 7 is not allowed, expected text");
    }

    @Test
    void whenLabelsAreTooManyOrTooLong_thenItIsRefused() {
      String many = String.join(",", Arrays.stream(new int[65]).mapToObj(i -> "").toList());
      var labels = new StringBuilder();
      for (int n = 0; n < many.length() + 1; n++) labels.append("'k").append(n).append("':'v',");
      labels.setLength(labels.length() - 1);
      assertThat(problems(WORKER + ",'labels':{" + labels + "}"))
          .containsExactly("labels: 65 are more than the 64 allowed");
      assertThat(problems(WORKER + ",'labels':{'k':'" + "ä".repeat(129) + "'}"))
          .containsExactly("labels.k: has 258 bytes, more than the 256 allowed");
      assertThat(problems(WORKER + ",'labels':{'k':1}"))
          .containsExactly("labels.k: 1 is not allowed, expected text");
    }
  }

  @Nested
  class GivenValuesOutsideTheFile {

    @Test
    void whenTheEnvironmentSaysAValue_thenItCountsMoreThanTheFile() {
      var env = Map.of("SWARM_HTTP_PORT", "7301", "SWARM_SETTINGS_HEARTBEAT_TTL_MULTIPLIER", "4");
      var config = (ManagerConfig) parse(ALONE + ",'http':{'port':7209}", env, new Properties());
      assertThat(config.http().port()).isEqualTo(7301);
      assertThat(config.settings().heartbeat().ttlMultiplier()).isEqualTo(4);
    }

    @Test
    void whenASystemPropertySaysAValueToo_thenItCountsMost() {
      var system = new Properties();
      system.setProperty("swarm.http.port", "7302");
      var config = (ManagerConfig) parse(ALONE, Map.of("SWARM_HTTP_PORT", "7301"), system);
      assertThat(config.http().port()).isEqualTo(7302);
    }

    @Test
    void whenWhatMustBeSaidIsSaidThere_thenTheFileNeedNotSayIt() {
      var env =
          Map.of(
              "SWARM_ROLE", "worker",
              "SWARM_ID", "w7",
              "SWARM_CLUSTER", "demo",
              "SWARM_DATA_DIR", "/data",
              "SWARM_MANAGERS", "m1:7001, m2:7001");
      var config = (WorkerConfig) parse("", env, new Properties());
      assertThat(config.id()).isEqualTo("w7");
      assertThat(config.dataDir()).isEqualTo(Path.of("/data"));
      assertThat(config.managers())
          .containsExactly(new Address("m1", 7001), new Address("m2", 7001));
    }

    @Test
    void whenAValueThereIsWrong_thenTheVariableIsNamed() {
      assertThat(problems(ALONE, Map.of("SWARM_HTTP_PORT", "many")))
          .containsExactly(
              new Problem(
                  "SWARM_HTTP_PORT",
                  "http.port",
                  "\"many\" is not allowed, expected a whole number"));
    }

    @Test
    void whenANameIsNotOneOfOurs_thenItIsIgnored() {
      var env = Map.of("SWARM_ENDPOINTS", "x", "SWARM_PORT_7001_TCP", "tcp://x");
      assertThat(parse(ALONE, env, new Properties())).isEqualTo(parse(ALONE));
    }
  }

  @Nested
  class GivenAFileThatIsNotJson {

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "{\"role\": \"manager\",, }| f.json:1:",
          "{\\n  \"role\": manager\\n}| f.json:2:",
          "{\"role\": \"manager\"| f.json:1:",
          "{\"a\":1,\"a\":2}| f.json:1:",
          "{} {}| f.json:1:4: nothing may follow",
          "[]| f.json:1:1: must be one JSON object",
          "''| f.json:1:",
          "{\"a\": 01}| f.json:1:",
          "{'a': 1}| f.json:1:",
          "{\"a\": NaN}| f.json:1:"
        },
        quoteCharacter = '`')
    void whenRead_thenTheOnlyProblemSaysWhere(String text, String start) {
      String unquoted = text.equals("''") ? "" : text.replace("\\n", "\n");
      var failure =
          catchThrowableOfType(
              ConfigException.class,
              () ->
                  ConfigFile.parse(
                      "f.json",
                      unquoted.getBytes(StandardCharsets.UTF_8),
                      Map.of(),
                      new Properties()));
      assertThat(failure).hasMessageStartingWith(start.trim());
      assertThat(failure.problems()).hasSize(1);
    }

    @Test
    void whenItIsNestedWithoutEnd_thenItIsRefused() {
      byte[] deep = "{\"a\":".repeat(100_000).getBytes(StandardCharsets.UTF_8);
      var failure =
          catchThrowableOfType(
              ConfigException.class,
              () -> ConfigFile.parse("f.json", deep, Map.of(), new Properties()));
      assertThat(failure).hasMessageContaining("not valid JSON");
    }

    @Test
    void whenANumberIsAbsurd_thenItIsRefusedQuickly() {
      assertThat(problems(WORKER + ",'count':1e999999999"))
          .containsExactly("count: 1E+999999999 is outside 1..10000");
      assertThat(problems(WORKER + ",'count':1e-999999999"))
          .containsExactly("count: 1E-999999999 is not a whole number");
      assertThat(worker(WORKER + ",'count':10e1").count()).isEqualTo(100);
    }

    @Test
    void whenAProblemIsInTheFile_thenItsLineIsNamed() {
      assertThat(problems("\n'role':'manager',\n  'id':'M1','cluster':'c','dataDir':'d'", Map.of()))
          .containsExactly(
              new Problem(
                  "f.json:3:3", "id", "manager id 'M1' must match [a-z0-9][a-z0-9._-]{0,63}"));
    }
  }

  @Nested
  class GivenAnythingElse {

    @Test
    void whenTheRoleIsMissingOrUnknown_thenWhatIsAllowedIsSaid() {
      assertThat(problems("'id':'x'"))
          .containsExactly("role: is missing, must be manager or worker");
      assertThat(problems("'role':'manger'"))
          .containsExactly("role: \"manger\" is not one of manager, worker, did you mean manager?");
    }

    @Test
    void whenWhatMustBeSaidIsMissing_thenAllOfItIsNamed() {
      assertThat(problems("'role':'worker'"))
          .containsExactlyInAnyOrder(
              "id: is missing",
              "cluster: is missing",
              "dataDir: is missing",
              "managers: is missing");
      assertThat(problems("'role':'manager','id':null,'cluster':'','dataDir':7"))
          .containsExactly(
              "id: null is not allowed, expected id",
              "cluster: must not be empty",
              "dataDir: 7 is not allowed, expected text");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "unsafeFlush",
          "asyncFlush",
          "corruptionPolicy",
          "memberMajorityAdd",
          "useMemory"
        })
    void whenRaftIsToBeMadeUnsafe_thenThereIsNoSuchKey(String key) {
      assertThat(problems(ALONE + ",'raft':{'" + key + "':true}"))
          .singleElement()
          .asString()
          .startsWith("raft." + key + ": unknown key, ");
    }

    @Test
    void whenThereIsNoFile_thenItIsSaidInOneLine(@TempDir Path dir) {
      Path file = dir.resolve("none.json");
      var failure =
          catchThrowableOfType(
              ConfigException.class, () -> ConfigFile.load(file, Map.of(), new Properties()));
      assertThat(failure).hasMessage(file + ": there is no such file");
    }

    @Test
    void whenItIsAFolderOrTooLarge_thenItIsSaidInOneLine(@TempDir Path dir) throws Exception {
      Path large = Files.write(dir.resolve("large"), new byte[ConfigFile.MAX_BYTES + 1]);
      for (Path file : List.of(dir, large)) {
        var failure =
            catchThrowableOfType(
                ConfigException.class, () -> ConfigFile.load(file, Map.of(), new Properties()));
        assertThat(failure.getMessage()).startsWith(file + ": ").hasLineCount(1);
      }
    }
  }
}
