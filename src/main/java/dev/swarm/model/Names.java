package dev.swarm.model;

/** The one rule for ids that people and machines give: {@code [a-z0-9][a-z0-9._-]{0,63}}. */
public final class Names {
  /** The pattern as text, for messages and schemas. */
  public static final String PATTERN = "[a-z0-9][a-z0-9._-]{0,63}";

  private static final int MAX_CHARS = 64;

  /** Characters that fit into the head of an id: seven bits each. */
  private static final int HEAD_CHARS = 9;

  private Names() {}

  /** Whether the text is a valid id. */
  public static boolean valid(String id) {
    if (id == null || id.isEmpty() || id.length() > MAX_CHARS || !begins(id.charAt(0)))
      return false;
    for (int i = 1; i < id.length(); i++) {
      if (!continues(id.charAt(i))) return false;
    }
    return true;
  }

  private static boolean begins(char c) {
    return c >= 'a' && c <= 'z' || c >= '0' && c <= '9';
  }

  private static boolean continues(char c) {
    return begins(c) || c == '.' || c == '_' || c == '-';
  }

  /**
   * The first characters of a valid id as a number that is ordered as they are: most comparisons of
   * two ids end here, without a look at their texts.
   */
  static long head(String id) {
    long head = 0;
    for (int i = 0; i < HEAD_CHARS; i++) head = head << 7 | (i < id.length() ? id.charAt(i) : 0);
    return head;
  }

  /** Returns the id, or throws BAD_REQUEST that names what it was meant for and what is allowed. */
  public static String check(String what, String id) {
    if (!valid(id)) {
      throw SwarmException.badRequest(what + " id '" + printable(id) + "' must match " + PATTERN);
    }
    return id;
  }

  private static String printable(String id) {
    if (id == null) return "";
    String shortened = id.length() > 80 ? id.substring(0, 80) + "..." : id;
    return shortened.replaceAll("\\p{Cntrl}", "?");
  }
}
