package dev.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Holds the class path as it runs against the lowest versions without a known fault that reaches
 * us. Faults below them: HTTP/2 floods of CONTINUATION frames and tiny header lists, request
 * smuggling (Netty), recursion (protobuf), unbounded numbers (Jackson), code from a configuration
 * (Logback), static files (Vert.x).
 */
class DependencyFloorTest {
  /** Beginning of an artifact's name → least version of all that begin so. */
  private static final Map<String, String> FLOOR = new LinkedHashMap<>();

  static {
    FLOOR.put("netty-", "4.2.20");
    FLOOR.put("protobuf-java", "4.33.6");
    FLOOR.put("jackson-core", "2.18.6");
    FLOOR.put("logback-", "1.5.32");
    FLOOR.put("micrometer-", "1.15.7");
    FLOOR.put("vertx-", "5.0.7");
    FLOOR.put("ratis-server", "3.3.0");
    FLOOR.put("ratis-thirdparty", "1.1.0");
  }

  private static final Pattern JAR = Pattern.compile("(.+?)-(\\d[\\w.]*?)((?:-[\\w.-]+)?)\\.jar");

  /** Name and version of each jar of the class path. */
  private record Artifact(String name, String version) {}

  private static List<Artifact> classPath() {
    List<Artifact> artifacts = new ArrayList<>();
    String[] entries = System.getProperty("java.class.path").split(File.pathSeparator);
    for (String entry : entries) {
      Matcher jar = JAR.matcher(new File(entry).getName());
      if (jar.matches()) artifacts.add(new Artifact(jar.group(1), jar.group(2)));
    }
    return artifacts;
  }

  /** Whether the first version is not below the second, number by number. */
  private static boolean atLeast(String version, String floor) {
    int[] mine = numbers(version);
    int[] least = numbers(floor);
    for (int i = 0; i < least.length; i++) {
      int number = i < mine.length ? mine[i] : 0;
      if (number != least[i]) return number > least[i];
    }
    return true;
  }

  private static int[] numbers(String version) {
    Matcher digits = Pattern.compile("\\d+").matcher(version);
    return digits.results().mapToInt(found -> Integer.parseInt(found.group())).toArray();
  }

  @TestFactory
  List<DynamicTest> givenTheClassPath_thenNoJarIsBelowItsFloor() {
    List<DynamicTest> tests = new ArrayList<>();
    FLOOR.forEach(
        (prefix, floor) -> {
          List<Artifact> found =
              classPath().stream().filter(jar -> jar.name().startsWith(prefix)).toList();
          tests.add(
              DynamicTest.dynamicTest(
                  prefix + " at least " + floor,
                  () ->
                      assertThat(found)
                          .isNotEmpty()
                          .allMatch(jar -> atLeast(jar.version(), floor), "at least " + floor)));
        });
    return tests;
  }

  /** A second copy further ahead in the class path would win: the class itself must be asked. */
  @TestFactory
  List<DynamicTest> givenClassesThatFaceTheNetwork_thenTheJarTheyAreLoadedFromHasItsFloor() {
    return Stream.of(
            io.netty.handler.codec.http2.Http2ConnectionHandler.class,
            io.netty.handler.codec.http.HttpObjectDecoder.class,
            io.netty.handler.ssl.SslHandler.class,
            io.netty.bootstrap.ServerBootstrap.class,
            io.netty.buffer.ByteBuf.class,
            com.google.protobuf.CodedInputStream.class,
            com.fasterxml.jackson.core.JsonFactory.class,
            io.vertx.core.http.HttpServer.class,
            io.vertx.grpc.server.GrpcServer.class)
        .map(
            type ->
                DynamicTest.dynamicTest(
                    type.getName(),
                    () -> {
                      Artifact jar = loadedFrom(type);
                      String floor =
                          FLOOR.entrySet().stream()
                              .filter(entry -> jar.name().startsWith(entry.getKey()))
                              .map(Map.Entry::getValue)
                              .findFirst()
                              .orElseThrow();
                      assertThat(jar).matches(it -> atLeast(it.version(), floor), floor);
                    }))
        .toList();
  }

  private static Artifact loadedFrom(Class<?> type) {
    String path = type.getProtectionDomain().getCodeSource().getLocation().getPath();
    Matcher jar = JAR.matcher(new File(path).getName());
    assertThat(jar.matches()).as(path).isTrue();
    return new Artifact(jar.group(1), jar.group(2));
  }

  @Test
  void givenVersions_thenTheyAreComparedByNumber() {
    assertThat(atLeast("4.2.9.Final", "4.2.20")).isFalse();
    assertThat(atLeast("4.2.20.Final", "4.2.20")).isTrue();
    assertThat(atLeast("4.10.0", "4.9.9")).isTrue();
    assertThat(atLeast("4.33", "4.33.6")).isFalse();
  }
}
