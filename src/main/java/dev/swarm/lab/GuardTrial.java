package dev.swarm.lab;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Three managers with workers and a client, whose managers lose their disk or stand still. */
final class GuardTrial implements AutoCloseable {
  static final Duration LIMIT = Duration.ofSeconds(60);
  static final int AGENTS = 30;

  final LocalCluster cluster;
  final Submitter client;
  private final Map<String, Object> since;

  /** Takes over a cluster that is prepared, and starts it. */
  GuardTrial(LocalCluster cluster, String name) {
    this.cluster = cluster;
    cluster.startManagers();
    cluster.awaitLeader(0, LIMIT);
    cluster.startWorkers("w1", AGENTS, 5, new JsonObject().put("kind", "discard"));
    cluster.managerIds().forEach(id -> cluster.awaitUp(id, AGENTS, LIMIT));
    since = since();
    client = new Submitter(cluster, name, cluster.managerIds());
    client.awaitMore(5);
  }

  /** Workers beat every two seconds, so that a TTL is 6 s. */
  static JsonObject settings() {
    return new JsonObject()
        .put(
            "heartbeat",
            new JsonObject()
                .put("period", "2s")
                .put("jitter", "10%")
                .put("ttlMultiplier", 3)
                .put("failoverMultiplier", 6));
  }

  String leader() {
    return cluster.awaitLeader(0, LIMIT).id();
  }

  List<String> followers(String leader) {
    return cluster.managerIds().stream().filter(id -> !id.equals(leader)).toList();
  }

  /** Waits until another manager leads; returns it. */
  String awaitAnotherLeader(String old) {
    return Await.answer(
        LIMIT,
        () -> "a leader other than " + old,
        () -> {
          String leader = cluster.awaitLeader(0, LIMIT).id();
          return leader.equals(old) ? null : leader;
        });
  }

  /** Waits until the manager's role is {@code UP} or {@code DOWN}, as its health check says. */
  JsonObject awaitRole(String manager, String status) {
    return Await.answer(
        LIMIT,
        () -> "role " + status + " of " + manager,
        () -> {
          JsonObject role = cluster.api(manager).check("role");
          return role.getString("status").equals(status) ? role : null;
        });
  }

  double metric(String manager, String name, String tags) {
    try {
      return ManagerApi.sum(cluster.api(manager).text("/metrics"), name, tags);
    } catch (IOException failure) {
      throw new LabException("no metrics of " + manager + ": " + failure.getMessage());
    }
  }

  /** The kinds of events that the manager tells of this kind or those that begin so, in order. */
  List<String> events(String manager, String kind) {
    try {
      String path = "/api/v1/events?follow=false&kind=" + kind;
      return cluster
          .api(manager)
          .text(path)
          .lines()
          .filter(line -> line.startsWith("event: "))
          .map(line -> line.substring("event: ".length()))
          .toList();
    } catch (IOException failure) {
      throw new LabException("no events of " + manager + ": " + failure.getMessage());
    }
  }

  /** Waits until all is well again; returns what was not held meanwhile. */
  List<String> violations() {
    client.only(cluster.managerIds());
    client.awaitMore(5);
    client.close();
    cluster.managerIds().forEach(id -> awaitRole(id, "UP"));
    cluster.managerIds().forEach(id -> cluster.awaitUp(id, AGENTS, LIMIT));
    List<String> violations = new ArrayList<>();
    for (String id : cluster.managerIds()) {
      Set<String> missing = missing(id);
      if (!missing.isEmpty()) violations.add("acknowledged and lost on " + id + ": " + missing);
    }
    since()
        .forEach(
            (worker, moment) -> {
              if (!moment.equals(since.get(worker))) violations.add(worker + " was not UP");
            });
    return violations;
  }

  private Set<String> missing(String manager) {
    Set<String> missing = new HashSet<>(client.acknowledged());
    Await.until(
        LIMIT,
        "what was acknowledged on " + manager + ": " + missing.size() + " tasks",
        () -> {
          JsonArray tasks = cluster.api(manager).list("/api/v1/tasks");
          for (int i = 0; i < tasks.size(); i++) {
            missing.remove(tasks.getJsonObject(i).getString("id"));
          }
          return missing.isEmpty();
        });
    return missing;
  }

  /** When each worker last changed between up and down. */
  private Map<String, Object> since() {
    try {
      Map<String, Object> moments = new HashMap<>();
      JsonArray workers = cluster.api(cluster.managerIds().get(0)).list("/api/v1/workers");
      for (int i = 0; i < workers.size(); i++) {
        JsonObject worker = workers.getJsonObject(i);
        moments.put(worker.getString("id"), worker.getValue("since"));
      }
      return moments;
    } catch (IOException failure) {
      throw new LabException("no list of workers: " + failure.getMessage());
    }
  }

  @Override
  public void close() {
    client.close();
    cluster.close();
  }
}
