package dev.swarm.consensus.formation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What m1, without data, does after it asked m2 and m3. */
class FormationDecisionTest {
  private static final Set<String> THREE = Set.of("m1", "m2", "m3");
  private static final String SEED = "0123456789abcdef";

  private final Map<String, FounderCard> answers = new HashMap<>();

  private static FounderCard card(
      String cluster, String manager, Set<String> listed, String seed, Formation formation) {
    return new FounderCard(
        cluster, manager, new TreeSet<>(listed), manager + "-nonce", seed, formation);
  }

  private static FounderCard blank(String manager) {
    return card("blue", manager, THREE, "", null);
  }

  private static FounderCard member(String manager, Formation formation) {
    return card("blue", manager, THREE, "", formation);
  }

  private static Formation formation(String... managersAndNonces) {
    Map<String, String> founders = new TreeMap<>();
    for (int i = 0; i < managersAndNonces.length; i += 2) {
      founders.put(managersAndNonces[i], managersAndNonces[i + 1]);
    }
    return new Formation(new TreeMap<>(founders));
  }

  private static final Formation OURS =
      formation("m1", "m1-nonce", "m2", "m2-nonce", "m3", "m3-nonce");

  private FormationDecision decide() {
    return FormationDecision.of(blank("m1"), answers);
  }

  private void refuses(String... words) {
    assertThat(decide())
        .isInstanceOfSatisfying(
            FormationDecision.Refuse.class,
            refusal -> assertThat(refusal.reason()).contains(words));
  }

  @Test
  void givenAManagerAlone_thenItFormsAtOnce() {
    assertThat(FormationDecision.of(card("blue", "m1", Set.of("m1"), "", null), Map.of()))
        .isEqualTo(new FormationDecision.Form(formation("m1", "m1-nonce")));
  }

  @Test
  void givenAllBlank_thenTheyForm() {
    answers.put("m2", blank("m2"));
    answers.put("m3", blank("m3"));
    assertThat(decide()).isEqualTo(new FormationDecision.Form(OURS));
  }

  @Test
  void givenOneThatDoesNotAnswer_thenItWaitsForThatOne() {
    answers.put("m2", blank("m2"));
    assertThat(decide()).isEqualTo(new FormationDecision.Wait(new TreeSet<>(Set.of("m3"))));
  }

  @Test
  void givenOneThatFormedWithThisFolder_thenTheOthersNeedNotAnswer() {
    answers.put("m2", member("m2", OURS));
    assertThat(decide()).isEqualTo(new FormationDecision.Form(OURS));
  }

  @Test
  void givenOneThatFormedWithThisFolderAndOneOfAnotherGroup_thenItFollowsTheFirst() {
    answers.put("m2", member("m2", formation("m2", "m2-nonce")));
    answers.put("m3", member("m3", OURS));
    assertThat(decide()).isEqualTo(new FormationDecision.Form(OURS));
  }

  @Test
  void givenOneThatFormedWithThisIdButAnotherFolder_thenItDoesNotVoteButComesBackAsANewMember() {
    Formation theirs = formation("m1", "old", "m2", "m2-nonce", "m3", "m3-nonce");
    answers.put("m2", member("m2", theirs));
    assertThat(decide()).isEqualTo(new FormationDecision.Rejoin(theirs));
    answers.put("m3", blank("m3"));
    assertThat(decide()).isEqualTo(new FormationDecision.Rejoin(theirs));
  }

  @Test
  void givenAClusterFormedWithoutThisId_thenItIsToJoin() {
    answers.put("m2", member("m2", formation("m2", "m2-nonce", "m3", "m3-nonce")));
    refuses("formed by [m2, m3]", "start it with join instead of managers");
  }

  @Test
  void givenAnotherCluster_thenBothNamesAreTold() {
    answers.put("m2", card("red", "m2", THREE, "", null));
    refuses("manager m2 belongs to cluster red, not to blue");
    answers.put("m2", card("red", "m2", THREE, "", OURS));
    refuses("manager m2 belongs to cluster red, not to blue");
  }

  @Test
  void givenAnotherList_thenBothAreTold() {
    answers.put("m2", card("blue", "m2", Set.of("m1", "m2"), "", null));
    refuses("manager m2 lists the managers [m1, m2], this one lists [m1, m2, m3]");
    answers.put("m2", member("m2", formation("m1", "m1-nonce", "m2", "m2-nonce")));
    refuses("lists [m1, m2, m3], but the cluster was formed by [m1, m2]");
  }

  @Test
  void givenAnotherManagerAtTheAddress_thenBothAreTold() {
    answers.put("m2", blank("m3"));
    refuses("at the address of manager m2 there is manager m3");
  }

  @Test
  void givenAnotherSeed_thenBothAreTold() {
    answers.put("m2", card("blue", "m2", THREE, SEED, null));
    refuses("begin from snapshot 0123456789ab, this one from nothing", "the same file");
  }

  @Test
  void givenTheSameSeed_thenTheyForm_andOneThatWasNotRestoredIsTold() {
    FounderCard self = card("blue", "m1", THREE, SEED, null);
    answers.put("m2", card("blue", "m2", THREE, SEED, null));
    answers.put("m3", card("blue", "m3", THREE, SEED, null));
    assertThat(FormationDecision.of(self, answers)).isEqualTo(new FormationDecision.Form(OURS));
    answers.put("m3", member("m3", formation("m1", "old", "m2", "old", "m3", "m3-nonce")));
    assertThat(FormationDecision.of(self, answers))
        .isInstanceOfSatisfying(
            FormationDecision.Refuse.class,
            refusal -> assertThat(refusal.reason()).contains("m3 still has the data from before"));
  }

  @Test
  void givenTwoFormations_thenTheirIdsDifferByNonceAndById() {
    assertThat(formation("m1", "a", "m2", "b").id())
        .isEqualTo(formation("m2", "b", "m1", "a").id())
        .isNotEqualTo(formation("m1", "a", "m2", "c").id())
        .isNotEqualTo(formation("m1", "a", "m3", "b").id())
        .isNotEqualTo(formation("m1", "b", "m2", "a").id());
  }
}
