package dev.swarm.forward;

import com.google.protobuf.MessageLite;
import com.google.protobuf.UnsafeByteOperations;
import dev.swarm.bus.BusMessage;
import dev.swarm.bus.Endpoint;
import dev.swarm.bus.Endpoints;
import dev.swarm.bus.Messages;
import dev.swarm.bus.Messages.BeatsTaken;
import dev.swarm.bus.Messages.Taken;
import dev.swarm.bus.SwarmBus;
import dev.swarm.bus.Topics;
import dev.swarm.codec.LogCodec;
import dev.swarm.model.SwarmException;
import dev.swarm.model.TimeSource;
import dev.swarm.v1.LinkDown;
import dev.swarm.v1.LinkUp;
import dev.swarm.v1.OperatorWrite;
import dev.swarm.v1.Promotion;
import dev.swarm.v1.SessionBeats;
import dev.swarm.v1.SessionGoodbyes;
import dev.swarm.v1.SessionOpens;
import dev.swarm.v1.SessionReports;
import dev.swarm.v1.SessionRoster;
import dev.swarm.v1.StateCopy;
import dev.swarm.wire.LinkMessages;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Serves {@code leader.*} on a follower: carries each request over the link to the leader and its
 * answer back. What was forwarded once is answered NOT_LEADER.
 */
public final class ForwarderVerticle extends VerticleBase {
  private final ForwardOptions options;
  private final SwarmBus bus;
  private final TimeSource time;
  private final MeterRegistry meters;
  private LeaderLink link;
  private BeatRelay beats;
  private Gauge links;

  /** The forwarder to the leader named in the options. */
  public ForwarderVerticle(
      ForwardOptions options, SwarmBus bus, TimeSource time, MeterRegistry meters) {
    this.options = options;
    this.bus = bus;
    this.time = time;
    this.meters = meters;
  }

  @Override
  public Future<?> start() {
    link = new LeaderLink(vertx, options, time, new LinkMeters(meters), this::onNews);
    beats = new BeatRelay(vertx, time, this::sendBeats);
    links =
        Gauge.builder("swarm.forward.links", link, LeaderLink::links)
            .description("1 while a follower's link to the leader is up")
            .register(meters);
    link.open();
    Future<?> serving =
        Future.all(
            List.of(
                serve(Endpoints.OPEN, Messages.Opens::forwarded, this::onOpens),
                serve(Endpoints.BEATS, Messages.Beats::forwarded, told -> beats.take(told.beats())),
                serve(Endpoints.ROSTER, Messages.Roster::forwarded, this::onRoster),
                serve(Endpoints.REPORTS, Messages.Reports::forwarded, this::onReports),
                serve(Endpoints.GOODBYE, Messages.Goodbyes::forwarded, this::onGoodbyes),
                serve(Endpoints.WRITES, Messages.Write::forwarded, this::onWrite),
                serve(Endpoints.PROMOTE, Messages.Promote::forwarded, this::onPromote),
                bus.serve(Endpoints.DIGESTS, this::onDigests),
                bus.serve(Endpoints.COPY, this::onCopy)));
    return serving.onFailure(refused -> link.close());
  }

  @Override
  public Future<?> stop() {
    meters.remove(links);
    return link.close();
  }

  private void onNews(LinkDown news) {
    if (!news.hasMoves()) return; // from a newer leader
    bus.publish(Topics.MOVES, LinkMessages.fromProto(options.manager(), news.getMoves()));
  }

  private <Q extends BusMessage, R extends BusMessage> Future<Void> serve(
      Endpoint<Q, R> endpoint, Predicate<Q> forwarded, Function<Q, Future<R>> handler) {
    return bus.serve(
        endpoint, question -> forwarded.test(question) ? notLeader() : handler.apply(question));
  }

  private <R> Future<R> notLeader() {
    return Future.failedFuture(
        new SwarmException(
            SwarmException.Kind.NOT_LEADER,
            "not leader: " + options.leader() + " is, as " + options.manager() + " knows"));
  }

  private Future<Taken> onOpens(Messages.Opens asked) {
    return taken(
        LinkKind.OPEN,
        asked.opens().stream().map(LinkMessages::toProto).toList(),
        part -> LinkUp.newBuilder().setOpens(SessionOpens.newBuilder().addAllOpens(part)));
  }

