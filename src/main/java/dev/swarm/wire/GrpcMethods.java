package dev.swarm.wire;

import com.google.protobuf.Message;
import com.google.protobuf.MessageLite;
import dev.swarm.v1.FounderAnswer;
import dev.swarm.v1.FounderQuestion;
import dev.swarm.v1.JoinAnswer;
import dev.swarm.v1.JoinQuestion;
import dev.swarm.v1.LinkDown;
import dev.swarm.v1.LinkUp;
import dev.swarm.v1.ManagerMessage;
import dev.swarm.v1.RecallAnswer;
import dev.swarm.v1.RecallQuestion;
import dev.swarm.v1.WorkerMessage;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.common.ServiceName;

/**
 * The methods of {@code swarm.v1}, for Vert.x' low-level calls: those carry the text of a status,
 * which generated stubs lose, and let a failed call end.
 */
public final class GrpcMethods {
  private static final ServiceName DISPATCHER = ServiceName.create("swarm.v1.Dispatcher");
  private static final ServiceName LINK = ServiceName.create("swarm.v1.Link");
  private static final ServiceName FOUNDING = ServiceName.create("swarm.v1.Founding");
  private static final ServiceName JOINING = ServiceName.create("swarm.v1.Joining");

  /** A worker's session, as the manager serves it. */
  public static final ServiceMethod<WorkerMessage, ManagerMessage> SESSION_SERVER =
      server(DISPATCHER, "Session", WorkerMessage.newBuilder());

  /** A worker's session, as the worker calls it. */
  public static final ServiceMethod<ManagerMessage, WorkerMessage> SESSION_CLIENT =
      client(DISPATCHER, "Session", ManagerMessage.newBuilder());

  /** The link, as the leader serves it. */
  public static final ServiceMethod<LinkUp, LinkDown> LINK_SERVER =
      server(LINK, "Open", LinkUp.newBuilder());

  /** The link, as a follower calls it. */
  public static final ServiceMethod<LinkDown, LinkUp> LINK_CLIENT =
      client(LINK, "Open", LinkDown.newBuilder());

  /** Who a manager is, as it answers. */
  public static final ServiceMethod<FounderQuestion, FounderAnswer> FOUNDING_SERVER =
      server(FOUNDING, "Ask", FounderQuestion.newBuilder());

  /** Who a manager is, as another asks. */
  public static final ServiceMethod<FounderAnswer, FounderQuestion> FOUNDING_CLIENT =
      client(FOUNDING, "Ask", FounderAnswer.newBuilder());

  /** To become a member, as a manager answers. */
  public static final ServiceMethod<JoinQuestion, JoinAnswer> JOIN_SERVER =
      server(JOINING, "Join", JoinQuestion.newBuilder());

  /** To become a member, as a manager asks. */
  public static final ServiceMethod<JoinAnswer, JoinQuestion> JOIN_CLIENT =
      client(JOINING, "Join", JoinAnswer.newBuilder());

  /** Whether one is still a member, as a manager answers. */
  public static final ServiceMethod<RecallQuestion, RecallAnswer> RECALL_SERVER =
      server(JOINING, "Recall", RecallQuestion.newBuilder());

  /** Whether one is still a member, as a manager asks. */
  public static final ServiceMethod<RecallAnswer, RecallQuestion> RECALL_CLIENT =
      client(JOINING, "Recall", RecallAnswer.newBuilder());

  /** An encoding that nobody has: a message that claims one cannot be taken for a plain one. */
  public static final String UNCOMPRESSED = "none";

  private GrpcMethods() {}

  private static <Q extends MessageLite, R extends MessageLite> ServiceMethod<Q, R> server(
      ServiceName service, String method, Message.Builder question) {
    return ServiceMethod.server(
        service, method, GrpcMessageEncoder.encoder(), GrpcMessageDecoder.decoder(question));
  }

  private static <R extends MessageLite, Q extends MessageLite> ServiceMethod<R, Q> client(
      ServiceName service, String method, Message.Builder answer) {
    return ServiceMethod.client(
        service, method, GrpcMessageEncoder.encoder(), GrpcMessageDecoder.decoder(answer));
  }
}
