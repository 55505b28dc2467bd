package dev.swarm.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TaskMapTest {
  private static TaskId id(int number) {
    // Two thirds of the ids differ only behind their heads.
    return new TaskId(number % 3 == 0 ? "t-" + number : "t-common-" + number);
  }

  private static void assertSame(TaskMap<Integer> map, TreeMap<TaskId, Integer> expected) {
    assertThat(map).hasSize(expected.size());
    assertThat(new ArrayList<>(map.entrySet())).isEqualTo(new ArrayList<>(expected.entrySet()));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 40, 5_000})
  void givenRandomSteps_thenItIsAlwaysWhatASortedMapIs(int ids) {
    Random random = new Random(ids);
    TreeMap<TaskId, Integer> expected = new TreeMap<>();
    TaskMap<Integer> map = TaskMap.empty();
    for (int step = 0; step < 20_000; step++) {
      TaskId id = id(random.nextInt(ids));
      boolean growing = step / 4_000 % 2 == 0;
      if (random.nextInt(10) < (growing ? 8 : 2)) {
        map = map.plus(id, step);
        expected.put(id, step);
      } else {
        map = map.minus(id);
        expected.remove(id);
      }
      TaskId other = id(random.nextInt(ids));
      assertThat(map.get(other)).isEqualTo(expected.get(other));
      assertThat(map.size()).isEqualTo(expected.size());
      if (step % 500 == 0) assertSame(map, expected);
    }
    for (TaskId id : List.copyOf(expected.keySet())) map = map.minus(id);
    assertThat(map).isEqualTo(Map.of());
  }

  @Test
  void givenAMap_whenOthersAreMadeOfIt_thenItStaysAsItIs() {
    TaskMap<Integer> map = TaskMap.empty();
    TreeMap<TaskId, Integer> expected = new TreeMap<>();
    for (int i = 0; i < 2_000; i++) {
      map = map.plus(id(i), i);
      expected.put(id(i), i);
    }
    TaskMap<Integer> other = map;
    for (int i = 0; i < 4_000; i++) other = i % 2 == 0 ? other.minus(id(i)) : other.plus(id(i), -i);
    assertSame(map, expected);
    assertThat(other.get(id(3))).isEqualTo(-3);
  }

  @Test
  void givenAnId_thenWhatComesAfterItIsTold() {
    TreeMap<TaskId, Integer> expected = new TreeMap<>();
    TaskMap<Integer> map = TaskMap.empty();
    for (int i = 0; i < 3_000; i += 2) {
      map = map.plus(id(i), i);
      expected.put(id(i), i);
    }
    for (int i = 0; i < 3_100; i += 7) {
      List<Map.Entry<TaskId, Integer>> after = new ArrayList<>();
      map.after(id(i)).forEach(after::add);
      assertThat(after).isEqualTo(new ArrayList<>(expected.tailMap(id(i), false).entrySet()));
    }
  }
}