  private Future<Taken> onReports(Messages.Reports asked) {
    return taken(
        LinkKind.REPORTS,
        asked.reports().stream().map(LinkMessages::toProto).toList(),
        part -> LinkUp.newBuilder().setReports(SessionReports.newBuilder().addAllReports(part)));
  }

  private Future<Taken> onGoodbyes(Messages.Goodbyes asked) {
    return taken(
        LinkKind.GOODBYE,
        asked.goodbyes().stream().map(LinkMessages::toProto).toList(),
        part -> LinkUp.newBuilder().setGoodbyes(SessionGoodbyes.newBuilder().addAllGoodbyes(part)));
  }

  private Future<BeatsTaken> onRoster(Messages.Roster asked) {
    return heard(
        LinkKind.ROSTER,
        asked.sessions(),
        part ->
            LinkUp.newBuilder()
                .setRoster(
                    SessionRoster.newBuilder().setEpoch(asked.epoch()).addAllSessions(part)));
  }

  private Future<BeatsTaken> sendBeats(List<Messages.SessionBeat> digest) {
    return heard(
        LinkKind.BEATS,
        digest,
        part -> LinkUp.newBuilder().setBeats(SessionBeats.newBuilder().addAllBeats(part)));
  }

  private Future<Taken> onWrite(Messages.Write asked) {
    byte[] command = LogCodec.encode(List.of(asked.command()));
    OperatorWrite.Builder write =
        OperatorWrite.newBuilder().setCommand(UnsafeByteOperations.unsafeWrap(command));
    return link.ask(LinkKind.WRITE, LinkUp.newBuilder().setWrite(write))
        .map(down -> LogCodec.decodeOutcomes(down.getOutcome().toByteArray()))
        .map(outcomes -> new Taken(outcomes.get(0)));
  }

  private Future<Messages.Done> onPromote(Messages.Promote asked) {
    Promotion.Builder promotion = Promotion.newBuilder().setManager(asked.manager());
    return link.ask(LinkKind.PROMOTE, LinkUp.newBuilder().setPromotion(promotion))
        .map(down -> new Messages.Done());
  }

  private Future<Messages.DigestsJudged> onDigests(Messages.Digests asked) {
    return link.ask(LinkKind.DIGESTS, LinkUp.newBuilder().setDigests(LinkMessages.toProto(asked)))
        .map(down -> LinkMessages.fromProto(down.getJudged()));
  }

  private Future<Messages.CopyPiece> onCopy(Messages.CopyQuestion asked) {
    StateCopy.Builder copy = StateCopy.newBuilder().setCopy(asked.copy()).setOffset(asked.offset());
    return link.ask(LinkKind.COPY, LinkUp.newBuilder().setCopy(copy))
        .map(down -> LinkMessages.fromProto(down.getPiece()));
  }

  private <T extends MessageLite> Future<Taken> taken(
      LinkKind kind, List<T> items, Function<List<T>, LinkUp.Builder> message) {
    List<List<T>> parts = Parts.of(items, Parts.MAX_ITEMS, Parts.MAX_BYTES);
    return ask(kind, parts, message).map(answers -> Answers.taken(parts, answers));
  }

  private Future<BeatsTaken> heard(
      LinkKind kind,
      List<Messages.SessionBeat> told,
      Function<List<dev.swarm.v1.SessionBeat>, LinkUp.Builder> message) {
    List<dev.swarm.v1.SessionBeat> items = told.stream().map(LinkMessages::toProto).toList();
    var parts = Parts.of(items, Parts.MAX_ITEMS, Parts.MAX_BYTES);
    return ask(kind, parts, message).map(answers -> Answers.heard(told, parts, answers));
  }

  private <T> Future<List<LinkDown>> ask(
      LinkKind kind, List<List<T>> parts, Function<List<T>, LinkUp.Builder> message) {
    List<Future<LinkDown>> asked = new ArrayList<>(parts.size());
    for (List<T> part : parts) asked.add(link.ask(kind, message.apply(part)));
    return Future.all(asked).map(all -> all.<LinkDown>list());
  }
}
