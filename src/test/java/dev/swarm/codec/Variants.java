package dev.swarm.codec;

import dev.swarm.model.Bytes;
import dev.swarm.model.TaskId;
import dev.swarm.model.WorkerId;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** For a value all values that differ from it in exactly one field, however deep. */
final class Variants {
  /** Fields that may be null. */
  private static final Set<String> OPTIONAL = Set.of("TaskSpec.pinned", "Task.worker");

  private Variants() {}

  private static String path(Record record, RecordComponent component) {
    return record.getClass().getSimpleName() + "." + component.getName();
  }

  /**
   * A value that differs in one field.
   *
   * @param path which field
   */
  record Variant(String path, Object value) {
    @Override
    public String toString() {
      return path;
    }
  }

  static List<Variant> of(Object value) {
    return of(value.getClass().getSimpleName(), value);
  }

  private static List<Variant> of(String path, Object value) {
    if (value instanceof Long number) return one(path, number + 1);
    if (value instanceof Integer number) return one(path, number + 1);
    if (value instanceof Boolean flag) return one(path, !flag);
    if (value instanceof String text) return one(path, text + "x");
    if (value instanceof TaskId id) return one(path, new TaskId(id.value() + "x"));
    if (value instanceof WorkerId id) return one(path, new WorkerId(id.value() + "x"));
    if (value instanceof Bytes bytes) return one(path, Samples.bytes(bytes.size() + " other"));
    if (value instanceof Enum<?> constant) return one(path, other(constant));
    if (value instanceof Map<?, ?> map) return ofMap(path, map);
    if (value instanceof List<?> list) return ofList(path, list);
    if (value instanceof Record record) return ofRecord(path, record);
    throw new IllegalStateException("no variant of " + path + ": " + value);
  }

  private static List<Variant> one(String path, Object value) {
    return List.of(new Variant(path, value));
  }

  private static Object other(Enum<?> constant) {
    Object[] all = constant.getDeclaringClass().getEnumConstants();
    return all[constant.ordinal() == 0 ? all.length - 1 : constant.ordinal() - 1];
  }

  private static List<Variant> ofMap(String path, Map<?, ?> map) {
    Map<Object, Object> more = new TreeMap<>(map);
    more.put("zzz", "");
    Map<Object, Object> other = new TreeMap<>(map);
    other.put(other.keySet().iterator().next(), "other");
    return List.of(new Variant(path + "+", more), new Variant(path + "=", other));
  }

  private static List<Variant> ofList(String path, List<?> list) {
    List<Variant> variants = new ArrayList<>();
    variants.add(new Variant(path + "-", List.of()));
    for (int i = 0; i < list.size(); i++) {
      for (Variant variant : of(path + "[" + i + "]", list.get(i))) {
        List<Object> changed = new ArrayList<>(list);
        changed.set(i, variant.value());
        variants.add(new Variant(variant.path(), changed));
      }
    }
    return variants;
  }

  private static List<Variant> ofRecord(String path, Record record) {
    List<Variant> variants = new ArrayList<>();
    RecordComponent[] components = record.getClass().getRecordComponents();
    Object[] values = Arrays.stream(components).map(c -> read(c, record)).toArray();
    for (int i = 0; i < components.length; i++) {
      for (Variant variant : of(path + "." + components[i].getName(), values[i])) {
        Object[] changed = values.clone();
        changed[i] = variant.value();
        variants.add(new Variant(variant.path(), make(record.getClass(), components, changed)));
      }
      if (!OPTIONAL.contains(path(record, components[i]))) continue;
      Object[] changed = values.clone();
      changed[i] = null;
      String field = path + "." + components[i].getName() + "=null";
      variants.add(new Variant(field, make(record.getClass(), components, changed)));
    }
    return variants;
  }

  private static Object read(RecordComponent component, Record record) {
    try {
      return component.getAccessor().invoke(record);
    } catch (IllegalAccessException | InvocationTargetException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static Object make(Class<?> type, RecordComponent[] components, Object[] values) {
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      return type.getDeclaredConstructor(types).newInstance(values);
    } catch (ReflectiveOperationException refused) {
      throw new IllegalStateException(type + " refuses the variant", refused);
    }
  }
}
