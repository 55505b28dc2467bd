package dev.swarm.edge;

import java.util.Locale;

/** Why a connection, or a request on it, was refused: the tag of a counter. */
public enum Refused {
  /** All places of the port are taken. */
  CONNECTIONS,
  /** All places of one address are taken. */
  ADDRESS,
  /** The process is short of file descriptors. */
  DESCRIPTORS,
  /** It did not say in time that it speaks HTTP/2. */
  HANDSHAKE,
  /** It speaks something else. */
  PROTOCOL,
  /** The HTTP/2 layer closed it: rules broken, or a ping not answered. */
  BROKEN,
  /** No request was open on it for too long. */
  REQUEST,
  /** It was silent for too long. */
  IDLE,
  /** Too many frames that carry little or nothing. */
  FRAMES,
  /** Too many bytes before it said who it is. */
  HELLO_BYTES,
  /** A request while as many are open on its connection as there may be. */
  STREAMS,
  /** Headers of a request over the limit, or against the rules of HTTP/2. */
  HEADERS,
  /** It takes no headers, so no answer could reach it. */
  SETTINGS,
  /** It compresses. */
  COMPRESSION,
  /** It asked for what is not served here. */
  METHOD,
  /** A message that cannot be read. */
  MALFORMED,
  /** A message over the limit. */
  MESSAGE_BYTES,
  /** Too many bytes of messages whose end did not come. */
  UNFINISHED,
  /** No Hello, a second one, or one that is wrong. */
  HELLO,
  /** Too many messages in a session. */
  MESSAGES;

  String tag() {
    return name().toLowerCase(Locale.ROOT);
  }
}
