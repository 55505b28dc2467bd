package dev.swarm.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swarm.model.ClusterState;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is heard of a log that is opened again. */
class ToldTest implements LogOwner {
  private final List<String> heard = new ArrayList<>();
  private final Told told = new Told(this);

  private static ClusterState.Applied entry(long index) {
    return ClusterState.EMPTY.apply(index, List.of(Tasks.submit("t" + index, 10)));
  }

  private static ClusterState state(long index) {
    return entry(index).state();
  }

  private void before() {
    told.replaced(ClusterState.EMPTY);
    told.applied(entry(1));
    told.replaced(state(5));
    told.applied(entry(6));
    assertThat(heard).containsExactly("replaced 0", "applied 1", "replaced 5", "applied 6");
    heard.clear();
  }

  @Test
  void givenARightState_whenItIsReadAgain_thenOnlyWhatIsNewIsHeard() {
    before();
    told.replaced(state(3));
    for (long index = 4; index <= 7; index++) told.applied(entry(index));
    assertThat(heard).containsExactly("applied 7");
  }

  @Test
  void givenAWrongState_whenItIsReadAgain_thenThatIsHeardAsSoonAsItIsAsFar() {
    before();
    told.wrong();
    told.replaced(state(3));
    told.applied(entry(4));
    assertThat(told.isWrong()).isTrue();
    assertThat(heard).isEmpty();
    told.applied(entry(6));
    told.applied(entry(7));
    assertThat(heard).containsExactly("mended 6", "applied 7");
    assertThat(told.isWrong()).isFalse();
  }

  @Test
  void givenAWrongState_whenANewerSnapshotIsInstalled_thenThatIsTheRightOne() {
    before();
    told.wrong();
    told.replaced(state(9));
    told.replaced(state(9));
    assertThat(heard).containsExactly("mended 9");
  }

  @Test
  void givenAStateThatIsMendedBelowWhatWasTold_thenThatIsHeardLater() {
    before();
    told.mended(state(4));
    assertThat(heard).isEmpty();
    told.applied(entry(6));
    assertThat(heard).containsExactly("mended 6");
  }

  @Override
  public void look() {}

  @Override
  public void applied(ClusterState.Applied entry) {
    heard.add("applied " + entry.state().index());
  }

  @Override
  public void replaced(ClusterState state) {
    heard.add("replaced " + state.index());
  }

  @Override
  public void mended(ClusterState state) {
    heard.add("mended " + state.index());
  }
}
