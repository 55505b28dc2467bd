package dev.swarm.consensus.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogFilesTest {
  private static final int PADDED = 4 << 10;

  /** Long enough that a record spans sectors, and that its length has two bytes. */
  private static final int ENTRY_BYTES = 700;

  private final Path current;

  LogFilesTest(@TempDir Path current) {
    this.current = current;
  }

  @Nested
  class GivenOneOpenFileOfFiveEntries {
    private final Path file = openFile(PADDED);
    private final int end = LogBytes.length(0, 5, ENTRY_BYTES);
    private final int lastRecord = LogBytes.length(0, 4, ENTRY_BYTES);

    @Test
    void whenRead_thenTheEntriesAreThoseThatRatisWrote() throws IOException {
      List<LogEntryProto> read = new ArrayList<>();
      assertThat(LogFiles.in(current).read(0, read::add)).isEqualTo(new LogExtent(0, 4));
      assertThat(read)
          .isEqualTo(LongStream.range(0, 5).mapToObj(i -> LogBytes.entry(i, ENTRY_BYTES)).toList());
    }

    @Test
    void whenReadFromTheMiddle_thenTheRestIsGiven() throws IOException {
      assertThat(indexes(3)).containsExactly(3L, 4L);
      assertThat(indexes(5)).isEmpty();
    }

    @Test
    void whenTheLastRecordEndsInZerosAnywhere_thenOnlyItIsLeftOut() throws IOException {
      byte[] good = Files.readAllBytes(file);
      for (int cut = lastRecord + 1; cut <= end - 4; cut += 9) {
        Files.write(file, good);
        LogBytes.zero(file, cut);
        assertThat(LogFiles.in(current).extent()).as("cut at %s", cut).isEqualTo(upTo(3));
        assertThat(scan().torn()).get().extracting(BrokenRecord::index).isEqualTo(4L);
      }
    }

    @Test
    void whenTheFileEndsAnywhereInTheLastRecord_thenOnlyItIsLeftOut() throws IOException {
      byte[] good = Files.readAllBytes(file);
      for (int length = lastRecord + 1; length < end; length += 9) {
        Files.write(file, Arrays.copyOf(good, length));
        assertThat(LogFiles.in(current).extent()).as("%s bytes", length).isEqualTo(upTo(3));
      }
    }

    @Test
    void whenAnyBitIsFlipped_thenItIsRefused() throws IOException {
      flipEachBit();
    }

    @Test
    void whenAnyBitIsFlippedAndNoZerosFollow_thenItIsRefused() throws IOException {
      LogBytes.truncate(file, end);
      flipEachBit();
    }

    private void flipEachBit() throws IOException {
      byte[] good = Files.readAllBytes(file);
      List<String> accepted = new ArrayList<>();
      for (int bit = 0; bit < 8 * end; bit += isFraming(bit / 8) ? 1 : 173) {
        byte[] bad = good.clone();
        bad[bit / 8] ^= (byte) (1 << bit % 8);
        Files.write(file, bad);
        if (isRead()) accepted.add("bit " + bit % 8 + " of byte " + bit / 8);
      }
      assertThat(accepted).isEmpty();
    }

    /** Header, and the lengths and checksums of the last records. */
    private boolean isFraming(int at) {
      return at < 16 || at > end - 8 || (at > lastRecord - 8 && at < lastRecord + 8);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4, 5, 17, 300, 2_000})
    void whenGarbageFollows_thenItIsRefused(int bytes) throws IOException {
      byte[] good = Arrays.copyOf(Files.readAllBytes(file), end);
      byte[] bad = Arrays.copyOf(good, end + bytes);
      Arrays.fill(bad, end, bad.length, (byte) 0x5A);
      Files.write(file, bad);
      assertDamaged("entry 5", "byte " + end);
    }

    @Test
    void whenGarbageFollowsBehindZeros_thenItIsRefused() throws IOException {
      LogBytes.flip(file, PADDED - 3, 0xFF);
      assertDamaged("byte " + (PADDED - 3), "behind the end");
    }

    @Test
    void whenABitIsFlippedInTheMiddle_thenFileIndexAndPlaceAreNamed() throws IOException {
      LogBytes.flip(file, LogBytes.length(0, 2, ENTRY_BYTES) + 50, 8);
      assertDamaged(
          file.toString(), "entry 2", "byte " + LogBytes.length(0, 2, ENTRY_BYTES), "follow");
    }

    @Test
    void whenItWasJustMade_thenItHoldsNothing() throws IOException {
      for (int header = 0; header < 8; header++) {
        LogBytes.zero(file, header);
        assertThat(LogFiles.in(current).extent().isEmpty()).isTrue();
      }
      LogBytes.truncate(file, 5);
      assertThat(LogFiles.in(current).extent().isEmpty()).isTrue();
    }

    private LogFile.Scan scan() throws IOException {
      return LogFile.named(file).orElseThrow().scan(entry -> {});
    }
  }

  @Nested
  class GivenThreeFiles {
    GivenThreeFiles() throws IOException {
      LogBytes.write(current.resolve("log_10-12"), 10, 3, 50, 0);
      LogBytes.write(current.resolve("log_13-15"), 13, 3, 50, 0);
      LogBytes.write(current.resolve("log_inprogress_16"), 16, 2, 50, PADDED);
    }

    @Test
    void whenRead_thenTheirEntriesFollowOneAnother() throws IOException {
      assertThat(LogFiles.in(current).extent()).isEqualTo(new LogExtent(10, 17));
      assertThat(indexes(11)).containsExactly(11L, 12L, 13L, 14L, 15L, 16L, 17L);
    }

    @Test
    void whenEntriesBeforeTheFirstAreWanted_thenItIsRefused() {
      assertThatThrownBy(() -> indexes(9)).hasMessageContaining("begins at entry 10, not at 9");
    }

    @Test
    void whenOneInTheMiddleIsMissing_thenItIsRefused() throws IOException {
      Files.delete(current.resolve("log_13-15"));
      assertDamaged("log_inprogress_16 does not follow log_10-12", "entries from 13 on");
    }

    @Test
    void whenAFinishedOneIsShort_thenItIsRefused() throws IOException {
      LogBytes.truncate(current.resolve("log_13-15"), LogBytes.length(13, 2, 50) + 9);
      assertThatThrownBy(() -> indexes(10)).hasMessageContaining("entry 15 of a finished file");
      LogBytes.truncate(current.resolve("log_13-15"), LogBytes.length(13, 2, 50));
      assertThatThrownBy(() -> indexes(10)).hasMessageContaining("should end with entry 15");
    }

    @Test
    void whenOneHoldsOtherEntriesThanItsNameSays_thenItIsRefused() throws IOException {
      LogBytes.write(current.resolve("log_13-15"), 14, 3, 50, 0);
      assertThatThrownBy(() -> indexes(10))
          .hasMessageContaining("entry 14 stands where entry 13 belongs");
    }

    @Test
    void whenAnUnfinishedOneIsNotTheLast_thenItIsRefused() throws IOException {
      Files.move(current.resolve("log_13-15"), current.resolve("log_inprogress_13"));
      assertDamaged("log_inprogress_13 is unfinished");
    }
  }

  @Test
  void givenNoFolder_whenRead_thenThereIsNothing() throws IOException {
    assertThat(LogFiles.in(current.resolve("none")).extent()).isEqualTo(LogExtent.EMPTY);
  }

  private Path openFile(int padded) {
    try {
      return LogBytes.write(current.resolve("log_inprogress_0"), 0, 5, ENTRY_BYTES, padded);
    } catch (IOException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static LogExtent upTo(long last) {
    return new LogExtent(0, last);
  }

  private List<Long> indexes(long from) throws IOException {
    List<Long> read = new ArrayList<>();
    LogFiles.in(current).read(from, entry -> read.add(entry.getIndex()));
    return read;
  }

  private boolean isRead() throws IOException {
    try {
      LogFiles.in(current).extent();
      return true;
    } catch (DamagedStorageException refused) {
      return false;
    }
  }

  private void assertDamaged(String... parts) {
    assertThatThrownBy(() -> LogFiles.in(current).extent())
        .isInstanceOf(DamagedStorageException.class)
        .hasMessageContainingAll(parts);
  }
}
