package dev.swarm.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.swarm.bus.Endpoints;
import dev.swarm.bus.Messages.AskedMove;
import dev.swarm.bus.Messages.LinksQuery;
import dev.swarm.bus.Messages.Moves;
import dev.swarm.bus.Topics;
import dev.swarm.model.WorkerId;
import dev.swarm.v1.LinkDown;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the leader says down the link without being asked. */
class LinkMovesTest {
  private final LinkFixture fixture = new LinkFixture();
  private final List<Moves> heard = new CopyOnWriteArrayList<>();

  @BeforeEach
  void link() {
    fixture.serveAll();
    Answer.of(fixture.follower.subscribe(Topics.MOVES, heard::add));
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private Set<String> linked() {
    return Answer.of(fixture.leader.request(Endpoints.LINKS, new LinksQuery())).managers();
  }

  private static Moves moves(String holder) {
    AskedMove one = new AskedMove(new WorkerId("w1"), "m3");
    AskedMove other = new AskedMove(new WorkerId("w2"), "m1");
    return new Moves(holder, 10_000, "because", List.of(one, other));
  }

  @Test
  void givenALink_whenMovesAreAsked_thenTheFollowerThatHoldsTheWorkersHearsThemOnce() {
    fixture.link();
    fixture.leader.publish(Topics.MOVES, moves("m4"));
    fixture.leader.publish(Topics.MOVES, moves("m2"));
    await().atMost(LinkFixture.SOON).until(() -> !heard.isEmpty());
    // What is asked for afterwards is answered on the same stream: nothing more is on its way.
    Answer.of(
        fixture.follower.request(
            Endpoints.BEATS,
            new dev.swarm.bus.Messages.Beats(List.of(LinkFixture.beat("w1")), false)));
    assertThat(heard).containsExactly(moves("m2"));
  }

  @Test
  void givenALink_whenItIsLost_thenTheLeaderKnowsWhoHasOne() {
    assertThat(linked()).isEmpty();
    fixture.link();
    assertThat(linked()).containsExactly("m2");
    fixture.undeploy();
    await().atMost(LinkFixture.SOON).until(() -> linked().isEmpty());
  }

  @Test
  void
      givenAFollowerThatHasDialledAnew_whenMovesAreAsked_thenTheyGoDownTheNewestStreamOfUrgentThings() {
    LinkEnds ends = new LinkEnds(new HashMap<>());
    List<String> told = new CopyOnWriteArrayList<>();
    ends.opened("m2", false, unasked -> told.add("old"));
    ends.opened("m2", true, unasked -> told.add("old and bulky"));
    ends.opened("m2", false, unasked -> told.add("new"));
    ends.opened("m2", true, unasked -> told.add("new and bulky"));
    ends.tell(moves("m2"));
    assertThat(told).containsExactly("new");
  }

  @Test
  void givenTwoStreamsOfALink_whenOneEndsAndSaysSoTwice_thenTheLinkIsThereUntilTheOtherEnds() {
    Map<String, Integer> all = new HashMap<>();
    LinkEnds ends = new LinkEnds(all);
    Consumer<LinkDown.Builder> one = unasked -> {};
    Consumer<LinkDown.Builder> other = unasked -> {};
    ends.opened("m2", false, one);
    ends.opened("m2", false, other);
    ends.closed("m2", one);
    ends.closed("m2", one);
    assertThat(all).containsOnlyKeys("m2");
    ends.closed("m2", other);
    ends.closed("m2", other);
    assertThat(all).isEmpty();
  }
}
