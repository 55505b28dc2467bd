package dev.swarm.lab;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Cuts the power of all managers' disk under load: what was acknowledged is there, once. */
@Command(
    name = "power-cut",
    mixinStandardHelpOptions = true,
    description = "Cuts the power of all managers under load, starts them on what was synced.")
final class PowerCut implements Callable<Integer> {
  private static final int DISK_MEGABYTES = 2_048;

  @Option(names = "--times", description = "cuts (default ${DEFAULT-VALUE})")
  int times = 50;

  @Option(names = "--minutes", description = "no new cut after that (default ${DEFAULT-VALUE})")
  int minutes = 20;

  @Override
  public Integer call() throws Exception {
    Path folder = Files.createTempDirectory("swarm-power-");
    LoopDisk disk = new LoopDisk(folder, DISK_MEGABYTES);
    LocalCluster cluster = new LocalCluster(Lab.jar(), disk.path(), 3, new JsonObject());
    Thread cleanUp = new Thread(() -> end(cluster, disk, folder));
    Runtime.getRuntime().addShutdownHook(cleanUp);
    List<String> wrong = cutAgainAndAgain(cluster, disk);
    wrong.forEach(line -> System.out.println("NOT HELD: " + line));
    if (wrong.isEmpty()) System.out.println("Everything held.");
    else keepOutput(disk.path());
    return wrong.isEmpty() ? 0 : 1;
  }

  private static void keepOutput(Path disk) throws IOException {
    Path kept = Files.createTempDirectory("swarm-power-output-");
    Shell.run("cp", "-r", disk.toString(), kept.toString());
    System.out.println("The disk as it was then is in " + kept);
  }

  private static void end(LocalCluster cluster, LoopDisk disk, Path folder) {
    cluster.close();
    disk.close();
    Shell.run("rm", "-r", folder.toString());
  }

  private List<String> cutAgainAndAgain(LocalCluster cluster, LoopDisk disk) throws Exception {
    Acknowledged acknowledged = new Acknowledged(cluster);
    cluster.startManagers();
    return Rounds.run(times, minutes, number -> cut(cluster, disk, acknowledged, number));
  }

  private List<String> cut(
      LocalCluster cluster, LoopDisk disk, Acknowledged acknowledged, int number)
      throws IOException {
    try (Writers writers =
        acknowledged.writeUntil(KillAll.AT_LEAST, "cut" + number + "-", KillAll.CLIENTS)) {
      Await.pass(Duration.ofMillis(new Random(number).nextInt(500)));
      cluster.managerIds().forEach(id -> cluster.manager(id).signal("STOP"));
      acknowledged.remember(writers);
      disk.cut();
      cluster.managerIds().forEach(id -> cluster.manager(id).kill());
    }
    disk.comeBack();
    long begin = System.nanoTime();
    cluster.startManagers();
    cluster.awaitLeader(0, KillAll.LIMIT);
    double seconds = (System.nanoTime() - begin) / 1e9;
    List<String> wrong = new ArrayList<>(acknowledged.verify());
    System.out.printf(
        "cut %2d of %d: %d acknowledged so far, a leader %.1f s after the start, healed %d%n",
        number, times, acknowledged.size(), seconds, healed(cluster));
    return wrong;
  }

  /** What the managers said about ends of logs that were cut, and the like, up to now. */
  private static long healed(LocalCluster cluster) throws IOException {
    long lines = 0;
    for (String id : cluster.managerIds()) {
      String log = Files.readString(cluster.folder().resolve(id + ".log"));
      lines +=
          log.lines().filter(line -> line.contains("WARN") && line.contains("NodeStart")).count();
    }
    return lines;
  }
}
