package dev.swarm.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class NamesTest {
  private static final String CHARS = "abz019._-";

  private static final List<String> EDGES =
      List.of(
          "",
          "a",
          "0",
          "-a",
          ".a",
          "_a",
          "A",
          "aB",
          "a b",
          "ä",
          "aä",
          "a\n",
          "a/b",
          "a~",
          "a`",
          "a{",
          "a:",
          "x".repeat(64),
          "x".repeat(65));

  @Test
  void givenTextsOfAllKinds_whenChecked_thenThoseThatMatchThePatternAreValid() {
    Pattern pattern = Pattern.compile(Names.PATTERN);
    for (String text : EDGES)
      assertEquals(pattern.matcher(text).matches(), Names.valid(text), text);
    assertEquals(false, Names.valid(null));
  }

  @Test
  void givenIds_whenSorted_thenTheyAreInTheOrderOfTheirTexts() {
    Random random = new Random(7);
    List<String> texts = new ArrayList<>(List.of("a", "a-", "a0", "aa"));
    for (int i = 0; i < 2_000; i++) texts.add(text(random));
    List<String> sorted = texts.stream().sorted().toList();
    assertEquals(
        sorted, texts.stream().map(TaskId::new).sorted().map(TaskId::value).toList(), "tasks");
    assertEquals(
        sorted,
        texts.stream().map(WorkerId::new).sorted().map(WorkerId::value).toList(),
        "workers");
  }

  /** Long common beginnings, so that some differ only behind the head. */
  private static String text(Random random) {
    StringBuilder text = new StringBuilder("a".repeat(random.nextInt(12)) + "b");
    int more = random.nextInt(4);
    for (int i = 0; i < more; i++) text.append(CHARS.charAt(random.nextInt(CHARS.length())));
    return text.toString();
  }
}
