package dev.swarm.codec;

import dev.swarm.model.Bytes;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A value with all its fields as text, one a line, so that two texts can be compared by eye. */
final class Description {
  private Description() {}

  static String of(Object value) {
    StringBuilder text = new StringBuilder();
    describe(value.getClass().getSimpleName(), value, text);
    return text.toString();
  }

  private static void describe(String path, Object value, StringBuilder text) {
    if (value instanceof Record record) {
      for (RecordComponent component : record.getClass().getRecordComponents()) {
        describe(path + "." + component.getName(), read(component, record), text);
      }
    } else if (value instanceof List<?> list) {
      text.append(path).append(".size = ").append(list.size()).append('\n');
      for (int i = 0; i < list.size(); i++) describe(path + "[" + i + "]", list.get(i), text);
    } else {
      text.append(path).append(" = ").append(plain(value)).append('\n');
    }
  }

  private static Object plain(Object value) {
    if (!(value instanceof Bytes bytes)) return value;
    return new String(bytes.array(), StandardCharsets.UTF_8);
  }

  private static Object read(RecordComponent component, Record record) {
    try {
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
