package dev.swarm.model;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;

/**
 * Values by task, in the order of the ids. Immutable: adding and removing give another map that
 * shares most with this one.
 *
 * <p>A tree of wide nodes, in which the heads of the ids lie side by side. What a look-up costs
 * among many tasks is the places of memory it touches: two or three for each of three or four nodes
 * here, and two for each of eighteen in a binary tree.
 */
public final class TaskMap<V> extends AbstractMap<TaskId, V> {
  /** Most entries of a node. */
  private static final int MAX_WIDTH = 32;

  private static final TaskMap<?> EMPTY = new TaskMap<>(Node.leaf(0), 0);

  private final Node root;
  private final int size;

  private TaskMap(Node root, int size) {
    this.root = root;
    this.size = size;
  }

  /** A map without entries. */
  @SuppressWarnings("unchecked")
  public static <V> TaskMap<V> empty() {
    return (TaskMap<V>) EMPTY;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  @SuppressWarnings("unchecked")
  public V get(Object key) {
    return key instanceof TaskId id ? (V) root.get(id) : null;
  }

  @Override
  public boolean containsKey(Object key) {
    return get(key) != null;
  }

  /** This map with this entry in it, instead of the one under the same id if there is one. */
  public TaskMap<V> plus(TaskId id, V value) {
    boolean more = root.get(id) == null;
    Node next = root.plus(id, value);
    if (next.width() > MAX_WIDTH) next = next.split();
    return new TaskMap<>(next, more ? size + 1 : size);
  }

  /** This map without the entry under this id. */
  public TaskMap<V> minus(TaskId id) {
    if (root.get(id) == null) return this;
    if (size == 1) return empty();
    Node next = root.minus(id);
    while (!next.leaf && next.width() == 1) next = next.child(0);
    return new TaskMap<>(next, size - 1);
  }

  @Override
  public Set<Map.Entry<TaskId, V>> entrySet() {
    return new Entries(null);
  }

  /** The entries behind this id, which need not be in the map. */
  public Iterable<Map.Entry<TaskId, V>> after(TaskId id) {
    return new Entries(id);
  }

  private final class Entries extends AbstractSet<Map.Entry<TaskId, V>> {
    private final TaskId after;

    Entries(TaskId after) {
      this.after = after;
    }

    @Override
    public Iterator<Map.Entry<TaskId, V>> iterator() {
      return new Walk(after);
    }

    @Override
    public int size() {
      return size;
    }
  }

  /** Goes through the leaves from left to right. */
  private final class Walk implements Iterator<Map.Entry<TaskId, V>> {
    private final Deque<Node> nodes = new ArrayDeque<>();
    private final Deque<Integer> positions = new ArrayDeque<>();

    Walk(TaskId after) {
      Node node = root;
      while (true) {
        int found = after == null ? -1 : node.find(after);
        int at = found >= 0 ? found : -found - 1;
        if (node.leaf) {
          push(node, found >= 0 && after != null ? found + 1 : at);
          break;
        }
        int child = found >= 0 ? found : Math.max(0, at - 1);
        push(node, child + 1);
        node = node.child(child);
      }
      skipFinished();
    }

    private void push(Node node, int position) {
      nodes.push(node);
      positions.push(position);
    }

    private void skipFinished() {
      while (!nodes.isEmpty()) {
        Node node = nodes.peek();
        int position = positions.peek();
        if (position == node.width()) {
          nodes.pop();
          positions.pop();
        } else if (node.leaf) {
          return;
        } else {
          positions.pop();
          positions.push(position + 1);
          push(node.child(position), 0);
        }
      }
    }

    @Override
    public boolean hasNext() {
      return !nodes.isEmpty();
    }

    @Override
    @SuppressWarnings("unchecked")
    public Map.Entry<TaskId, V> next() {
      if (!hasNext()) throw new NoSuchElementException();
      Node leaf = nodes.peek();
      int position = positions.pop();
      positions.push(position + 1);
      skipFinished();
      return Map.entry(leaf.ids[position], (V) leaf.items[position]);
    }
  }

  /** A leaf has values, any other node has children, each under the least id in it. */
  private static final class Node {
    final boolean leaf;
    final long[] heads;
    final TaskId[] ids;
    final Object[] items;

    private Node(boolean leaf, long[] heads, TaskId[] ids, Object[] items) {
      this.leaf = leaf;
      this.heads = heads;
      this.ids = ids;
      this.items = items;
    }

    static Node leaf(int width) {
      return new Node(true, new long[width], new TaskId[width], new Object[width]);
    }

    int width() {
      return ids.length;
    }

    Node child(int position) {
      return (Node) items[position];
    }

    /** Where the id is, or minus one minus where it belongs. */
    int find(TaskId id) {
      long head = id.head();
      int low = 0;
      int high = heads.length - 1;
      while (low <= high) {
        int middle = low + high >>> 1;
        long other = heads[middle];
        int order = other != head ? Long.compare(other, head) : ids[middle].compareTo(id);
        if (order == 0) return middle;
        if (order < 0) low = middle + 1;
        else high = middle - 1;
      }
      return -low - 1;
    }

    /** The child in whose range the id is. */
    private int childOf(int found) {
      return found >= 0 ? found : Math.max(0, -found - 2);
    }

    Object get(TaskId id) {
      Node node = this;
      while (!node.leaf) node = node.child(node.childOf(node.find(id)));
      int found = node.find(id);
      return found >= 0 ? node.items[found] : null;
    }

    /** May be one entry too wide. */
    Node plus(TaskId id, Object value) {
      int found = find(id);
      if (leaf) return found >= 0 ? with(found, id, value) : inserted(-found - 1, id, value);
      int position = childOf(found);
      Node next = child(position).plus(id, value);
      if (next.width() <= MAX_WIDTH) return with(position, next.ids[0], next);
      Node two = next.split();
      return with(position, two.ids[0], two.items[0])
          .inserted(position + 1, two.ids[1], two.items[1]);
    }

    /** The id must be there, and not be the only one. */
    Node minus(TaskId id) {
      int found = find(id);
      if (leaf) return removed(found);
      int position = childOf(found);
      Node child = child(position);
      if (child.width() == 1 && child.onlyPath()) return removed(position);
      Node next = child.minus(id);
      return with(position, next.ids[0], next);
    }

    /** Whether there is but one entry below. */
    private boolean onlyPath() {
      return leaf || child(0).width() == 1 && child(0).onlyPath();
    }

    /** A node of two: the halves of this one. */
    Node split() {
      Node left = part(0, width() / 2);
      Node right = part(width() / 2, width());
      return new Node(
          false,
          new long[] {left.heads[0], right.heads[0]},
          new TaskId[] {left.ids[0], right.ids[0]},
          new Object[] {left, right});
    }

    private Node part(int from, int to) {
      return new Node(
          leaf,
          Arrays.copyOfRange(heads, from, to),
          Arrays.copyOfRange(ids, from, to),
          Arrays.copyOfRange(items, from, to));
    }

    private Node with(int position, TaskId id, Object item) {
      Object[] nextItems = items.clone();
      nextItems[position] = item;
      if (ids[position].equals(id)) return new Node(leaf, heads, ids, nextItems);
      Node next = new Node(leaf, heads.clone(), ids.clone(), nextItems);
      next.set(position, id, item);
      return next;
    }

    private Node inserted(int position, TaskId id, Object item) {
      Node next = resized(width() + 1, position, position, position + 1);
      next.set(position, id, item);
      return next;
    }

    private Node removed(int position) {
      return resized(width() - 1, position, position + 1, position);
    }

    /** A copy in which what was behind {@code from} is behind {@code to}. */
    private Node resized(int width, int kept, int from, int to) {
      Node next = new Node(leaf, new long[width], new TaskId[width], new Object[width]);
      System.arraycopy(heads, 0, next.heads, 0, kept);
      System.arraycopy(ids, 0, next.ids, 0, kept);
      System.arraycopy(items, 0, next.items, 0, kept);
      System.arraycopy(heads, from, next.heads, to, width() - from);
      System.arraycopy(ids, from, next.ids, to, width() - from);
      System.arraycopy(items, from, next.items, to, width() - from);
      return next;
    }

    private void set(int position, TaskId id, Object item) {
      heads[position] = id.head();
      ids[position] = id;
      items[position] = item;
    }
  }
}
