package dev.swarm.membership;

import static dev.swarm.sim.FakeConsensus.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.swarm.bus.Endpoints;
import dev.swarm.bus.Messages.Taken;
import dev.swarm.bus.Messages.Write;
import dev.swarm.bus.SwarmBus;
import dev.swarm.model.Command;
import dev.swarm.model.ManagerInfo;
import dev.swarm.model.ManagerState;
import dev.swarm.model.Settings;
import dev.swarm.sim.FakeConsensus;
import dev.swarm.v1.JoinAnswer;
import dev.swarm.v1.JoinQuestion;
import dev.swarm.v1.RecallAnswer;
import dev.swarm.v1.RecallQuestion;
import dev.swarm.v1.Standing;
import dev.swarm.wire.GrpcMethods;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What manager m1 answers those who want to join, over real gRPC; writes are committed at once. */
class JoinServiceTest {
  private final Vertx vertx = Vertx.vertx();
  private final SwarmBus bus = new SwarmBus(vertx, "m1");
  private final FakeConsensus consensus = new FakeConsensus(bus, Settings.DEFAULT);
  private final List<ManagerInfo> admitted = new CopyOnWriteArrayList<>();
  private GrpcClient client;
  private SocketAddress address;

  @BeforeEach
  void start() {
    get(consensus.serve());
    get(bus.serve(Endpoints.WRITES, this::write));
    consensus.write(
        new Command.PutManager(
            new ManagerInfo("m1", 1, "f1", "a:1", "r:1", "h:1", 100, ManagerState.ACTIVE)));
    Asked server = Asked.start(vertx);
    OurGroup group = new OurGroup("group", Map.of("m1", "f1"));
    new JoinService("demo", "m1", bus, () -> group, new SplittableRandom(1)).mount(server.grpc);
    String[] parts = server.address.split(":");
    address = SocketAddress.inetSocketAddress(Integer.parseInt(parts[1]), parts[0]);
    client =
        GrpcClient.builder(vertx)
            .with(new HttpClientOptions().setHttp2ClearTextUpgrade(false))
            .build();
  }

  @AfterEach
  void close() {
    get(client.close());
    get(vertx.close());
  }

  private Future<Taken> write(Write write) {
    Command.AdmitManager admit = (Command.AdmitManager) ((Command.Once) write.command()).command();
    admitted.add(admit.wish());
    return Future.succeededFuture(consensus.write(write.command()));
  }

  private static JoinQuestion.Builder asks(String nonce, long member, String raft) {
    return JoinQuestion.newBuilder()
        .setCluster("demo")
        .setManager("m2")
        .setNonce(nonce)
        .setApi("a:2")
        .setRaft(raft)
        .setHttp("h:2")
        .setMember(member);
  }

  private JoinAnswer join(JoinQuestion.Builder question) {
    return get(
        client
            .request(address, GrpcMethods.JOIN_CLIENT)
            .compose(request -> request.send(question.build()))
            .compose(
                response ->
                    response
                        .last()
                        .recover(failure -> Future.failedFuture(response.statusMessage()))));
  }

  /** The number under which the folder was let in at this Raft address, and is a voter. */
  private long member(String nonce, String raft) {
    join(asks(nonce, 0, raft));
    long member = join(asks(nonce, 0, raft)).getMember();
    consensus.write(new Command.PromoteManager("m2", member));
    return member;
  }

  private void remove(long member) {
    consensus.write(new Command.RemoveManager("m2", member));
    consensus.write(new Command.ForgetManager("m2", member));
  }

  @Test
  void givenARemovedManager_whenItsFolderComesByAnotherRaftAddress_thenItIsRefused() {
    long member = member("f2", "r:2");
    remove(member);
    admitted.clear();

    assertThatThrownBy(() -> join(asks("f2", member, "r:9")))
        .hasMessageContaining("manager m2 was removed from the cluster")
        .hasMessageContaining("move this data folder away");
    assertThat(admitted).isEmpty();
    assertThat(join(asks("blank", 0, "r:9")).getMember()).as("a blank folder asks").isZero();
    assertThat(admitted).extracting(ManagerInfo::nonce).containsExactly("blank");
  }

