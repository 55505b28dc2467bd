package dev.swarm.membership;

import static dev.swarm.sim.FakeConsensus.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.swarm.model.ManagerInfo;
import dev.swarm.model.ManagerState;
import io.vertx.core.Vertx;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who is let in by what answers at its addresses, over real gRPC. */
class IntroductionTest {
  private final Vertx vertx = Vertx.vertx();
  private final Dialler dialler = new Dialler(vertx);
  private final Introduction introduction = new Introduction("demo", dialler);

  @AfterEach
  void close() {
    dialler.close();
    get(vertx.close());
  }

  private Asked at(String nonce) {
    return Asked.start(vertx).is("m2", nonce);
  }

  private static ManagerInfo wish(String nonce, String api, String raft) {
    return ManagerInfo.joining("m2", nonce, api, raft, "h:3");
  }

  private static ManagerInfo member(String nonce, String api, String raft) {
    return wish(nonce, api, raft).as(7).in(ManagerState.ACTIVE);
  }

  @Test
  void givenAMemberThatCanBeReachedAtTwoAddresses_whenItSaysTheOther_thenItIsNotTakenForTwo() {
    String one = at("f2").address;
    String other = at("f2").address;
    assertThat(get(introduction.check(wish("f2", other, "r:1"), member("f2", one, "r:1"))))
        .isNotNull();
  }

  @Test
  void givenABlankFolderReachedAtTwoAddresses_whenItComesInThePlaceOfALostDisk_thenItIsAdmitted() {
    String one = at("new").address;
    String other = at("new").address;
    assertThat(get(introduction.check(wish("new", other, other), member("lost", one, "r:1"))))
        .isNotNull();
  }

  @Test
  void givenAMemberThatAnswers_whenAnotherFolderOfItsNameComesFromElsewhere_thenItIsRefused() {
    String member = at("f2").address;
    String thief = at("new").address;
    assertThatThrownBy(
            () -> get(introduction.check(wish("new", thief, thief), member("f2", member, "r:1"))))
        .hasMessageContaining("manager m2 is a member and answers at " + member);
  }

  @Test
  void givenAMemberThatIsGone_whenAnotherFolderOfItsNameComesFromElsewhere_thenItIsAdmitted() {
    String heir = at("new").address;
    String gone = "127.0.0.1:1";
    assertThat(get(introduction.check(wish("new", heir, heir), member("lost", gone, "r:1"))))
        .isNotNull();
  }

  @Test
  void givenAnotherManagerWhereTheMemberWas_whenItComesFromElsewhere_thenItIsAdmitted() {
    String heir = at("f2").address;
    String taken = Asked.start(vertx).is("m3", "f3").address;
    assertThat(get(introduction.check(wish("f2", heir, "r:1"), member("f2", taken, "r:1"))))
        .isNotNull();
  }

  @Test
  void givenAnotherFolderAtTheAddressThatIsSaid_whenItWantsToJoin_thenItIsRefused() {
    String api = at("f2").address;
    String raft = at("new").address;
    assertThatThrownBy(() -> get(introduction.check(wish("f2", api, raft), null)))
        .hasMessageContaining("at its raft address " + raft)
        .hasMessageContaining("there is another manager m2, with another data folder");
  }
}
