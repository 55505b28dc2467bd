package dev.swarm.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** A field that is left out of the digest fails here, by name; so does a new one. */
class DigestTest {
  private static final Session SESSION = new Session(5, "m1", 6, 7, 8);
  private static final Worker WORKER =
      new Worker(
          Log.id("w1"),
          "d",
          new TreeMap<>(Map.of("zone", "a")),
          10,
          Availability.ACTIVE,
          SESSION,
          false,
          3,
          1_000,
          "r",
          List.of(new FormerAgent(4, 5)));
  private static final TaskSpec SPEC = Log.spec("t", "w1", 3, "x");
  private static final Task TASK =
      new Task(SPEC, 1, Log.id("w1"), false, TaskStatus.RUNNING, "m", Bytes.EMPTY, 4, 5, 6, 7);
  private static final ManagerInfo MANAGER =
      new ManagerInfo("m1", 1, "a:1", "a:2", "a:3", 100, ManagerState.ACTIVE);
  private static final Epoch EPOCH = new Epoch(1, 2, "m1", 3);
  private static final Settings SETTINGS =
      Settings.DEFAULT.with(new HeartbeatSettings(5_000, 10, 3, 6, 100, 7_000));

  @TestFactory
  Stream<DynamicTest> givenARecord_whenOneFieldDiffers_thenTheDigestDiffers() {
    return Stream.of(
            fields(WORKER, Worker::digest, Worker.class),
            fields(SESSION, session -> with(WORKER, "session", session).digest(), Session.class),
            fields(TASK, Task::digest, Task.class),
            fields(SPEC, spec -> with(TASK, "spec", spec).digest(), TaskSpec.class),
            fields(MANAGER, ManagerInfo::digest, ManagerInfo.class),
            fields(EPOCH, Epoch::digest, Epoch.class),
            fields(SETTINGS, Settings::digest, Settings.class),
            fields(
                SETTINGS.heartbeat(),
                beat -> with(SETTINGS, "heartbeat", beat).digest(),
                HeartbeatSettings.class),
            fields(
                SETTINGS.batch(),
                batch -> with(SETTINGS, "batch", batch).digest(),
                BatchSettings.class),
            fields(new ClusterInfo("demo", 4), ClusterInfo::digest, ClusterInfo.class),
            fields(
                new WorkerTasks.Removal(4, new TaskId("t")),
                removal -> removal.digest(Log.id("w1")),
                WorkerTasks.Removal.class))
        .flatMap(tests -> tests);
  }

  @TestFactory
  Stream<DynamicTest> givenASnapshot_whenOneRecordIsLeftOut_thenTheDigestDiffers() {
    Log log = Log.begun();
    SessionRef w1 = log.up("w1");
    log.apply(new Command.PutManager(MANAGER));
    log.submit("gone", "w1", 1);
    log.report(w1, "gone", 1, TaskStatus.COMPLETE);
    TaskSpec later = with(SPEC, "submittedMillis", 4_001 + Limits.MAX_FINISHED_MILLIS);
    log.apply(new Command.SubmitTasks(List.of(later)));
    assertThat(log.task("gone")).isNull();
    log.apply(new Command.Once(9, new Command.PutManager(MANAGER)));
    ClusterState.Records records = log.state().records();
    ClusterState.Records empty = ClusterState.EMPTY.records();
    long digest = records.toState().digest();
    assertThat(digest).isEqualTo(log.state().digest());
    return Stream.of(ClusterState.Records.class.getRecordComponents())
        .filter(component -> !component.getName().equals("index")) // names the state, is not in it
        .map(
            component ->
                DynamicTest.dynamicTest(
                    component.getName(),
                    () -> {
                      var without = with(records, component.getName(), read(empty, component));
                      assertThat(without.toState().digest()).isNotEqualTo(digest);
                    }));
  }

  @TestFactory
  Stream<DynamicTest> givenAHistory_whenItDiffers_thenTheDigestDiffers() {
    Log log = Log.begun();
    SessionRef w1 = log.up("w1");
    for (int i = 0; i <= Limits.MAX_REMOVALS; i++) {
      log.submit("t" + i, "w1", 1);
      log.report(w1, "t" + i, 1, TaskStatus.COMPLETE);
    }
    ClusterState.Records records = log.state().records();
    ClusterState.WorkerHistory history = records.history().get(0);
    return Stream.of(
            with(history, "compactedUpTo", history.compactedUpTo() + 1),
            with(history, "removals", history.removals().subList(1, history.removals().size())))
        .map(
            other ->
                DynamicTest.dynamicTest(
                    other.compactedUpTo() + "/" + other.removals().size(),
                    () ->
                        assertThat(with(records, "history", List.of(other)).toState().digest())
                            .isNotEqualTo(log.state().digest())));
  }

  private static <T extends Record> Stream<DynamicTest> fields(
      T record, ToLongFunction<T> digest, Class<T> type) {
    return Stream.of(type.getRecordComponents())
        .map(
            component ->
                DynamicTest.dynamicTest(
                    type.getSimpleName() + "." + component.getName(),
                    () -> {
                      Object value = another(read(record, component), component.getType());
                      T changed = with(record, component.getName(), value);
                      assertThat(changed).isNotEqualTo(record);
                      assertThat(digest.applyAsLong(changed))
                          .isNotEqualTo(digest.applyAsLong(record));
                    }));
  }

  private static Object another(Object value, Class<?> type) {
    if (type == long.class) return (Long) value + 1;
    if (type == int.class) return (Integer) value + 1;
    if (type == boolean.class) return !(Boolean) value;
    if (type == String.class) return value + "x";
    if (type == Bytes.class) return Bytes.wrap(new byte[] {1, 2, 3});
    if (type == List.class) return List.of(new FormerAgent(4, 6));
    if (type == Map.class) return Map.of("zone", "b");
    if (type == WorkerId.class) return Log.id("w2");
    if (type == TaskId.class) return new TaskId("other");
    if (type == Session.class) return new Session(9, "m1", 6, 7, 8);
    if (type == TaskSpec.class) return Log.spec("other", null, 3, "x");
    if (type == HeartbeatSettings.class) return new HeartbeatSettings(1_000, 10, 3, 6);
    if (type == BatchSettings.class) return new BatchSettings(50, 100);
    if (type.isEnum()) {
      Object[] all = type.getEnumConstants();
      return all[(((Enum<?>) value).ordinal() + 1) % all.length];
    }
    throw new AssertionError("teach this test about " + type);
  }

  private static Object read(Record record, RecordComponent component) {
    try {
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  @SuppressWarnings("unchecked")
  private static <T extends Record> T with(T record, String name, Object value) {
    try {
      RecordComponent[] components = record.getClass().getRecordComponents();
      Class<?>[] types = Stream.of(components).map(c -> c.getType()).toArray(Class<?>[]::new);
      Object[] values =
          Stream.of(components)
              .map(c -> c.getName().equals(name) ? value : read(record, c))
              .toArray();
      Constructor<?> constructor = record.getClass().getDeclaredConstructor(types);
      return (T) constructor.newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }
}
