package dev.swarm.edge;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * Stands in front of a listening socket: who finds no place is sent away before anything is made
 * for them, and while there is none at all, accepting slows down to a few a second. When the system
 * itself has no descriptor left, Netty stops accepting for a second; here it is counted.
 */
final class Doorway extends ChannelInboundHandlerAdapter {
  private static final long PAUSE_MILLIS = 100;
  private static final long COUNT_MILLIS = 2_000;

  private final Edge edge;
  private final Places places;
  private ScheduledFuture<?> counting;
  private boolean paused;

  Doorway(Edge edge, Places places) {
    this.edge = edge;
    this.places = places;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    counting =
        ctx.executor()
            .scheduleWithFixedDelay(edge::countDescriptors, 0, COUNT_MILLIS, TimeUnit.MILLISECONDS);
    ctx.fireChannelActive();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (counting != null) counting.cancel(false);
    ctx.fireChannelInactive();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    Channel channel = (Channel) message;
    SocketAddress remote = channel.remoteAddress();
    Object address = remote instanceof InetSocketAddress inet ? inet.getAddress() : "local";
    Refused refused = places.take(address);
    if (refused != null) {
      edge.count(refused, remote);
      channel.config().setOption(ChannelOption.SO_LINGER, 0);
      channel.unsafe().closeForcibly();
      if (refused != Refused.ADDRESS) pause(ctx);
      return;
    }
    channel.closeFuture().addListener(closed -> places.free(address));
    channel.pipeline().addLast(new Caller(edge, address));
    ctx.fireChannelRead(channel);
  }

  private void pause(ChannelHandlerContext ctx) {
    if (paused) return;
    paused = true;
    ctx.channel().config().setAutoRead(false);
    ctx.executor()
        .schedule(
            () -> {
              paused = false;
              ctx.channel().config().setAutoRead(true);
            },
            PAUSE_MILLIS,
            TimeUnit.MILLISECONDS);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof IOException) edge.count(Refused.DESCRIPTORS, "a connection: " + cause);
    ctx.fireExceptionCaught(cause);
  }
}
