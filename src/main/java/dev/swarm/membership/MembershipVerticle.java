package dev.swarm.membership;

import dev.swarm.bus.Endpoints;
import dev.swarm.bus.Messages.GroupMember;
import dev.swarm.bus.Messages.GroupQuery;
import dev.swarm.bus.Messages.GroupView;
import dev.swarm.bus.Messages.HandOver;
import dev.swarm.bus.Messages.Propose;
import dev.swarm.bus.Messages.Regroup;
import dev.swarm.bus.Messages.StateQuery;
import dev.swarm.bus.Messages.StateView;
import dev.swarm.bus.Messages.Taken;
import dev.swarm.bus.Messages.Write;
import dev.swarm.bus.SwarmBus;
import dev.swarm.model.ClusterState;
import dev.swarm.model.Command;
import dev.swarm.model.ManagerInfo;
import dev.swarm.model.SwarmException;
import dev.swarm.model.TimeSource;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** On the leader: admits managers, and makes the Raft group what the committed records say. */
public final class MembershipVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(MembershipVerticle.class);
  private static final long LOOK_MILLIS = 250;

  /** Managers being dialled back; further ones come again. */
  static final int MAX_ADMISSIONS = 16;

  private static final int ADMIT_AGAIN_MILLIS = 1_000;

  private final String cluster;
  private final SwarmBus bus;
  private final TimeSource time;
  private final Reconciler reconciler;
  private Dialler dialler;
  private Introduction introduction;
  private int admissions;
  private boolean stopped;

  /** For a manager that leads. */
  public MembershipVerticle(String cluster, String manager, SwarmBus bus, TimeSource time) {
    this.cluster = cluster;
    this.bus = bus;
    this.time = time;
    reconciler = new Reconciler(manager);
  }

  @Override
  public Future<?> start() {
    dialler = new Dialler(vertx);
    introduction = new Introduction(cluster, dialler);
    return bus.serve(Endpoints.ADMIT, this::admit).onSuccess(serving -> lookNowAndThen());
  }

  @Override
  public Future<?> stop() {
    stopped = true;
    return dialler.close();
  }

  private Future<Taken> admit(Write write) {
    if (admissions >= MAX_ADMISSIONS) {
      throw new SwarmException(
          SwarmException.Kind.OVERLOADED, "too many managers join at once", ADMIT_AGAIN_MILLIS);
    }
    ManagerInfo wish = wish(write.command());
    admissions++;
    return state()
        .compose(state -> introduce(wish, state))
        .compose(introduced -> bus.request(Endpoints.PROPOSE, new Propose(write.command())))
        .onComplete(admitted -> admissions--);
  }

  /** Who passed the wish on may lag, and not know yet that its folder was removed. */
  private Future<?> introduce(ManagerInfo wish, ClusterState state) {
    Belonging.requireWelcome(state, wish);
    return introduction.check(wish, state.managers().get(wish.id()));
  }

  private static ManagerInfo wish(Command asked) {
    Command command = asked instanceof Command.Once once ? once.command() : asked;
    if (command instanceof Command.AdmitManager admit) return admit.wish();
    throw SwarmException.badRequest(command.kind() + " admits nobody");
  }

  private Future<ClusterState> state() {
    return bus.request(Endpoints.STATE, new StateQuery()).map(StateView::state);
  }

  private void lookNowAndThen() {
    if (stopped) return;
    look()
        .onFailure(failure -> log.debug("the group is left as it is: {}", failure.getMessage()))
        .onComplete(looked -> vertx.setTimer(LOOK_MILLIS, timer -> lookNowAndThen()));
  }

  /** The records first: they may be behind the group, never ahead of what was decided from them. */
  private Future<?> look() {
    return bus.request(Endpoints.GROUP, new GroupQuery())
        .compose(group -> state().compose(state -> follow(state, group)));
  }

  private Future<?> follow(ClusterState state, GroupView group) {
    if (stopped) return Future.succeededFuture();
    Step step = reconciler.next(state, group, time.nanos());
    if (step instanceof Step.Commit commit) return commit(commit.command());
    if (step instanceof Step.Change change) return change(change);
    if (step instanceof Step.Yield leaving) return yieldTo(leaving.heir());
    return Future.succeededFuture();
  }

  private Future<?> commit(Command command) {
    log.info("members: {}", command);
    return bus.request(Endpoints.PROPOSE, new Propose(command));
  }

  private Future<?> change(Step.Change change) {
    log.info("{}: the voters become {}", change.reason(), names(change));
    return bus.request(Endpoints.REGROUP, new Regroup(change.voters()))
        .onFailure(failure -> unchanged(change, failure));
  }

  private void unchanged(Step.Change change, Throwable failure) {
    if (change.added() != null) reconciler.failed(change.added(), time.nanos());
    log.warn("{}, but not yet: {}", change.reason(), failure.getMessage());
  }

  private Future<?> yieldTo(GroupMember heir) {
    log.info("this manager leaves: {} is to lead", heir.manager());
    return bus.request(Endpoints.HAND_OVER, new HandOver(heir.manager()))
        .onFailure(failure -> reconciler.failed(heir, time.nanos()));
  }

  private static String names(Step.Change change) {
    return change.voters().stream().map(GroupMember::manager).collect(Collectors.joining(", "));
  }
}
