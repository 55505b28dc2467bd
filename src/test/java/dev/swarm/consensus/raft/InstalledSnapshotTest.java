package dev.swarm.consensus.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swarm.codec.LogCodec;
import dev.swarm.model.ClusterState;
import dev.swarm.model.Command;
import dev.swarm.model.TimeSource;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerConfigKeys.Log.CorruptionPolicy;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.server.storage.StorageImplUtils;
import org.apache.ratis.util.MD5FileUtil;
import org.apache.ratis.util.SizeInBytes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A replica that gets its state from another as a snapshot. */
class InstalledSnapshotTest {
  private static final ClusterState RIGHT =
      ClusterState.EMPTY.apply(5, List.of(new Command.BeginEpoch(1, "m1", 0))).state();

  private final Told told = new Told();
  private final ClusterStateMachine machine =
      new ClusterStateMachine(
          told,
          ClientId.randomId(),
          1_000,
          new TimeSource(System::nanoTime, System::currentTimeMillis),
          "");

  @TempDir Path folder;
  private RaftStorage storage;

  @BeforeEach
  void start() throws IOException {
    storage =
        StorageImplUtils.newRaftStorage(
            folder.toFile(),
            SizeInBytes.ZERO,
            RaftStorage.StartupOption.FORMAT,
            CorruptionPolicy.getDefault());
    storage.initialize();
    machine.initialize(server(), RaftGroupId.randomId(), storage);
  }

  /** Only asked for its name. */
  private static RaftServer server() {
    return (RaftServer)
        Proxy.newProxyInstance(
            RaftServer.class.getClassLoader(),
            new Class<?>[] {RaftServer.class},
            (proxy, method, arguments) ->
                method.getName().equals("getId") ? RaftPeerId.valueOf("m1") : null);
  }

  @AfterEach
  void stop() throws IOException {
    machine.close();
    storage.close();
  }

  private void install() throws IOException {
    machine.pause();
    File file = machine.getStateMachineStorage().getSnapshotFile(1, RIGHT.index());
    try (OutputStream out = Files.newOutputStream(file.toPath())) {
      LogCodec.writeSnapshot(RIGHT, out);
    }
    MD5FileUtil.computeAndSaveMd5ForFile(file);
    machine.reinitialize();
  }

  @Test
  void givenAReplicaThatIsBehind_whenASnapshotIsInstalled_thenItsStateIsToldAsReplaced()
      throws IOException {
    install();
    assertThat(machine.state()).isEqualTo(RIGHT);
    assertThat(told.replaced).containsExactly(RIGHT);
    assertThat(told.mended).isEmpty();
  }

  @Test
  void givenAReplicaWithAWrongState_whenASnapshotIsInstalled_thenItsStateIsToldAsMended()
      throws IOException {
    machine.distrust();
    install();
    assertThat(machine.state()).isEqualTo(RIGHT);
    assertThat(machine.distrusted()).isFalse();
    assertThat(told.mended).containsExactly(RIGHT);
    assertThat(told.replaced).isEmpty();
  }

  private static final class Told implements LogListener {
    private final List<ClusterState> replaced = new ArrayList<>();
    private final List<ClusterState> mended = new ArrayList<>();

    @Override
    public void applied(ClusterState.Applied entry) {}

    @Override
    public void replaced(ClusterState state) {
      replaced.add(state);
    }

    @Override
    public void mended(ClusterState state) {
      mended.add(state);
    }

    @Override
    public void leadershipChanged() {}

    @Override
    public void failed(String reason) {
      throw new AssertionError(reason);
    }
  }
}
