package dev.swarm.control;

import dev.swarm.model.ManagerInfo;
import dev.swarm.model.TimeSource;
import dev.swarm.wire.OwnedClient;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpResponseExpectation;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.HostAndPort;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Asks the other managers what they say of themselves; one round of questions a second at most. */
final class Peers {
  private static final int PATIENCE_MILLIS = 1_000;
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Supplier<SelfView> self;
  private final TimeSource time;
  private final OwnedClient client;

  private Future<Map<String, SelfView>> answers;
  private long askedNanos;

  /**
   * Asks with a client that must be closed.
   *
   * @param self what this manager says of itself
   */
  Peers(Vertx vertx, TimeSource time, Supplier<SelfView> self) {
    this.self = self;
    this.time = time;
    this.client =
        OwnedClient.forHttp(vertx, new HttpClientOptions().setConnectTimeout(PATIENCE_MILLIS));
  }

  /** What each reachable manager says of itself, by id; never fails. */
  Future<Map<String, SelfView>> ask(Collection<ManagerInfo> managers) {
    long now = time.nanos();
    if (answers == null || now - askedNanos > FRESH_NANOS) {
      askedNanos = now;
      answers = askAll(managers);
    }
    return answers.map(
        known -> {
          Map<String, SelfView> withUs = new HashMap<>(known);
          withUs.put(self.get().id(), self.get());
          return withUs;
        });
  }

  private Future<Map<String, SelfView>> askAll(Collection<ManagerInfo> managers) {
    Map<String, SelfView> reachable = new HashMap<>();
    List<Future<?>> questions = new ArrayList<>();
    for (ManagerInfo manager : managers) {
      if (manager.id().equals(self.get().id())) continue;
      questions.add(ask(manager).onSuccess(view -> reachable.put(manager.id(), view)));
    }
    return Future.join(questions).transform(any -> Future.succeededFuture(reachable));
  }

  private Future<SelfView> ask(ManagerInfo manager) {
    HostAndPort http = HostAndPort.parseAuthority(manager.http(), -1);
    if (http == null || http.port() < 1) return Future.failedFuture("no address");
    RequestOptions question =
        new RequestOptions().setHost(http.host()).setPort(http.port()).setURI(SelfView.PATH);
    return Future.succeededFuture(question)
        .compose(client.http()::request) // fails, rather than throws, when it is closed
        .compose(request -> request.send())
        .expecting(HttpResponseExpectation.SC_OK)
        .compose(response -> response.body())
        .map(body -> SelfView.from(JsonText.object(body)))
        .compose(view -> sameManager(view, manager))
        .timeout(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Another cluster's manager at the address is not the one we asked for. */
  private Future<SelfView> sameManager(SelfView view, ManagerInfo manager) {
    boolean same = manager.id().equals(view.id()) && self.get().cluster().equals(view.cluster());
    return same ? Future.succeededFuture(view) : Future.failedFuture("another manager");
  }

  /** Closes the connections. */
  Future<Void> close() {
    return client.close();
  }
}
