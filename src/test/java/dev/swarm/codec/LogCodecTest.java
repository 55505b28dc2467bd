package dev.swarm.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.swarm.log.v1.CommandRecord;
import dev.swarm.log.v1.LogEntry;
import dev.swarm.model.ClusterState;
import dev.swarm.model.Command;
import dev.swarm.model.Outcome;
import dev.swarm.model.Refusal;
import dev.swarm.model.Rules;
import dev.swarm.model.SwarmException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LogCodecTest {

  static Stream<Variants.Variant> commands() {
    return Samples.commands().stream()
        .flatMap(
            command ->
                Stream.concat(
                    Stream.of(new Variants.Variant(command.kind(), command)),
                    Variants.of(command).stream()));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void givenACommandWithOneFieldChanged_whenWrittenAndRead_thenItIsEqual(Variants.Variant variant) {
    Command command = (Command) variant.value();
    assertThat(LogCodec.decode(LogCodec.encode(List.of(command)))).containsExactly(command);
  }

  @Test
  void givenTheSealedCommands_whenCountingSamples_thenEachIsThere() {
    Set<Class<?>> sampled =
        Samples.commands().stream().map(Object::getClass).collect(Collectors.toSet());
    assertThat(sampled).containsExactlyInAnyOrder(Command.class.getPermittedSubclasses());
  }

  static Stream<Variants.Variant> records() {
    return Variants.of(Samples.records()).stream();
  }

  @ParameterizedTest
  @MethodSource("records")
  void givenAStateWithOneFieldChanged_whenWrittenAndRead_thenTheFieldAndTheDigestDiffer(
      Variants.Variant variant) throws IOException {
    ClusterState original = Samples.records().toState();
    ClusterState changed = ((ClusterState.Records) variant.value()).toState();
    ClusterState read = LogCodec.readSnapshot(new ByteArrayInputStream(snapshot(changed)));
    assertThat(read).isEqualTo(changed);
    assertThat(read.records()).isEqualTo(variant.value()).isNotEqualTo(original.records());
    if (!variant.path().equals("Records.index")) {
      assertThat(read.digest()).isNotEqualTo(original.digest());
    }
  }

  @Test
  void givenSeveralEntries_whenJoined_thenTheirCommandsFollowOneAnother() {
    List<byte[]> entries = new ArrayList<>();
    Samples.commands().forEach(command -> entries.add(LogCodec.encode(List.of(command))));
    assertThat(LogCodec.decode(LogCodec.join(entries))).isEqualTo(Samples.commands());
  }

  @Test
  void givenEntriesWithTheirTimes_whenJoined_thenTheNewestCounts() {
    Command command = Samples.commands().get(0);
    byte[] first = LogCodec.encode(new LogCodec.Entry(List.of(command), 104));
    byte[] joined = LogCodec.join(List.of(first, LogCodec.encode(Samples.entry())));
    assertThat(LogCodec.decodeEntry(joined).atMillis()).isEqualTo(105);
    assertThat(LogCodec.decodeEntry(joined).commands()).hasSize(3);
  }

  @Test
  void givenOutcomes_whenWrittenAndRead_thenTheyAreEqual() {
    List<Refusal> refused =
        Arrays.stream(SwarmException.Kind.values())
            .map(kind -> new Refusal(kind.ordinal(), kind, "because " + kind))
            .toList();
    List<Outcome> outcomes = List.of(new Outcome(5, refused), new Outcome(5, List.of()));
    assertThat(LogCodec.decodeOutcomes(LogCodec.encodeOutcomes(outcomes))).isEqualTo(outcomes);
  }

  @Test
  void givenAnEntryOfANewerVersion_whenRead_thenItIsRefused() {
    byte[] newer = LogEntry.newBuilder().setVersion(LogCodec.VERSION + 1).build().toByteArray();
    assertThatThrownBy(() -> LogCodec.decode(newer))
        .isInstanceOf(UnreadableException.class)
        .hasMessageContaining("version " + (LogCodec.VERSION + 1));
  }

  @Test
  void givenAnUnknownCommand_whenRead_thenItIsRefused() {
    byte[] unknown =
        LogEntry.newBuilder()
            .setVersion(1)
            .addCommands(CommandRecord.getDefaultInstance())
            .build()
            .toByteArray();
    assertThatThrownBy(() -> LogCodec.decode(unknown))
        .isInstanceOf(UnreadableException.class)
        .hasMessageContaining("does not know");
  }

  @Test
  void givenBytesThatAreNoEntry_whenRead_thenTheyAreRefused() {
    assertThatThrownBy(() -> LogCodec.decode(new byte[] {(byte) 0xFF, 1, 2}))
        .isInstanceOf(UnreadableException.class);
    assertThatThrownBy(() -> LogCodec.decode(new byte[0])).isInstanceOf(UnreadableException.class);
  }

  @Test
  void givenTheFirstRules_whenWritten_thenAnOlderProgramCanReadIt() throws IOException {
    List<Command> commands = List.of(new Command.SetWeight("m2", 5));
    byte[] entry = LogCodec.encode(new LogCodec.Entry(commands, 7, Rules.FIRST));
    assertThat(LogEntry.parseFrom(entry).getVersion()).isEqualTo(2);
    assertThat(LogCodec.decodeEntry(entry).rules()).isEqualTo(Rules.FIRST);
    byte[] newer = LogCodec.encode(new LogCodec.Entry(commands, 7));
    assertThat(LogEntry.parseFrom(newer).getVersion()).isEqualTo(3);
    assertThat(LogCodec.decodeEntry(newer).rules()).isEqualTo(Rules.SECOND);

    ClusterState first = ClusterState.EMPTY.apply(1, commands, 7, Rules.FIRST).state();
    assertThat(versionOf(first)).isEqualTo(2);
    ClusterState second = first.apply(2, commands, 7, Rules.SECOND).state();
    ClusterState after = second.apply(3, commands, 7, Rules.FIRST).state();
    assertThat(after.rules()).as("stay").isEqualTo(Rules.SECOND);
    assertThat(versionOf(after)).isEqualTo(3);
    assertThat(LogCodec.readSnapshot(new ByteArrayInputStream(snapshot(after)))).isEqualTo(after);
    assertThat(LogCodec.readSnapshot(new ByteArrayInputStream(snapshot(first)))).isEqualTo(first);
  }

  private static int versionOf(ClusterState state) throws IOException {
    return LogCodec.snapshotVersion(new ByteArrayInputStream(snapshot(state)));
  }

  @Test
  void givenASnapshot_whenAnyByteIsFlipped_thenItIsRefused() throws IOException {
    byte[] good = snapshot(Samples.records().toState());
    // Version and index are not part of the digest; the file's MD5 guards them.
    for (int i = 0; i < good.length; i++) {
      byte[] bad = good.clone();
      bad[i] ^= 1;
      assertThat(readable(bad)).as("byte %s of %s", i, good.length).isIn(false, i == 2 || i == 4);
    }
  }

  @Test
  void givenASnapshot_whenCutOffAnywhere_thenItIsRefused() throws IOException {
    byte[] good = snapshot(Samples.records().toState());
    for (int length = 0; length < good.length; length++) {
      assertThat(readable(Arrays.copyOf(good, length))).as("%s bytes", length).isFalse();
    }
    assertThat(readable(Arrays.copyOf(good, good.length + 1))).isFalse();
  }

  private static boolean readable(byte[] snapshot) {
    try {
      LogCodec.readSnapshot(new ByteArrayInputStream(snapshot));
      return true;
    } catch (IOException | RuntimeException refused) {
      return false;
    }
  }

  private static byte[] snapshot(ClusterState state) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    LogCodec.writeSnapshot(state, out);
    return out.toByteArray();
  }
}
