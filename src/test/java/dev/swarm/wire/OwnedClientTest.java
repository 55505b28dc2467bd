package dev.swarm.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Closeable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.impl.CleanableHttpClient;
import io.vertx.core.internal.ContextInternal;
import java.lang.ref.WeakReference;
import java.lang.reflect.Proxy;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a client leaves behind when its owner has closed it: nothing. */
class OwnedClientTest {
  private static final int SECONDS = 10;

  private final Vertx vertx = Vertx.vertx();
  private final Maker maker = new Maker();

  /** A verticle on which clients are made. */
  private static final class Maker extends VerticleBase {
    <T> T make(Supplier<T> what) throws Exception {
      Promise<T> made = Promise.promise();
      context.runOnContext(now -> made.complete(what.get()));
      return made.future().await(SECONDS, TimeUnit.SECONDS);
    }

    boolean waitsFor(Object client) {
      return ((ContextInternal) context).closeFuture().remove((Closeable) client);
    }
  }

  @BeforeEach
  void start() throws Exception {
    vertx.deployVerticle(maker).await(SECONDS, TimeUnit.SECONDS);
  }

  @AfterEach
  void stop() throws Exception {
    vertx.close().await(SECONDS, TimeUnit.SECONDS);
  }

  private OwnedClient client() {
    return OwnedClient.forGrpc(vertx, new HttpClientOptions(), new PoolOptions());
  }

  private static Object inner(OwnedClient client) {
    return ((CleanableHttpClient) client.http()).delegate;
  }

  @Test
  void givenAClientMadeOnAVerticle_thenTheVerticlesEndDoesNotWaitForIt() throws Exception {
    OwnedClient client = maker.make(this::client);

    assertThat(maker.waitsFor(inner(client))).isFalse();
    client.close().await(SECONDS, TimeUnit.SECONDS);
  }

  @Test
  void givenAClientThatIsClosed_thenNobodyKeepsIt_thoughItsVerticleLives() throws Exception {
    OwnedClient client = maker.make(this::client);
    WeakReference<Object> inner = new WeakReference<>(inner(client));

    client.close().await(SECONDS, TimeUnit.SECONDS);
    client = null;

    await()
        .until(
            () -> {
              System.gc();
              return inner.get() == null;
            });
  }

  @Test
  void givenAClientThatDoesNotSayThatItIsClosed_thenItsEndComesAllTheSame() throws Exception {
    OwnedClient client = new OwnedClient(vertx, endless());

    client.close().await(SECONDS, TimeUnit.SECONDS);
  }

  private static HttpClientAgent endless() {
    Future<Void> never = Promise.<Void>promise().future();
    return (HttpClientAgent)
        Proxy.newProxyInstance(
            HttpClientAgent.class.getClassLoader(),
            new Class<?>[] {HttpClientAgent.class},
            (client, method, arguments) -> never);
  }
}
