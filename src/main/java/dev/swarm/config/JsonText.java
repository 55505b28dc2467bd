package dev.swarm.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Strict JSON that remembers where each value stands.
 *
 * @param source how the text is called in messages
 * @param root the outermost object
 * @param lines path of a value → {@code line:column}
 */
record JsonText(String source, Map<String, Object> root, Map<String, String> lines) {
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  /** Reads one object; throws a {@link ConfigException} with line and column. */
  static JsonText parse(String source, byte[] text) {
    var lines = new HashMap<String, String>();
    try (JsonParser parser = JSON.createParser(text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw wrong(source, parser.currentTokenLocation(), "must be one JSON object: { ... }");
      }
      Map<String, Object> root = object(parser, "", lines);
      if (parser.nextToken() != null) {
        throw wrong(source, parser.currentTokenLocation(), "nothing may follow the object");
      }
      return new JsonText(source, root, lines);
    } catch (JsonProcessingException e) {
      throw wrong(source, e.getLocation(), "not valid JSON: " + firstLine(e.getOriginalMessage()));
    } catch (IOException e) {
      throw wrong(source, null, "not valid JSON: " + firstLine(e.getMessage()));
    }
  }

  /** The place of a value, or of the nearest one around it that is there. */
  String place(String path) {
    String line = lines.get(path);
    if (line != null) return source + ":" + line;
    int end = Math.max(path.lastIndexOf('.'), path.lastIndexOf('['));
    return end < 0 ? source : place(path.substring(0, end));
  }

  private static Map<String, Object> object(
      JsonParser parser, String path, Map<String, String> lines) throws IOException {
    var values = new LinkedHashMap<String, Object>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      String below = path.isEmpty() ? key : path + "." + key;
      lines.put(below, line(parser.currentTokenLocation()));
      parser.nextToken();
      values.put(key, value(parser, below, lines));
    }
    return values;
  }

  private static List<Object> array(JsonParser parser, String path, Map<String, String> lines)
      throws IOException {
    var values = new ArrayList<Object>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      String below = path + "[" + values.size() + "]";
      lines.put(below, line(parser.currentTokenLocation()));
      values.add(value(parser, below, lines));
    }
    return values;
  }

  private static Object value(JsonParser parser, String path, Map<String, String> lines)
      throws IOException {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.START_OBJECT) return object(parser, path, lines);
    if (token == JsonToken.START_ARRAY) return array(parser, path, lines);
    if (token == JsonToken.VALUE_STRING) return parser.getText();
    if (token == JsonToken.VALUE_NULL) return null;
    if (token.isBoolean()) return parser.getBooleanValue();
    return parser.getDecimalValue();
  }

  private static String line(JsonLocation location) {
    return location.getLineNr() + ":" + location.getColumnNr();
  }

  private static String firstLine(String message) {
    return message == null ? "cannot be read" : message.lines().findFirst().orElse("");
  }

  private static ConfigException wrong(String source, JsonLocation location, String reason) {
    String place = location == null ? source : source + ":" + line(location);
    return new ConfigException(List.of(new Problem(place, "", reason)));
  }
}
