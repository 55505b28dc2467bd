package dev.swarm.consensus.digests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.swarm.bus.Messages.CopyPiece;
import dev.swarm.codec.LogCodec;
import dev.swarm.consensus.Tasks;
import dev.swarm.model.ClusterState;
import dev.swarm.model.Command;
import dev.swarm.model.SwarmException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateCopiesTest {
  @TempDir Path folder;

  private static ClusterState state(int tasks) {
    List<Command> commands = new ArrayList<>();
    for (int i = 0; i < tasks; i++) commands.add(Tasks.submit("t" + i, 200_000));
    return ClusterState.EMPTY.apply(1, commands).state();
  }

  @Test
  void givenAState_whenItsPiecesAreJoined_thenTheyAreThatState() throws IOException {
    try (StateCopies copies = new StateCopies(folder)) {
      ClusterState state = state(9);
      ByteArrayOutputStream joined = new ByteArrayOutputStream();
      CopyPiece piece = copies.piece(state, 0, 0, 1);
      joined.writeBytes(piece.bytes());
      while (joined.size() < piece.size()) {
        piece = copies.piece(ClusterState.EMPTY, piece.copy(), joined.size(), 2);
        assertThat(piece.bytes().length).isBetween(1, StateCopies.PIECE_BYTES);
        joined.writeBytes(piece.bytes());
      }
      assertThat(LogCodec.readSnapshot(new ByteArrayInputStream(joined.toByteArray())))
          .isEqualTo(state);
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void givenACopy_whenOthersBegin_thenItIsSharedForAWhileAndThenRenewed() throws IOException {
    try (StateCopies copies = new StateCopies(folder)) {
      long first = copies.piece(state(1), 0, 0, 1).copy();
      assertThat(copies.piece(state(1), 0, 0, StateCopies.SHARED_NANOS).copy()).isEqualTo(first);
      long later = StateCopies.SHARED_NANOS + 2;
      assertThat(copies.piece(state(1), 0, 0, later).copy()).isNotEqualTo(first);
      assertThatThrownBy(() -> copies.piece(state(1), first, 0, later))
          .isInstanceOf(SwarmException.class)
          .hasMessageContaining("gone");
    }
  }

  @Test
  void givenACopyThatNobodyReads_whenSwept_thenItsFileIsGone() throws IOException {
    try (StateCopies copies = new StateCopies(folder)) {
      copies.piece(state(1), 0, 0, 1);
      copies.sweep(StateCopies.KEPT_NANOS);
      assertThat(folder).isNotEmptyDirectory();
      copies.sweep(StateCopies.KEPT_NANOS + 1);
      assertThat(folder).isEmptyDirectory();
    }
  }
}
