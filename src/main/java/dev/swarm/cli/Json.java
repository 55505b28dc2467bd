package dev.swarm.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * JSON text to values and back. The codec of {@link JsonObject} would do the same, and load the
 * logging of Vert.x and much else first: a command would take twice as long.
 */
final class Json {
  private static final JsonFactory FACTORY = new JsonFactory();

  private Json() {}

  /** A JsonObject or JsonArray; throws IllegalArgumentException for anything else. */
  static Object read(byte[] text) {
    try (JsonParser parser = FACTORY.createParser(text)) {
      parser.nextToken();
      Object value = value(parser);
      if (parser.nextToken() != null) throw new IllegalArgumentException("more than one value");
      return wrapped(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** On one line. */
  static String line(Object value) {
    return text(value, false);
  }

  /** On many lines, for people. */
  static String pretty(Object value) {
    return text(value, true);
  }

  private static Object wrapped(Object value) {
    if (value instanceof Map<?, ?> map) {
      var object = new JsonObject();
      map.forEach((key, inside) -> object.put((String) key, inside));
      return object;
    }
    if (value instanceof List<?> list) return new JsonArray(list);
    throw new IllegalArgumentException("neither an object nor a list");
  }

  private static Object value(JsonParser parser) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == null) throw new IllegalArgumentException("no value");
    return switch (token) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> array(parser);
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getNumberValue();
      case VALUE_TRUE, VALUE_FALSE -> parser.getBooleanValue();
      default -> null;
    };
  }

  private static Map<String, Object> object(JsonParser parser) throws IOException {
    var values = new LinkedHashMap<String, Object>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      parser.nextToken();
      values.put(key, value(parser));
    }
    return values;
  }

  private static List<Object> array(JsonParser parser) throws IOException {
    var values = new ArrayList<Object>();
    while (parser.nextToken() != JsonToken.END_ARRAY) values.add(value(parser));
    return values;
  }

  private static String text(Object value, boolean pretty) {
    var text = new StringWriter();
    try (JsonGenerator generator = FACTORY.createGenerator(text)) {
      if (pretty) {
        var indent = new DefaultIndenter("  ", "\n");
        generator.setPrettyPrinter(
            new DefaultPrettyPrinter().withObjectIndenter(indent).withArrayIndenter(indent));
      }
      write(generator, value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static void write(JsonGenerator generator, Object value) throws IOException {
    if (value instanceof JsonObject object) write(generator, object.getMap());
    else if (value instanceof JsonArray array) write(generator, array.getList());
    else if (value instanceof Map<?, ?> map) {
      generator.writeStartObject();
      for (var entry : map.entrySet()) {
        generator.writeFieldName((String) entry.getKey());
        write(generator, entry.getValue());
      }
      generator.writeEndObject();
    } else if (value instanceof List<?> list) {
      generator.writeStartArray();
      for (Object inside : list) write(generator, inside);
      generator.writeEndArray();
    } else {
      generator.writeObject(value);
    }
  }
}
