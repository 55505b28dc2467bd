package dev.swarm.model;

import java.util.regex.Pattern;

/** The one rule for ids that people and machines give: {@code [a-z0-9][a-z0-9._-]{0,63}}. */
public final class Names {
  /** The pattern as text, for messages and schemas. */
  public static final String PATTERN = "[a-z0-9][a-z0-9._-]{0,63}";

  private static final Pattern COMPILED = Pattern.compile(PATTERN);

  private Names() {}

  /** Whether the text is a valid id. */
  public static boolean valid(String id) {
    return id != null && COMPILED.matcher(id).matches();
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