  @Test
  void givenAnotherFolderInItsPlace_whenTheOldOneComesByAnotherRaftAddress_thenItIsRefused() {
    long old = member("f2", "r:2");
    remove(old);
    long heir = member("blank", "r:9");
    admitted.clear();

    assertThatThrownBy(() -> join(asks("f2", old, "r:3")))
        .hasMessageContaining("manager m2 has another data folder by now")
        .hasMessageContaining("move this data folder away");
    assertThat(admitted).isEmpty();
    assertThat(join(asks("blank", heir, "r:9")).getMember()).isEqualTo(heir);
  }

  @Test
  void givenAMember_whenItsOwnFolderComesByAnotherRaftAddress_thenItIsLetInUnderANewNumber() {
    long member = member("f2", "r:2");
    admitted.clear();

    assertThat(join(asks("f2", member, "r:9")).getMember()).as("asks again").isZero();
    assertThat(admitted).extracting(ManagerInfo::raft).containsExactly("r:9");
    assertThat(join(asks("f2", member, "r:9")).getMember()).isGreaterThan(member);
  }

  @Test
  void givenAStateFromBeforeTheMember_whenItComesByAnotherRaftAddress_thenTheLeaderIsAsked() {
    long future = consensus.state().index() + 100;
    assertThat(join(asks("f2", future, "r:9")).getMember()).isZero();
    assertThat(admitted).hasSize(1);
  }

  private RecallAnswer recall(String cluster, String group, String manager, long member) {
    RecallQuestion question =
        RecallQuestion.newBuilder()
            .setCluster(cluster)
            .setGroup(group)
            .setManager(manager)
            .setMember(member)
            .build();
    return get(
        client
            .request(address, GrpcMethods.RECALL_CLIENT)
            .compose(request -> request.send(question))
            .compose(response -> response.last()));
  }

  private String whyNotBegin(String group, String... asked) {
    Recall recall = new Recall(vertx, "demo", group, "m1", 1);
    String reason = get(recall.whyNotBegin(List.of(asked)));
    recall.close();
    return reason;
  }

  @Test
  void givenAFolderOfAnotherGroupOfThisName_whenItAsks_thenItHearsSo_ifItsNameIsTaken() {
    RecallAnswer taken = recall("demo", "elsewhere", "m1", 1);
    assertThat(taken.getStanding()).isEqualTo(Standing.STANDING_OTHER_GROUP);
    assertThat(taken.getSameGroup()).isFalse();
    assertThat(recall("demo", "elsewhere", "m2", 1)).isEqualTo(RecallAnswer.getDefaultInstance());
    assertThat(recall("other", "elsewhere", "m1", 1)).isEqualTo(RecallAnswer.getDefaultInstance());
  }

  @Test
  void givenAFolderOfThisGroup_whenItAsks_thenItHearsThatItIs_alsoWhenTheMemberIsUnknown() {
    assertThat(recall("demo", "group", "m1", 1).getStanding()).isEqualTo(Standing.STANDING_MEMBER);
    assertThat(recall("demo", "group", "m1", 1).getSameGroup()).isTrue();
    RecallAnswer unknown = recall("demo", "group", "m2", consensus.state().index() + 100);
    assertThat(unknown.getStanding()).isEqualTo(Standing.STANDING_UNSPECIFIED);
    assertThat(unknown.getSameGroup()).isTrue();
  }

  @Test
  void givenAnotherGroup_whenAManagerMayBegin_thenOnlyIfOneOfItsOwnGroupIsThere() {
    Asked other = Asked.start(vertx);
    OurGroup group = new OurGroup("elsewhere", Map.of("m1", "f1"));
    new JoinService("demo", "m3", bus, () -> group, new SplittableRandom(1)).mount(other.grpc);
    String here = address.toString();

    assertThat(whyNotBegin("elsewhere", here))
        .contains("data folder of manager m1 belongs to another group")
        .contains("called demo")
        .contains("move it away");
    assertThat(whyNotBegin("elsewhere", here, other.address)).isEmpty();
    assertThat(whyNotBegin("group", here)).isEmpty();
    assertThat(whyNotBegin("elsewhere", "127.0.0.1:1")).isEmpty();
  }

  @Test
  void givenTheOwnGroupSaysThatItWasRemoved_whenAManagerMayBegin_thenThatIsWhyNot() {
    long member = member("f2", "r:2");
    remove(member);
    Recall recall = new Recall(vertx, "demo", "group", "m2", member);
    assertThat(get(recall.whyNotBegin(List.of(address.toString()))))
        .contains("manager m2 was removed");
    recall.close();
  }
}
