package dev.swarm.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the kernel and the JVM's own tools say of a process. Linux only. */
final class Kernel {
  private static final String ESTABLISHED = "01";
  private static final String LISTENING = "0A";
  private static final long MILLIS_PER_TICK = 10;

  /** How the JVM names its threads, as far as the kernel keeps the name. */
  private static final Pattern COMPILERS = Pattern.compile("C[12] CompilerThre.*");

  private static final Pattern COLLECTORS = Pattern.compile("VM Thread|GC Thread.*|G1 .*");
  private static final Pattern USED = Pattern.compile("used (\\d+)K");

  private Kernel() {}

  /** How many established connections the process has to the given port. */
  static int connections(long pid, int remotePort) {
    return sockets(pid, ESTABLISHED, fields -> port(fields[2]) == remotePort);
  }

  /** On how many ports the process takes connections. */
  static int listening(long pid) {
    return sockets(pid, LISTENING, fields -> true);
  }

  private static int port(String address) {
    return Integer.parseInt(address.substring(address.indexOf(':') + 1), 16);
  }

  private static int sockets(long pid, String state, Predicate<String[]> wanted) {
    try {
      Set<String> inodes = socketInodes(pid);
      int count = 0;
      for (String table : List.of("tcp", "tcp6")) {
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/net/" + table))) {
          String[] fields = line.trim().split("\\s+");
          if (fields.length < 10 || !fields[3].equals(state)) continue;
          if (inodes.contains(fields[9]) && wanted.test(fields)) count++;
        }
      }
      return count;
    } catch (IOException failure) {
      throw new LabException("cannot read the sockets of " + pid + ": " + failure.getMessage());
    }
  }

  /** Bytes of memory that the process holds, of whatever kind. */
  static long residentBytes(long pid) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
        if (line.startsWith("VmRSS:")) return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
      }
      throw new LabException("process " + pid + " has no memory");
    } catch (IOException failure) {
      throw new LabException("cannot read the memory of " + pid + ": " + failure.getMessage());
    }
  }

  /** Lets the process open files only up to this number of descriptors. */
  static void limitDescriptors(long pid, long most) {
    run("prlimit", "--pid", Long.toString(pid), "--nofile=" + most + ":");
  }

  /** The highest number that {@link #limitDescriptors} may set. */
  static long hardLimit(long pid) {
    return Long.parseLong(
        run("prlimit", "--pid", Long.toString(pid), "--nofile", "-o", "HARD", "--noheadings")
            .trim());
  }

  /** Descriptors that the process has open. */
  static long descriptors(long pid) {
    try (Stream<Path> open = Files.list(Path.of("/proc/" + pid + "/fd"))) {
      return open.count();
    } catch (IOException failure) {
      throw new LabException("cannot count the files of " + pid + ": " + failure.getMessage());
    }
  }

  /** CPU time used so far, user and system. */
  static long cpuMillis(long pid) {
    try {
      return cpuMillis(Path.of("/proc/" + pid + "/stat"));
    } catch (IOException failure) {
      throw new LabException("cannot read the CPU time of " + pid + ": " + failure.getMessage());
    }
  }

  /** The part of it that the JVM's compilers used, but for compiler threads that have ended. */
  static long compilerMillis(long pid) {
    return threadMillis(pid, COMPILERS);
  }

  /** The part of it that garbage collection used. */
  static long collectorMillis(long pid) {
    return threadMillis(pid, COLLECTORS);
  }

  private static long threadMillis(long pid, Pattern names) {
    long sum = 0;
    try (Stream<Path> threads = Files.list(Path.of("/proc/" + pid + "/task"))) {
      for (Path thread : threads.toList()) {
        try {
          if (names.matcher(Files.readString(thread.resolve("comm")).trim()).matches()) {
            sum += cpuMillis(thread.resolve("stat"));
          }
        } catch (IOException endedMeanwhile) {
          continue;
        }
      }
      return sum;
    } catch (IOException failure) {
      throw new LabException("cannot read the threads of " + pid + ": " + failure.getMessage());
    }
  }

  private static long cpuMillis(Path file) throws IOException {
    String stat = Files.readString(file);
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * MILLIS_PER_TICK;
  }

  static long threads(long pid) {
    return status(pid, "Threads");
  }

  private static long status(long pid, String field) {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
      String line = lines.filter(text -> text.startsWith(field + ":")).findFirst().orElseThrow();
      return Long.parseLong(line.replaceAll("\\D", ""));
    } catch (IOException failure) {
      throw new LabException("cannot read the status of " + pid + ": " + failure.getMessage());
    }
  }

  /** Bytes of heap in use after a full collection. */
  static long heapAfterGc(long pid) {
    jcmd(pid, "GC.run");
    long used = 0;
    Matcher parts =
        USED.matcher(
            jcmd(pid, "GC.heap_info").replaceAll("(?m)^ *Metaspace.*|^ *class space.*", ""));
    while (parts.find()) used += Long.parseLong(parts.group(1)) * 1024;
    return used;
  }

  /** Begins a flight recording of a JVM. */
  static void startRecording(long pid) {
    jcmd(pid, "JFR.start", "name=swarm", "settings=profile");
  }

  /** Ends the flight recording and keeps it in a file. */
  static void keepRecording(long pid, Path file) {
    jcmd(pid, "JFR.stop", "name=swarm", "filename=" + file);
  }

  private static String jcmd(long pid, String... command) {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString());
    line.add(Long.toString(pid));
    line.addAll(List.of(command));
    return run(line.toArray(String[]::new));
  }

  private static String run(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException failure) {
      throw new LabException("cannot run " + command[0] + ": " + failure.getMessage());
    }
  }

  private static Set<String> socketInodes(long pid) throws IOException {
    Set<String> inodes = new HashSet<>();
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/" + pid + "/fd"))) {
      for (Path descriptor : descriptors.toList()) {
        String target;
        try {
          target = Files.readSymbolicLink(descriptor).toString();
        } catch (IOException closedMeanwhile) {
          continue;
        }
        if (target.startsWith("socket:[")) {
          inodes.add(target.substring("socket:[".length(), target.length() - 1));
        }
      }
    }
    return inodes;
  }
}
