package dev.swarm.control;

import dev.swarm.model.BatchSettings;
import dev.swarm.model.HeartbeatSettings;
import dev.swarm.model.Settings;
import dev.swarm.model.SwarmException;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The agreed settings as people write them: durations with a unit, shares in percent. */
final class SettingsText {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h)");
  private static final Pattern PERCENT = Pattern.compile("(\\d{1,9})%");

  /** What a section may hold: for each key, how its value is read. */
  private enum Form {
    DURATION("a duration like \"100ms\", \"5s\" or \"2m\""),
    PERCENT("a share like \"10%\""),
    WHOLE("a whole number");

    private final String what;

    Form(String what) {
      this.what = what;
    }
  }

  private static final Map<String, Map<String, Form>> SECTIONS = sections();

  private SettingsText() {}

  private static Map<String, Map<String, Form>> sections() {
    Map<String, Form> heartbeat = new LinkedHashMap<>();
    heartbeat.put("period", Form.DURATION);
    heartbeat.put("jitter", Form.PERCENT);
    heartbeat.put("ttlMultiplier", Form.WHOLE);
    heartbeat.put("failoverMultiplier", Form.WHOLE);
    heartbeat.put("maxPerSecond", Form.WHOLE);
    Map<String, Form> batch = new LinkedHashMap<>();
    batch.put("maxDelay", Form.DURATION);
    batch.put("maxSize", Form.WHOLE);
    Map<String, Map<String, Form>> sections = new LinkedHashMap<>();
    sections.put("heartbeat", heartbeat);
    sections.put("batch", batch);
    return sections;
  }

  /** The settings as they are shown. */
  static JsonObject toJson(Settings settings) {
    HeartbeatSettings heartbeat = settings.heartbeat();
    return new JsonObject()
        .put("version", settings.version())
        .put(
            "heartbeat",
            new JsonObject()
                .put("period", duration(heartbeat.periodMillis()))
                .put("jitter", heartbeat.jitterPercent() + "%")
                .put("ttlMultiplier", heartbeat.ttlMultiplier())
                .put("failoverMultiplier", heartbeat.failoverMultiplier())
                .put("maxPerSecond", heartbeat.maxPerSecond()))
        .put(
            "batch",
            new JsonObject()
                .put("maxDelay", duration(settings.batch().maxDelayMillis()))
                .put("maxSize", settings.batch().maxSize()));
  }

  /** What is new in settings, for people. A pace is what the workers are told. */
  static String difference(Settings before, Settings now) {
    if (before.version() == 0) return "version " + now.version() + ", to begin with";
    List<String> parts = new ArrayList<>();
    SECTIONS.forEach(
        (section, forms) -> {
          for (String key : forms.keySet()) {
            Object was = toJson(before).getJsonObject(section).getValue(key);
            Object is = toJson(now).getJsonObject(section).getValue(key);
            if (!is.equals(was)) parts.add(section + "." + key + " is " + is + ", was " + was);
          }
        });
    if (before.heartbeat().effectiveMillis() != now.heartbeat().effectiveMillis()) {
      parts.add(
          "workers beat every "
              + duration(now.heartbeat().effectiveMillis())
              + ", before every "
              + duration(before.heartbeat().effectiveMillis()));
    }
    if (parts.isEmpty()) parts.add("as before");
    return "version " + now.version() + ": " + String.join("; ", parts);
  }

  private static String duration(long millis) {
    if (millis % 60_000 == 0) return millis / 60_000 + "m";
    return millis % 1_000 == 0 ? millis / 1_000 + "s" : millis + "ms";
  }

  /**
   * The current settings with what the patch says put over them.
   *
   * @param patch some of the keys, without {@code version}
   * @throws SwarmException BAD_REQUEST that names every problem with its path
   */
  static Settings merge(Settings current, JsonObject patch) {
    List<String> problems = new ArrayList<>();
    Map<String, Integer> given = new LinkedHashMap<>();
    for (String name : patch.fieldNames()) {
      Map<String, Form> forms = SECTIONS.get(name);
      if (forms == null) {
        problems.add(JsonText.unknownKey(name, SECTIONS.keySet()));
      } else if (patch.getValue(name) instanceof JsonObject section) {
        read(name, section, forms, given, problems);
      } else {
        problems.add(name + ": must be an object");
      }
    }
    if (!problems.isEmpty()) throw SwarmException.badRequest(String.join("; ", problems));
    return put(current, given);
  }

  private static void read(
      String name,
      JsonObject section,
      Map<String, Form> forms,
      Map<String, Integer> given,
      List<String> problems) {
    for (String key : section.fieldNames()) {
      String path = name + "." + key;
      Form form = forms.get(key);
      if (form == null) {
        problems.add(JsonText.unknownKey(path, forms.keySet()));
        continue;
      }
      Integer value = read(section.getValue(key), form);
      if (value == null) {
        problems.add(path + ": must be " + form.what);
      } else {
        given.put(path, value);
      }
    }
  }

  /** The value in milliseconds, percent or as it is; null when it has another form. */
  private static Integer read(Object value, Form form) {
    return switch (form) {
      case WHOLE -> value instanceof Integer whole ? whole : null;
      case PERCENT -> {
        Matcher percent = matcher(PERCENT, value);
        yield percent == null ? null : Integer.valueOf(percent.group(1));
      }
      case DURATION -> {
        Matcher duration = matcher(DURATION, value);
        yield duration == null
            ? null
            : millis(Long.parseLong(duration.group(1)), duration.group(2));
      }
    };
  }

  private static Matcher matcher(Pattern pattern, Object value) {
    if (!(value instanceof String text)) return null;
    Matcher matcher = pattern.matcher(text.trim());
    return matcher.matches() ? matcher : null;
  }

  private static int millis(long amount, String unit) {
    long millis =
        switch (unit) {
          case "h" -> amount * 3_600_000;
          case "m" -> amount * 60_000;
          case "s" -> amount * 1_000;
          default -> amount;
        };
    return (int) Math.min(millis, Integer.MAX_VALUE);
  }

  private static Settings put(Settings now, Map<String, Integer> given) {
    HeartbeatSettings beat = now.heartbeat();
    BatchSettings batch = now.batch();
    return new Settings(
        new HeartbeatSettings(
                given.getOrDefault("heartbeat.period", beat.periodMillis()),
                given.getOrDefault("heartbeat.jitter", beat.jitterPercent()),
                given.getOrDefault("heartbeat.ttlMultiplier", beat.ttlMultiplier()),
                given.getOrDefault("heartbeat.failoverMultiplier", beat.failoverMultiplier()),
                given.getOrDefault("heartbeat.maxPerSecond", beat.maxPerSecond()),
                0)
            .paced(beat.paceMillis()),
        new BatchSettings(
            given.getOrDefault("batch.maxDelay", batch.maxDelayMillis()),
            given.getOrDefault("batch.maxSize", batch.maxSize())),
        now.version());
  }
}
