package dev.swarm.lab;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Makes {@code fsync} take longer or fail, for one process at a time and while it runs: a small
 * library of ours, put before the C library. It is compiled when it is needed, so this needs gcc.
 */
final class SlowDisks {
  private static final String SOURCE = "slowdisk.c";
  private static final int EIO = 5;

  private final Path folder;
  private final Path library;

  private SlowDisks(Path folder, Path library) {
    this.folder = folder;
    this.library = library;
  }

  /** What is missing on this machine, in one line; null when nothing is. */
  static String missing() {
    try {
      run("gcc", "--version");
      return null;
    } catch (LabException none) {
      return "gcc is missing (package gcc): it compiles what slows fsync down";
    }
  }

  /** Compiles the library into the folder; the folder also holds how slow each disk is. */
  static SlowDisks in(Path folder) throws IOException {
    Path source = folder.resolve(SOURCE);
    Path library = folder.resolve("slowdisk.so");
    try (InputStream text = SlowDisks.class.getResourceAsStream(SOURCE)) {
      Files.copy(text, source, StandardCopyOption.REPLACE_EXISTING);
    }
    run("gcc", "-O2", "-shared", "-fPIC", "-o", library.toString(), source.toString(), "-ldl");
    return new SlowDisks(folder, library);
  }

  /** What to put before the command of a process so that it feels the disk of this name. */
  List<String> under(String disk) {
    return List.of("env", "LD_PRELOAD=" + library, "SWARM_LAB_DISK=" + file(disk));
  }

  /** From now on each {@code fsync} takes so much longer; zero means as fast as it is. */
  void delay(String disk, Duration delay) {
    tell(disk, Long.toString(delay.toMillis()));
  }

  /** From now on each {@code fsync} fails with an input/output error. */
  void fail(String disk) {
    tell(disk, "0 " + EIO);
  }

  /** It works again, as fast as it is. */
  void heal(String disk) {
    delay(disk, Duration.ZERO);
  }

  private void tell(String disk, String trouble) {
    try {
      Path written = folder.resolve(disk + ".disk.tmp");
      Files.writeString(written, trouble);
      Files.move(written, file(disk), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException failure) {
      throw new LabException("cannot change the disk of " + disk + ": " + failure.getMessage());
    }
  }

  /** Each {@code fsync} of these takes a second longer until that is over. */
  StallTrial.Trouble slow(List<String> names) {
    names.forEach(name -> delay(name, Duration.ofSeconds(1)));
    return () -> names.forEach(this::heal);
  }

  private Path file(String disk) {
    return folder.resolve(disk + ".disk");
  }

  private static void run(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new LabException(command[0] + ": " + output.trim());
      }
    } catch (IOException failure) {
      throw new LabException("cannot run " + command[0] + ": " + failure.getMessage());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new LabException("interrupted");
    }
  }
}
