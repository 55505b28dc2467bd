package dev.swarm.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.swarm.model.EdgeLimits;
import dev.swarm.model.TimeSource;
import dev.swarm.sim.ImpatientEdge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A real server behind an edge: who is let in, and who is sent away. */
class EdgeTest {
  private static final int READ_MILLIS = 4_000;

  private static final int BUFFER_BYTES = 16 << 10;

  private static final byte[] PING = {0, 0, 8, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};

  /** What the kernel's buffers of both ends hold, and a good deal more. */
  private static final long MOST_TAKEN_BYTES = 256 << 10;

  /** Longer than a test whose clock jumps by seconds. */
  private static final int PATIENT_MILLIS = 60_000;

  /** Any that is free, the same for all instances of a verticle. */
  private static final int SHARED_PORT = -1;

  /** Who asks so is welcomed as a manager. */
  private static final HttpMethod LINK = HttpMethod.PUT;

  private final AtomicInteger receivedOfManagers = new AtomicInteger();
  private final Vertx vertx = Vertx.vertx();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final AtomicLong skewNanos = new AtomicLong();
  private volatile LongSupplier clock = System::nanoTime;
  private final TimeSource time =
      new TimeSource(() -> clock.getAsLong() + skewNanos.get(), System::currentTimeMillis);
  private final List<Socket> sockets = new ArrayList<>();

  /** One that nobody holds is closed, and what was asked of it is never answered. */
  private final List<HttpClient> clients = new ArrayList<>();

  @AfterEach
  void stop() throws Exception {
    for (Socket socket : sockets) socket.close();
    vertx.close().await(5, TimeUnit.SECONDS);
  }

  private int listen(int connections, int perAddress) throws Exception {
    return listen(
        Edge.ofApi(ImpatientEdge.limits(connections, perAddress, 700, 700), time, meters));
  }

  private int listenForOperators() throws Exception {
    return listen(Edge.ofHttp(ImpatientEdge.limits(10, 10, 700, 700), time, meters));
  }

  private int listen(Edge edge) throws Exception {
    return server(edge).listen(0, "127.0.0.1").await(5, TimeUnit.SECONDS).actualPort();
  }

  private HttpServer server(Edge edge) {
    return edge.server(vertx, new HttpServerOptions())
        .requestHandler(
            request -> {
              if (request.method() == HttpMethod.GET) request.response().end("hello");
              if (request.method() != LINK) return;
              Caller.of(request.connection()).welcomedAsManager();
              request.handler(bytes -> receivedOfManagers.addAndGet(bytes.length()));
            });
  }

  /** Its connections live on two event loops in turn. */
  private int listenOnTwoEventLoops(Edge edge) throws Exception {
    List<HttpServer> servers = new CopyOnWriteArrayList<>();
    Supplier<VerticleBase> eachOfThem =
        () ->
            new VerticleBase() {
              @Override
              public Future<?> start() {
                return server(edge).listen(SHARED_PORT, "127.0.0.1").onSuccess(servers::add);
              }
            };
    vertx
        .deployVerticle(eachOfThem, new DeploymentOptions().setInstances(2))
        .await(5, TimeUnit.SECONDS);
    return servers.get(0).actualPort();
  }

  private static void say(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private Socket dial(int port, String from) throws IOException {
    Socket socket =
        new Socket(InetAddress.getByName("127.0.0.1"), port, InetAddress.getByName(from), 0);
    socket.setSoTimeout(READ_MILLIS);
    sockets.add(socket);
    return socket;
  }

  /** Whether the server closes it; fails when it does neither that nor says anything. */
  private static boolean closed(Socket socket) throws IOException {
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketException reset) {
      return true;
    }
  }

  private double refused(Refused reason) {
    return meters.get("swarm.edge.refused").tag("reason", reason.tag()).counter().count();
  }

  private double connections() {
    return meters.get("swarm.edge.connections").gauge().value();
  }

