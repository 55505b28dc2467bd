package dev.swarm.cli;

import dev.swarm.config.Address;
import dev.swarm.model.TimeSource;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code swarm events}. */
@Command(
    name = "events",
    description = {
      "What happened that an operator should hear of, as all managers remember it.",
      "  swarm events --kind worker.down,guard",
      "  swarm events -f -o jsonl"
    })
final class EventsCommand implements Callable<Integer> {
  private static final String MANAGERS = "/api/v1/managers";

  /** Heard and not yet printed; then the managers wait. */
  private static final int MAX_HEARD = 1_000;

  /** The managers are looked up so often, and when one has changed. */
  private static final long LOOK_NANOS = 30_000_000_000L;

  private static final List<Column> COLUMNS =
      List.of(
          Column.of("TIME", "time").atLeast(24),
          Column.of("KIND", "kind").atLeast(16),
          Column.of("SUBJECT", "subject").atLeast(10),
          Column.of("MANAGER", "manager").atLeast(7),
          Column.wide("ID", "id").atLeast(20),
          Column.uncut("MESSAGE", "message"));

  private final SwarmCommand swarm;
  private final EventMerge merge = new EventMerge();
  private final Map<String, EventFeed> feeds = new LinkedHashMap<>();
  private final BlockingQueue<JsonObject> heard = new ArrayBlockingQueue<>(MAX_HEARD);
  private boolean listedAnswer;

  @Option(
      names = {"-f", "--follow"},
      description = "Goes on with what happens, until Ctrl-C.")
  private boolean follow;

  @Option(
      names = "--kind",
      split = ",",
      paramLabel = "KIND",
      description = "Only these kinds, or what begins so: worker.down, guard.")
  private List<String> kinds;

  @Option(names = "--since", paramLabel = "ID", description = "Only what came after this event.")
  private String since;

  private String newest;

  EventsCommand(SwarmCommand swarm) {
    this.swarm = swarm;
  }

  @Override
  public Integer call() {
    if (follow && swarm.printer().format() == Format.JSON) {
      throw CliException.usage("-o json is one list, which never ends here", "-o jsonl, with -f");
    }
    newest = since;
    List<JsonObject> events = merge.inOrder(remembered());
    if (!follow) {
      swarm.printer().list(events, COLUMNS);
      return Exit.DONE.code();
    }
    if (!swarm.printer().format().machine()) swarm.printer().list(List.of(), COLUMNS);
    events.forEach(this::print);
    feeds.values().forEach(feed -> feed.follow(heard, newest));
    return goOn();
  }

  /** What all managers remember; those that do not say are named, unless all are. */
  private List<JsonObject> remembered() {
    List<JsonObject> events = new ArrayList<>();
    var silent = new LinkedHashMap<Address, String>();
    listed().forEach((manager, address) -> ask(manager, address, events, silent));
    listedAnswer = silent.size() < feeds.size();
    if (!listedAnswer) {
      // The listed addresses may mean nothing here, behind a tunnel for instance.
      feeds.clear();
      swarm.addresses().forEach(named -> ask(named.toString(), named, events, silent));
      if (silent.keySet().containsAll(swarm.addresses())) throw Api.unreachable(silent);
    }
    silent.forEach((who, why) -> swarm.progress("no events from " + who + ": " + why));
    return events;
  }

  private Map<String, Address> listed() {
    var addresses = new LinkedHashMap<String, Address>();
    for (JsonObject manager : swarm.api().get(MANAGERS).objects()) {
      try {
        Address http = Address.parse(manager.getString("http", ""), SwarmCommand.HTTP_PORT);
        addresses.put(manager.getString("id"), http);
      } catch (IllegalArgumentException e) {
        swarm.progress("no events from " + manager.getString("id") + ": " + e.getMessage());
      }
    }
    return addresses;
  }

  private void ask(
      String manager, Address address, List<JsonObject> events, Map<Address, String> silent) {
    EventFeed feed = new EventFeed(swarm, manager, address, kinds, since);
    feeds.put(manager, feed);
    try {
      events.addAll(feed.remembered());
    } catch (CliException failure) {
      if (failure.exit() == Exit.USAGE) throw failure;
      silent.put(address, failure.getMessage());
    }
  }

  private int goOn() {
    TimeSource time = swarm.terminal().time();
    long lookedNanos = time.nanos();
    try {
      while (!swarm.terminal().out().checkError()) {
        long left = LOOK_NANOS - (time.nanos() - lookedNanos);
        JsonObject event = heard.poll(left, TimeUnit.NANOSECONDS);
        if (event != null && merge.isNew(event)) print(event);
        boolean manager = event != null && EventMerge.kind(event).startsWith("manager.");
        if (!manager && time.nanos() - lookedNanos < LOOK_NANOS) continue;
        if (listedAnswer) lookForNewOnes();
        lookedNanos = time.nanos();
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } finally {
      feeds.values().forEach(EventFeed::close);
    }
    return Exit.DONE.code();
  }

  private void print(JsonObject event) {
    swarm.printer().more(event, COLUMNS);
    newest = event.getString("id", newest);
  }

  /** A manager may be new, gone, or found elsewhere. */
  private void lookForNewOnes() {
    Map<String, Address> now;
    try {
      now = listed();
    } catch (CliException nobodySays) {
      return;
    }
    feeds
        .entrySet()
        .removeIf(
            feed -> {
              boolean gone = !feed.getValue().address().equals(now.get(feed.getKey()));
              if (gone) feed.getValue().close();
              return gone;
            });
    now.forEach(
        (manager, address) -> {
          if (feeds.containsKey(manager)) return;
          EventFeed feed = new EventFeed(swarm, manager, address, kinds, newest);
          feeds.put(manager, feed);
          feed.follow(heard, newest);
        });
  }
}
