package dev.swarm.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swarm.app.EmbeddingExample;
import dev.swarm.app.ManagerVerticle;
import dev.swarm.config.ManagerConfig;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host application that deploys a manager and a worker into its own Vert.x. */
class EmbeddedIT {
  @TempDir Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final Deque<String> deployed = new ArrayDeque<>();

  @AfterEach
  void close() {
    get(vertx.close());
  }

  private static <T> T get(Future<T> future) {
    try {
      return future.await(TestCluster.LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (java.util.concurrent.TimeoutException late) {
      throw new LabException("no answer in " + TestCluster.LIMIT);
    }
  }

  private ManagerConfig deployManager(String id, String cluster) {
    JsonObject config =
        new JsonObject()
            .put("id", id)
            .put("cluster", cluster)
            .put("dataDir", folder.resolve(id).toString());
    for (String port : new String[] {"api", "raft", "http"}) {
      config.put(port, new JsonObject().put("port", 0));
    }
    ManagerVerticle manager = get(EmbeddingExample.deployManager(vertx, config, registry()));
    deployed.push(manager.deploymentID());
    return manager.configuration();
  }

  private static PrometheusMeterRegistry registry() {
    return new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  }

  private void deployWorker(ManagerConfig manager) {
    String address = manager.api().advertise().toString();
    String dataDir = folder.resolve("w").toString();
    deployed.push(get(EmbeddingExample.deployWorker(vertx, address, dataDir, registry())));
  }

  private static ManagerApi api(ManagerConfig manager) {
    return new ManagerApi(manager.http().host(), manager.http().port());
  }

  /** Submits a task and waits for its result. */
  private static String resultOf(ManagerApi api, String payload) {
    JsonObject task = new JsonObject().put("name", "t").put("kind", "eventbus");
    return Await.answer(
        TestCluster.LIMIT,
        () -> "the result of " + payload,
        () -> {
          JsonObject taken = api.submit(task.put("payload", payload).put("key", payload).encode());
          String id = taken.getJsonArray("tasks").getJsonObject(0).getString("id");
          String path = "/api/v1/tasks/" + id;
          String status = api.object(path).getString("status");
          return status.equals("COMPLETE") ? api.text(path + "/result") : null;
        });
  }

  private void undeployAll() {
    while (!deployed.isEmpty()) get(vertx.undeploy(deployed.pop()));
    assertThat(vertx.deploymentIDs()).isEmpty();
  }

  @Test
  void givenAHostApplication_whenATaskComes_thenItsConsumersReplyIsTheResult() {
    ManagerConfig manager = deployManager("m1", "demo");
    deployWorker(manager);
    assertThat(resultOf(api(manager), "cat.png")).isEqualTo("thumb of cat.png");
  }

  @Test
  void givenADeployment_whenItIsUndeployed_thenNoThreadAndNoPortIsLeftAndItCanComeBack() {
    final Set<String> before = threads();
    ManagerConfig first = deployManager("m1", "demo");
    deployWorker(first);
    resultOf(api(first), "first");
    undeployAll();
    for (int port :
        new int[] {
          first.api().port(), first.raft().listener().port(), first.http().port(),
        }) {
      assertThat(listens(port)).as("port " + port).isFalse();
    }
    Await.until(
        TestCluster.LIMIT,
        "the end of our threads",
        () -> {
          Set<String> left = new HashSet<>(threads());
          left.removeAll(before);
          if (!left.isEmpty()) throw new IOException(left.toString());
          return true;
        });
    ManagerConfig second = deployManager("m1", "demo");
    deployWorker(second);
    assertThat(resultOf(api(second), "second")).isEqualTo("thumb of second");
    assertThat(resultOf(api(second), "first")).as("kept on disk").isEqualTo("thumb of first");
  }

  @Test
  void givenTwoClusters_whenTheirManagersShareAVertx_thenEachKeepsToItself() throws IOException {
    ManagerConfig one = deployManager("m1", "demo");
    ManagerConfig other = deployManager("x1", "other");
    deployWorker(one);
    assertThat(resultOf(api(one), "mine")).isEqualTo("thumb of mine");
    assertThat(api(other).list("/api/v1/workers")).isEmpty();
    assertThat(api(other).list("/api/v1/tasks")).isEmpty();
    String metrics = api(other).text("/metrics");
    assertThat(ManagerApi.sum(metrics, "swarm_raft_is_leader", "")).isEqualTo(1);
    assertThat(ManagerApi.sum(metrics, "swarm_sessions", "")).isZero();
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      return socket.isConnected();
    } catch (ConnectException refused) {
      return false;
    } catch (IOException failure) {
      throw new LabException(failure.getMessage());
    }
  }

  /** Threads that live, but for those of Vert.x' own pools and of the client of this test. */
  private static Set<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> !name.startsWith("vert.x-") && !name.startsWith("HttpClient-"))
        .collect(Collectors.toSet());
  }
}
