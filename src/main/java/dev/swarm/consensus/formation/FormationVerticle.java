package dev.swarm.consensus.formation;

import dev.swarm.bus.Messages.MembershipChanged;
import dev.swarm.bus.SwarmBus;
import dev.swarm.bus.Topics;
import dev.swarm.model.SwarmException;
import dev.swarm.model.TimeSource;
import dev.swarm.v1.JoinAnswer;
import dev.swarm.v1.JoinQuestion;
import dev.swarm.wire.GrpcMethods;
import dev.swarm.wire.SingleQuestion;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.grpc.server.GrpcServer;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that the data folder is one of a member of a group before consensus opens it. Is
 * started when the folder was looked into; a first formation may then wait for other managers as
 * long as it takes. Goes on telling others who this manager is.
 */
public final class FormationVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(FormationVerticle.class);
  private static final long ASK_AGAIN_MILLIS = 200;
  private static final long TELL_NANOS = 10_000_000_000L;

  private final FormationOptions options;
  private final SwarmBus bus;
  private final RandomGenerator random;
  private final TimeSource time;
  private final Promise<Void> formed = Promise.promise();

  /** Read by the servers on other event loops; null until the folder was looked into. */
  private volatile FounderCard card;

  private volatile Identity identity;

  private DataFolder folder;
  private FounderClient client;
  private Admission admission;
  private Doorbell doorbell;
  private long toldNanos;
  private String published = "";
  private boolean stopping;

  /** Makes the nonce of a blank folder with {@code random}, which no one must be able to guess. */
  public FormationVerticle(
      FormationOptions options, SwarmBus bus, RandomGenerator random, TimeSource time) {
    this.options = options;
    this.bus = bus;
    this.random = random;
    this.time = time;
  }

  /**
   * Completes when the folder is a member's and free for consensus to open; fails when this manager
   * can never form a group with the others as they are.
   */
  public Future<Void> formed() {
    return formed.future();
  }

  /** Who this manager is as a member; null until it is one. */
  public Identity identity() {
    return identity;
  }

  /** Answers, on this server, those who ask who this manager is. */
  public void mount(GrpcServer server) {
    SingleQuestion.serve(
        server,
        GrpcMethods.FOUNDING_SERVER,
        question -> {
          FounderCard now = card;
          if (now == null) throw notYet();
          return Future.succeededFuture(now.toAnswer());
        });
  }

  private static SwarmException notYet() {
    return new SwarmException(SwarmException.Kind.NO_LEADER, "this manager starts");
  }

  @Override
  public Future<?> start() {
    return vertx
        .executeBlocking(this::look, false)
        .compose(seen -> seen.formation() != null ? comeBack() : begin())
        .onFailure(
            failure -> {
              hangUp();
              release();
            });
  }

  private Future<Void> comeBack() {
    Identity known = folder.identity();
    boolean moved =
        options.door() != null
            && !options.door().asked().isEmpty()
            && !known.raft().isEmpty()
            && !known.raft().equals(options.raft());
    return moved ? join(known.formation().id().toString(), false) : done();
  }

  private Future<Void> begin() {
    if (!options.listed().isEmpty()) return ask();
    if (!card.seed().isEmpty()) throw needsManagers();
    return join("", false);
  }

  private SwarmException needsManagers() {
    return new SwarmException(
        SwarmException.Kind.CONFLICT,
        "manager "
            + options.id()
            + " is to begin from a snapshot: that is a new group, so list all that form it in"
            + " managers instead of join");
  }

  private FounderCard look() throws IOException {
    folder = DataFolder.open(options.dataDir(), options.cluster(), options.id());
    if (folder.identity() != null) {
      card = FounderCard.formed(folder.identity(), options.ids());
    } else {
      folder.seed();
      card = FounderCard.blank(folder.found(random), options.ids());
    }
    return card;
  }

  /** Completes when the others were asked once. A manager alone needs to ask nobody. */
  private Future<Void> ask() {
    if (client == null) client = new FounderClient(vertx);
    Map<String, FounderCard> answers = new HashMap<>();
    Map<String, String> silent = new HashMap<>();
    return Future.join(
            options.others().stream()
                .map(
                    other ->
                        client
                            .ask(other)
                            .onSuccess(answer -> answers.put(other.id(), answer))
                            .onFailure(why -> silent.put(other.id(), why.getMessage())))
                .toList())
        .transform(all -> stopping ? Future.succeededFuture() : act(answers, silent));
  }

  private Future<Void> act(Map<String, FounderCard> answers, Map<String, String> silent) {
    FormationDecision decision = FormationDecision.of(card, answers);
    if (decision instanceof FormationDecision.Form form) return form(form.formation());
    if (decision instanceof FormationDecision.Rejoin rejoin) return rejoin(rejoin.formation());
    if (decision instanceof FormationDecision.Refuse refusal) {
      formed.tryFail(new SwarmException(SwarmException.Kind.CONFLICT, refusal.reason()));
      return Future.succeededFuture();
    }
    tell(silent);
    vertx.setTimer(ASK_AGAIN_MILLIS, timer -> ask().onFailure(formed::tryFail));
    return Future.succeededFuture();
  }

  private Future<Void> rejoin(Formation formation) {
    if (options.door() == null) {
      formed.tryFail(
          new SwarmException(
              SwarmException.Kind.CONFLICT,
              "manager " + options.id() + " is a member, but its data folder is empty"));
      return Future.succeededFuture();
    }
    log.warn(
        "manager {} is a member of cluster {} but its data folder is empty, so it must not vote:"
            + " it comes back as a new member",
        options.id(),
        options.cluster());
    return join(formation.id().toString(), true);
  }

  /**
   * Asks to be let in; completes when each was asked once.
   *
   * @param group that it belongs to; empty for any
   * @param returning only in the place of a member of our name
   */
  private Future<Void> join(String group, boolean returning) {
    FormationOptions.Door door = options.door();
    JoinQuestion question =
        JoinQuestion.newBuilder()
            .setCluster(options.cluster())
            .setManager(options.id())
            .setNonce(card.nonce())
            .setApi(door.api())
            .setRaft(door.raft())
            .setHttp(door.http())
            .setReturning(returning)
            .setGroup(group)
            .setMember(folder.identity() == null ? 0 : folder.identity().member())
            .build();
    doorbell = new Doorbell(vertx, door, this::mount);
    admission = new Admission(vertx, door.asked(), question, this::publish, time);
    admission
        .admitted()
        .compose(answer -> admitted(answer))
        .onFailure(
            failure -> {
              if (!stopping) formed.tryFail(failure);
            });
    return doorbell
        .open()
        .compose(opened -> admission.begin())
        .compose(asked -> admission.admitted().isComplete() ? settled() : stillAsking());
  }

  /** Refused at once is a start that failed. */
  private Future<Void> settled() {
    return admission.admitted().succeeded() ? formed() : Future.succeededFuture();
  }

  private static Future<Void> stillAsking() {
    return Future.succeededFuture();
  }

  private Future<Void> admitted(JoinAnswer answer) {
    Formation formation = new Formation(new TreeMap<>(answer.getFoundersMap()));
    return doorbell
        .close()
        .compose(closed -> become(formation, answer.getMember()))
        .onSuccess(
            member ->
                log.info(
                    "manager {} is let into cluster {} as member {}",
                    options.id(),
                    options.cluster(),
                    answer.getMember()))
        .compose(member -> done());
  }

  private Future<FounderCard> become(Formation formation, long member) {
    return vertx
        .executeBlocking(
            () -> {
              folder.become(formation, member, options.raft());
              return FounderCard.formed(folder.identity(), options.ids());
            },
            false)
        .onSuccess(known -> card = known);
  }

  private void tell(Map<String, String> silent) {
    String waits =
        "waits to form cluster "
            + options.cluster()
            + ": no answer from "
            + silent.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(one -> one.getKey() + " (" + one.getValue() + ")")
                .collect(Collectors.joining(", "));
    publish(waits);
    long now = time.nanos();
    if (toldNanos != 0 && now - toldNanos < TELL_NANOS) return;
    toldNanos = now;
    log.info("manager {} {}", options.id(), waits);
  }

  private void publish(String waits) {
    if (waits.equals(published)) return;
    published = waits;
    bus.publish(Topics.MEMBERSHIP, new MembershipChanged(waits));
  }

  private Future<Void> form(Formation formation) {
    return become(formation, 1)
        .onFailure(formed::tryFail)
        .onSuccess(
            member ->
                log.info(
                    "cluster {} is formed by {}", options.cluster(), formation.founders().keySet()))
        .compose(member -> done());
  }

  private Future<Void> done() {
    hangUp();
    identity = folder.identity();
    release();
    publish("");
    formed.tryComplete();
    return Future.succeededFuture();
  }

  /** Asks nobody any more. */
  private Future<?> hangUp() {
    Future<Void> none = Future.succeededFuture();
    return Future.join(
        client == null ? none : client.close(), admission == null ? none : admission.stop());
  }

  private void release() {
    if (folder != null) folder.close();
    folder = null;
  }

  @Override
  public Future<?> stop() {
    stopping = true;
    release();
    return doorbell == null ? hangUp() : Future.join(hangUp(), doorbell.close());
  }
}