  private HttpClient client() {
    return client("127.0.0.1");
  }

  private HttpClient client(String from) {
    HttpClient client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setLocalAddress(from)
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false));
    clients.add(client);
    return client;
  }

  private static Future<String> ask(HttpClient client, int port) {
    return client
        .request(HttpMethod.GET, port, "127.0.0.1", "/")
        .compose(request -> request.send().compose(response -> response.body()))
        .map(Buffer::toString);
  }

  @Test
  void givenOneWhoSpeaksHttp2_thenItIsServed_andSentAwayWhenItWantsNothingMore() throws Exception {
    int port = listen(10, 10);

    assertThat(ask(client(), port).await(5, TimeUnit.SECONDS)).isEqualTo("hello");

    await().until(() -> refused(Refused.REQUEST) == 1);
    await().until(() -> connections() == 0);
  }

  @Test
  void givenAStranger_thenItIsServedAFewRequestsASecond_andCutForACrowdOfThem() throws Exception {
    clock = () -> 0;
    int port =
        listen(
            Edge.ofApi(ImpatientEdge.limits(10, 10, PATIENT_MILLIS, PATIENT_MILLIS), time, meters));
    HttpClient client = client();
    for (int second = 0; second < 3; second++) {
      for (int i = 0; i < 8; i++)
        assertThat(ask(client, port).await(5, TimeUnit.SECONDS)).isNotNull();
      skewNanos.addAndGet(1_000_000_000L);
    }
    assertThat(refused(Refused.FRAMES)).isZero();

    List<Future<String>> crowd = new ArrayList<>();
    for (int i = 0; i < 30; i++) crowd.add(ask(client, port));
    await().until(() -> refused(Refused.FRAMES) >= 1);
    await().until(() -> crowd.stream().allMatch(Future::isComplete));
    assertThat(crowd).anyMatch(Future::failed);
  }

  @Test
  void givenAFrameOfManySettings_thenItIsNotTaken_andOneOfAFewIs() throws Exception {
    clock = () -> 0;
    int port = listen(10, 10);

    say(dial(port, "127.0.0.1"), settings(10));
    Socket many = dial(port, "127.0.0.1");
    say(many, settings(2_000));
    await().until(() -> refused(Refused.FRAMES) == 1);

    assertThat(refused(Refused.BROKEN)).isZero();
  }

  private static String settings(int count) {
    StringBuilder frame = new StringBuilder("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    int length = 6 * count;
    frame.append('\0').append((char) (length >> 8)).append((char) (length & 0xff));
    frame.append("\4\0\0\0\0\0");
    for (int i = 0; i < count; i++) {
      frame.append((char) (16 + i >> 8)).append((char) (16 + i & 0xff)).append("\0\0\0\1");
    }
    return frame.toString();
  }

  private HttpClientRequest halfAMessage(int port, String from, int sent) throws Exception {
    return halfAMessage(HttpMethod.POST, port, from, sent);
  }

  private HttpClientRequest halfAMessage(HttpMethod method, int port, String from, int sent)
      throws Exception {
    return halfAMessage(client(from), method, port, sent);
  }

  private static HttpClientRequest halfAMessage(
      HttpClient client, HttpMethod method, int port, int sent) throws Exception {
    Buffer half = Buffer.buffer().appendByte((byte) 0).appendInt(1 << 20);
    half.appendBytes(new byte[sent - half.length()]);
    HttpClientRequest request =
        client.request(method, port, "127.0.0.1", "/").await(5, TimeUnit.SECONDS);
    request.setChunked(true);
    request.write(half);
    return request;
  }

  private static boolean goesOn(HttpClientRequest request) throws Exception {
    return request
        .write("more")
        .transform(Future::succeededFuture)
        .await(5, TimeUnit.SECONDS)
        .succeeded();
  }

  @Test
  void givenMessagesWithoutAnEnd_whenAllTogetherAreTooLarge_thenWhoHasMostOfThemGoes()
      throws Exception {
    Edge edge = Edge.ofApi(ImpatientEdge.keeping(80_000), time, meters);
    int port = listenOnTwoEventLoops(edge);
    HttpClientRequest large = halfAMessage(port, "127.0.0.1", 50_000);
    await().until(() -> edge.unfinishedBytes() == 50_000);
    HttpClientRequest small = halfAMessage(port, "127.0.0.2", 40_000);

    await().until(() -> refused(Refused.UNFINISHED) == 1 && connections() == 1);
    await().until(() -> edge.unfinishedBytes() == 40_000);
    assertThat(goesOn(large)).isFalse();
    small.reset();
    await().until(() -> edge.unfinishedBytes() == 0);
    assertThat(refused(Refused.UNFINISHED)).isEqualTo(1);
  }

  @Test
  void givenACrowdOfSmallMessagesWithoutAnEnd_thenItMakesRoom_andOneWithALargerMessageStays()
      throws Exception {
    int most = 300_000;
    int small = 10_000;
    int large = 100_000;
    Edge edge = Edge.ofApi(ImpatientEdge.keeping(most), time, meters);
    int port = listenOnTwoEventLoops(edge);
    for (int i = 0; i < 12; i++) {
      halfAMessage(port, "127.0.0.2", small);
      halfAMessage(port, "127.0.0.3", small);
    }
    await().until(() -> edge.unfinishedBytes() == 24 * small);
    HttpClientRequest honest = halfAMessage(port, "127.0.0.1", large);

    await()
        .until(
            () ->
                edge.unfinishedBytes() + refused(Refused.UNFINISHED) * small == 24 * small + large
                    && edge.unfinishedBytes() <= most);
    await().until(() -> connections() == 25 - refused(Refused.UNFINISHED));
    assertThat(goesOn(honest)).isTrue();
  }

  @Test
  void givenAManagersMessageWithoutAnEnd_thenItIsNotCut_andNobodyElseForIt() throws Exception {
    Edge edge = Edge.ofApi(ImpatientEdge.keeping(80_000), time, meters);
    int port = listenOnTwoEventLoops(edge);
    halfAMessage(port, "127.0.0.1", 40_000);
    await().until(() -> edge.unfinishedBytes() == 40_000);

    HttpClientRequest link = halfAMessage(LINK, port, "127.0.0.2", 90_000);

    await().until(() -> receivedOfManagers.get() == 90_000);
    assertThat(goesOn(link)).isTrue();
    assertThat(edge.unfinishedBytes()).isEqualTo(40_000);
    assertThat(refused(Refused.UNFINISHED)).isZero();
  }

  @Test
  void givenOneWhoIsCutForOtherReasons_thenWhatItKeepsCounts_andItGoesFirst() throws Exception {
    clock = () -> 0; // a cut connection stays for 700 ms of real time all the same
    Edge edge = Edge.ofApi(ImpatientEdge.keeping(16_000), time, meters);
    int port = listenOnTwoEventLoops(edge);
    HttpClientRequest honest = halfAMessage(port, "127.0.0.2", 12_000);
    await().until(() -> edge.unfinishedBytes() == 12_000);
    HttpClientRequest offender = halfAMessage(port, "127.0.0.1", 3_000);
    await().until(() -> edge.unfinishedBytes() == 15_000);
    for (int i = 0; i < 400; i++) offender.connection().ping(Buffer.buffer("12345678"));
    await()
        .pollInterval(Duration.ofMillis(5))
        .until(() -> refused(Refused.FRAMES) == 1 && edge.unfinishedBytes() == 15_000);
    clock = () -> 1_000_000_000L; // so that it is looked for who makes room

    halfAMessage(port, "127.0.0.3", 3_000);

    await().until(() -> edge.unfinishedBytes() == 15_000 && connections() == 2);
    assertThat(goesOn(honest)).isTrue();
    assertThat(refused(Refused.UNFINISHED)).isZero();
  }

  @Test
  void givenMoreWhoSayThatTheyAreManagersThanThereCanBe_thenTheMessagesOfTheOthersCount()
      throws Exception {
    Edge edge = Edge.ofApi(ImpatientEdge.keeping(16_000), time, meters);
    int port = listenOnTwoEventLoops(edge);
    List<HttpClientRequest> links = new ArrayList<>();
    for (int i = 0; i < Edge.SPARED_OF_ADDRESS; i++) {
      links.add(halfAMessage(LINK, port, "127.0.0.2", 12_000));
    }
    await().until(() -> receivedOfManagers.get() == Edge.SPARED_OF_ADDRESS * 12_000);
    assertThat(edge.unfinishedBytes()).isZero();

    halfAMessage(LINK, port, "127.0.0.2", 20_000);

    await()
        .until(() -> refused(Refused.UNFINISHED) == 1 && connections() == Edge.SPARED_OF_ADDRESS);
    for (HttpClientRequest link : links) assertThat(goesOn(link)).isTrue();

    int before = receivedOfManagers.get();
    HttpClientRequest elsewhere = halfAMessage(LINK, port, "127.0.0.3", 20_000);
    await().until(() -> receivedOfManagers.get() >= before + 20_000);
    assertThat(edge.unfinishedBytes()).isZero();
    assertThat(goesOn(elsewhere)).isTrue();

    links.get(0).connection().close();
    await().until(() -> connections() == Edge.SPARED_OF_ADDRESS);
    HttpClientRequest next = halfAMessage(LINK, port, "127.0.0.2", 20_000);
    await().until(() -> receivedOfManagers.get() >= before + 40_000);
    assertThat(edge.unfinishedBytes()).isZero();
    assertThat(goesOn(next)).isTrue();
  }

  @Test
  void givenOneWhoIsWelcomedAsAManager_whenItKeepsMoreThanALinkDoes_thenItIsCut() throws Exception {
    int port = listen(10, 10);
    HttpClient follower = client("127.0.0.2");
    for (int i = 0; i < 3; i++) halfAMessage(follower, LINK, port, 1_000_000);
    await().until(() -> receivedOfManagers.get() == 3_000_000);
    assertThat(refused(Refused.UNFINISHED)).isZero();

    halfAMessage(follower, LINK, port, 1_000_000);

    await().until(() -> refused(Refused.UNFINISHED) == 1);
  }

  @Test
  void givenAnOperatorWhoseRequestHasNoEnd_thenItIsSentAway_andOneWhoAskedStays() throws Exception {
    int port = listenForOperators();
    Socket asked = dial(port, "127.0.0.1");
    say(asked, "GET / HTTP/1.1\r\nHost: m1\r\n\r\n");
    Socket endless = dial(port, "127.0.0.1");
    say(endless, "GET / HTTP/1.1\r\nHost: m1\r\n");

    assertThat(closed(endless)).isTrue();
    assertThat(refused(Refused.HANDSHAKE)).isEqualTo(1);
    await().until(() -> connections() == 1);
  }

  @Test
  void givenOneAddressWithHalfTheOperatorsPlaces_thenItGetsNoMore_andAnotherDoes()
      throws Exception {
    int port = listenForOperators();
    int half = EdgeLimits.DEFAULT.httpConnections() / 2;
    for (int place = 0; place < half; place++) dial(port, "127.0.0.1");
    await().until(() -> connections() == half);

    assertThat(closed(dial(port, "127.0.0.1"))).isTrue();
    dial(port, "127.0.0.2");
    await().until(() -> refused(Refused.ADDRESS) == 1 && connections() == half + 1);
  }

  @Test
  void givenOneAddressWithAllItsPlaces_thenItGetsNoMore_andAnotherDoes() throws Exception {
    int port = listen(10, 2);
    dial(port, "127.0.0.1");
    dial(port, "127.0.0.1");
    await().until(() -> connections() == 2);

    assertThat(closed(dial(port, "127.0.0.1"))).isTrue();
    assertThat(refused(Refused.ADDRESS)).isEqualTo(1);
    dial(port, "127.0.0.2");
    await().until(() -> connections() == 3);
  }

  /** A reader behind the edge must not ask for more of one who is to go. */
  @Test
  @Timeout(value = READ_MILLIS, unit = TimeUnit.MILLISECONDS, threadMode = SEPARATE_THREAD)
  void givenAnOffenderWhoTalksOn_thenNothingMoreOfItIsRead() throws Exception {
    clock = () -> 0;
    int port = listen(10, 10);
    Socket offender = new Socket();
    sockets.add(offender);
    offender.setSendBufferSize(BUFFER_BYTES);
    offender.connect(new InetSocketAddress("127.0.0.1", port));
    say(offender, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    byte[] settings = {0, 0, 0, 4, 0, 0, 0, 0, 0};
    offender.getOutputStream().write(settings);
    ByteBuffer pings = ByteBuffer.allocate(100 * PING.length);
    while (pings.hasRemaining()) pings.put(PING);

    AtomicLong said = new AtomicLong();
    assertThatThrownBy(
            () -> {
              while (true) {
                offender.getOutputStream().write(pings.array());
                said.addAndGet(pings.capacity());
              }
            })
        .isInstanceOf(SocketException.class);

    assertThat(refused(Refused.FRAMES)).isEqualTo(1);
    assertThat(said.get()).isLessThan(MOST_TAKEN_BYTES);
  }

  @Test
  void givenOffendersWhoComeAgainAtOnce_thenEachWaitsForItsEnd() throws Exception {
    int port = listen(10, 10);
    long begin = System.nanoTime();

    for (int i = 0; i < 3; i++) {
      Socket socket = dial(port, "127.0.0.1");
      socket.getOutputStream().write("nonsense".getBytes(StandardCharsets.US_ASCII));
      socket.getInputStream().readAllBytes();
    }

    assertThat(Duration.ofNanos(System.nanoTime() - begin))
        .isBetween(Duration.ofMillis(2_090), Duration.ofMillis(READ_MILLIS));
  }

  @Test
  void givenAllPlacesTaken_thenNobodyIsLetIn_untilTheSilentOnesAreSentAway() throws Exception {
    int port = listen(2, 2);
    Socket silent = dial(port, "127.0.0.1");
    dial(port, "127.0.0.1");
    await().until(() -> connections() == 2);

    assertThat(closed(dial(port, "127.0.0.2"))).isTrue();
    assertThat(refused(Refused.CONNECTIONS)).isPositive();

    assertThat(closed(silent)).isTrue();
    await().until(() -> refused(Refused.HANDSHAKE) == 2);
    assertThat(ask(client(), port).await(5, TimeUnit.SECONDS)).isEqualTo("hello");
  }

  @Test
  void givenAnotherProtocol_thenItIsToldSoAndClosed() throws Exception {
    Socket socket = dial(listen(10, 10), "127.0.0.1");
    socket
        .getOutputStream()
        .write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

    String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

    assertThat(answer).startsWith("HTTP/1.1 505 ");
    assertThat(refused(Refused.PROTOCOL)).isEqualTo(1);
  }

  @Test
  void givenAStandstillOfOurOwn_thenItIsNobodysSilence() throws Exception {
    Socket silent = dial(listen(10, 10), "127.0.0.1");
    await().until(() -> connections() == 1);

    skewNanos.addAndGet(TimeUnit.SECONDS.toNanos(5));

    // Had it counted, the next look, at most 250 ms later, would have been the end.
    await().during(Duration.ofMillis(300)).until(() -> connections() == 1);
    silent
        .getOutputStream()
        .write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    assertThat(refused(Refused.HANDSHAKE)).isZero();
    assertThat(silent.getInputStream().read()).isNotNegative();
  }
}
