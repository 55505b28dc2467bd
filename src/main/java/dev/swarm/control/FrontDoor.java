package dev.swarm.control;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;

/** {@code /} and the description of the API. */
final class FrontDoor {
  private static final String OPENAPI = "openapi.json";

  private final Vertx vertx;
  private final ControlOptions options;

  FrontDoor(Vertx vertx, ControlOptions options) {
    this.vertx = vertx;
    this.options = options;
  }

  void mount(Routes routes) {
    routes.get(
        "/api/v1/" + OPENAPI,
        ctx -> vertx.fileSystem().readFile(OPENAPI).map(text -> Answer.of(200, Answer.JSON, text)));
    routes.get("/", ctx -> Future.succeededFuture(welcome(routes)));
  }

  private Answer welcome(Routes routes) {
    String text =
        "Swarm "
            + options.version()
            + ", manager "
            + options.manager()
            + " of cluster "
            + options.cluster()
            + "\n\n"
            + String.join("\n", routes.list())
            + "\n";
    return Answer.of(200, "text/plain; charset=utf-8", Buffer.buffer(text));
  }
}
