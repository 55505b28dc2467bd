package dev.swarm.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.swarm.consensus.guard.Space;
import dev.swarm.consensus.meters.ConsensusMeters;
import dev.swarm.model.TimeSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A transfer of a snapshot that broke off and cannot be removed. */
@ExtendWith(VertxExtension.class)
class DiskWatchTest {
  private static final String DEEP = ("/" + "d".repeat(200)).repeat(12);

  @TempDir Path folder;
  private final Logger spoken = (Logger) LoggerFactory.getLogger(DiskWatch.class);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final AtomicLong nanos = new AtomicLong();
  private final AtomicInteger removals = new AtomicInteger();
  private Path aside;
  private Path tooDeep;
  private Context context;
  private DiskWatch watch;

  @BeforeEach
  void prepare(Vertx vertx) throws IOException {
    Path transfer = Files.createDirectories(folder.resolve("raft/group/tmp/snapshot-a"));
    Files.createFile(transfer.resolve("snapshot.1_9.corrupt"));
    aside = folder.resolve("aside");
    Files.createDirectories(Path.of(aside + DEEP));
    tooDeep = Files.createDirectories(Path.of(transfer + DEEP)).resolve("rest");
    Files.move(aside, tooDeep); // its paths are longer than the system takes
    lines.start();
    spoken.addAppender(lines);
    context = vertx.getOrCreateContext();
    ConsensusMeters meters = new ConsensusMeters(new SimpleMeterRegistry());
    watch = new DiskWatch(context, folder, new TimeSource(nanos::get, this::millis), meters);
  }

  private long millis() {
    removals.incrementAndGet();
    return System.currentTimeMillis();
  }

  @AfterEach
  void stop() throws IOException {
    spoken.detachAppender(lines);
    Files.move(tooDeep, aside);
  }

  private void look() {
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
    context.runOnContext(now -> watch.look(null));
  }

  @Test
  void givenARemovalThatFailsForGood_thenTheRoomIsMeasuredAndThatIsSaidOnce() {
    await()
        .untilAsserted(
            () -> {
              look();
              assertThat(removals).hasValueGreaterThan(3);
            });
    await().untilAsserted(() -> assertThat(watch.space()).isNotEqualTo(Space.UNKNOWN));
    assertThat(List.copyOf(lines.list))
        .extracting(ILoggingEvent::getFormattedMessage)
        .singleElement()
        .asString()
        .startsWith("a broken transfer of a snapshot could not be removed: ");
  }
}
