package dev.swarm.control;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.handler.HttpException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Which method of which path is answered by what. An operation returns its answer or fails; both
 * are sent here.
 */
final class Routes {
  private final Router router;
  private final Map<String, List<HttpMethod>> methods = new LinkedHashMap<>();

  Routes(Router router) {
    this.router = router;
  }

  void get(String path, Function<RoutingContext, Future<Answer>> operation) {
    route(HttpMethod.GET, path).handler(answering(operation));
  }

  void delete(String path, Function<RoutingContext, Future<Answer>> operation) {
    route(HttpMethod.DELETE, path).handler(answering(operation));
  }

  /** The operation finds the whole body, which is not larger than the limit. */
  void put(String path, int maxBodyBytes, Function<RoutingContext, Future<Answer>> operation) {
    route(HttpMethod.PUT, path)
        .handler(BodyHandler.create(false).setBodyLimit(maxBodyBytes))
        .handler(answering(operation));
  }

  /** The operation finds the whole body, which is not larger than the limit. */
  void post(String path, int maxBodyBytes, Function<RoutingContext, Future<Answer>> operation) {
    route(HttpMethod.POST, path)
        .handler(BodyHandler.create(false).setBodyLimit(maxBodyBytes))
        .handler(answering(operation));
  }

  /** The operation reads the body itself. */
  void post(String path, Function<RoutingContext, Future<Answer>> operation) {
    route(HttpMethod.POST, path).handler(answering(operation));
  }

  /** The operation sends the answer itself, or fails: with a problem, before its first byte. */
  void stream(String path, Function<RoutingContext, Future<?>> operation) {
    route(HttpMethod.GET, path)
        .handler(
            ctx ->
                Future.succeededFuture(ctx)
                    .compose(operation::apply)
                    .onFailure(failure -> breakOff(ctx, failure)));
  }

  private static void breakOff(RoutingContext ctx, Throwable failure) {
    if (ctx.response().headWritten()) ctx.response().reset();
    else Problems.of(failure).send(ctx.response());
  }

  private Route route(HttpMethod method, String path) {
    methods.computeIfAbsent(path, unseen -> new ArrayList<>()).add(method);
    return router.route(method, path);
  }

  private static Handler<RoutingContext> answering(
      Function<RoutingContext, Future<Answer>> operation) {
    return ctx ->
        Future.succeededFuture(ctx)
            .compose(operation)
            .otherwise(Problems::of)
            .onSuccess(answer -> answer.send(ctx.response()));
  }

  /** Answers everything else; to be called when all routes are there. */
  void close() {
    methods.forEach(
        (path, known) -> {
          String allow = known.stream().map(HttpMethod::name).collect(Collectors.joining(", "));
          router.route(path).handler(ctx -> refuseMethod(ctx, allow));
        });
    router
        .route()
        .handler(Routes::refusePath)
        .failureHandler(ctx -> answerFailure(ctx, ctx.statusCode()));
    for (int status : new int[] {400, 404, 413, 414, 500}) {
      router.errorHandler(status, ctx -> answerFailure(ctx, status));
    }
  }

  private static void refusePath(RoutingContext ctx) {
    Problems.of(new HttpException(404, "nothing is at " + ctx.normalizedPath()))
        .send(ctx.response());
  }

  private static void refuseMethod(RoutingContext ctx, String allow) {
    String detail = ctx.request().method() + " is not possible here, only " + allow;
    Problems.of(new HttpException(405, detail)).with("Allow", allow).send(ctx.response());
  }

  /** What the router itself, or one of its handlers, could not do. */
  private static void answerFailure(RoutingContext ctx, int status) {
    boolean clientsFault = status >= 400 && status < 500;
    Problems.of(clientsFault ? new HttpException(status) : ctx.failure()).send(ctx.response());
  }

  /** All that is answered, as {@code GET /path/{id}}. */
  List<String> list() {
    List<String> all = new ArrayList<>();
    methods.forEach(
        (path, known) ->
            known.forEach(m -> all.add(m.name() + " " + path.replaceAll(":(\\w+)", "{$1}"))));
    return all;
  }
}
