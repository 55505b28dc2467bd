package dev.swarm.bus;

import dev.swarm.model.SwarmException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The event bus as the verticles of one manager use it. */
public final class SwarmBus {
  private static final Logger log = LoggerFactory.getLogger(SwarmBus.class);
  private static final String MESSAGE_CODEC = "swarm.message";
  private static final String FAILURE_CODEC = "swarm.failure";

  private final EventBus events;
  private final String prefix;

  /** For each listener of a topic, how much published news it has yet to see. */
  private final Map<String, List<AtomicInteger>> backlogs = new ConcurrentHashMap<>();

  /** The bus of the manager with this id; several may share one Vert.x. */
  public SwarmBus(Vertx vertx, String managerId) {
    events = vertx.eventBus();
    prefix = "swarm." + managerId + ".";
    register(new LocalCodec<BusMessage>(MESSAGE_CODEC));
    register(new LocalCodec<FailedReply>(FAILURE_CODEC));
  }

  private void register(LocalCodec<?> codec) {
    try {
      events.registerCodec(codec);
    } catch (IllegalStateException alreadyThere) {
      log.trace("another manager of this process registered {}", codec.name());
    }
  }

  /** Asks; the future fails with a {@link SwarmException}, TIMEOUT and NO_LEADER among them. */
  public <Q extends BusMessage, R extends BusMessage> Future<R> request(
      Endpoint<Q, R> endpoint, Q question) {
    DeliveryOptions options =
        new DeliveryOptions()
            .setLocalOnly(true)
            .setCodecName(MESSAGE_CODEC)
            .setSendTimeout(endpoint.timeoutMillis());
    return events
        .<R>request(prefix + endpoint.name(), question, options)
        .map(Message::body)
        .recover(failure -> Future.failedFuture(toSwarm(endpoint, failure)));
  }

  private static SwarmException toSwarm(Endpoint<?, ?> endpoint, Throwable failure) {
    if (failure instanceof FailedReply failed) return failed.reason();
    if (failure instanceof ReplyException reply) {
      return switch (reply.failureType()) {
        case TIMEOUT ->
            new SwarmException(
                SwarmException.Kind.TIMEOUT,
                endpoint.name() + " did not answer in " + endpoint.timeoutMillis() + " ms");
        case NO_HANDLERS ->
            new SwarmException(
                SwarmException.Kind.NO_LEADER, endpoint.name() + " is served by nobody right now");
        case RECIPIENT_FAILURE, ERROR ->
            new SwarmException(SwarmException.Kind.CONFLICT, endpoint.name() + ": internal error");
      };
    }
    return new SwarmException(SwarmException.Kind.CONFLICT, endpoint.name() + ": internal error");
  }

  /**
   * Serves an endpoint on the caller's context until its verticle is undeployed. Whoever has no
   * answer then is told so: a request that the handler made itself gets none any more, because
   * Vert.x drops replies to a verticle that is gone.
   */
  public <Q extends BusMessage, R extends BusMessage> Future<Void> serve(
      Endpoint<Q, R> endpoint, Function<Q, Future<R>> handler) {
    MessageConsumer<Q> consumer = events.localConsumer(prefix + endpoint.name());
    Set<Message<Q>> unanswered = ConcurrentHashMap.newKeySet();
    consumer.endHandler(ended -> unanswered.forEach(message -> leave(endpoint, message)));
    consumer.handler(
        message -> {
          unanswered.add(message);
          Future.succeededFuture(message.body())
              .compose(handler)
              .onComplete(answered -> unanswered.remove(message))
              .onComplete(
                  answer -> message.reply(answer, codec(MESSAGE_CODEC)),
                  failure -> message.reply(failedReply(endpoint, failure), codec(FAILURE_CODEC)));
        });
    return consumer.completion();
  }

  private static void leave(Endpoint<?, ?> endpoint, Message<?> unanswered) {
    SwarmException left =
        new SwarmException(
            SwarmException.Kind.NOT_LEADER,
            endpoint.name() + " ended before its answer; what was asked may still take effect");
    unanswered.reply(new FailedReply(left), codec(FAILURE_CODEC));
  }

  private static FailedReply failedReply(Endpoint<?, ?> endpoint, Throwable failure) {
    if (failure instanceof SwarmException expected) return new FailedReply(expected);
    log.error("bug: {} failed", endpoint.name(), failure);
    return new FailedReply(
        new SwarmException(SwarmException.Kind.CONFLICT, endpoint.name() + ": internal error"));
  }

  /** Tells all listeners, in the order of the calls. */
  public <M extends BusMessage> void publish(Topic<M> topic, M news) {
    for (AtomicInteger backlog : backlogsOf(topic)) backlog.incrementAndGet();
    events.publish(prefix + topic.name(), news, codec(MESSAGE_CODEC));
  }

  /** How much published news the slowest listener of the topic has yet to see. */
  public int backlog(Topic<?> topic) {
    return backlogsOf(topic).stream().mapToInt(AtomicInteger::get).max().orElse(0);
  }

  /** Listens on the caller's context until its verticle is undeployed. */
  public <M extends BusMessage> Future<Void> subscribe(Topic<M> topic, Consumer<M> listener) {
    MessageConsumer<M> consumer = events.localConsumer(prefix + topic.name());
    AtomicInteger backlog = new AtomicInteger();
    backlogsOf(topic).add(backlog);
    consumer.endHandler(ended -> backlogsOf(topic).remove(backlog));
    consumer.handler(
        message -> {
          backlog.decrementAndGet();
          listener.accept(message.body());
        });
    return consumer.completion();
  }

  private List<AtomicInteger> backlogsOf(Topic<?> topic) {
    return backlogs.computeIfAbsent(topic.name(), name -> new CopyOnWriteArrayList<>());
  }

  private static DeliveryOptions codec(String name) {
    return new DeliveryOptions().setLocalOnly(true).setCodecName(name);
  }
}
