package dev.swarm.control;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * One page of a list in the order of its ids.
 *
 * @param lastId of the page when more follow, else null
 */
record Page(JsonArray items, String lastId) {

  /** The first items that pass the filter. */
  static <K, V> Page of(
      Iterable<Map.Entry<K, V>> all, int limit, Predicate<V> filter, Function<V, JsonObject> view) {
    JsonArray items = new JsonArray();
    K last = null;
    for (Map.Entry<K, V> entry : all) {
      if (!filter.test(entry.getValue())) continue;
      if (items.size() == limit) return new Page(items, last.toString());
      items.add(view.apply(entry.getValue()));
      last = entry.getKey();
    }
    return new Page(items, null);
  }

  /** The answer, with a {@code Link} to the next page when there is one. */
  Answer toAnswer(String path, ListQuery query) {
    Answer answer = Answer.json(200, items);
    if (lastId == null) return answer;
    return answer.with("Link", "<" + query.next(path, lastId) + ">; rel=\"next\"");
  }
}
