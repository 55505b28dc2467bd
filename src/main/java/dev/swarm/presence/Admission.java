package dev.swarm.presence;

import dev.swarm.edge.Turnstile;
import dev.swarm.model.Refusal;
import dev.swarm.model.SessionOpen;
import dev.swarm.model.SwarmException;
import dev.swarm.model.WorkerId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How many sessions are opened: so many a second of all workers together, so many a minute of each,
 * and so many at a time on their way into the log. The rest is told when to come again. A dial that
 * is asked for again counts once.
 */
final class Admission {
  /** Opens proposed and not yet answered. */
  static final int MAX_OPENING = 10_000;

  private static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final long SWEEP_NANOS = TimeUnit.SECONDS.toNanos(10);

  /**
   * What became of a request.
   *
   * @param positions of those let in, within the request
   * @param refused the others
   */
  record Entry(List<SessionOpen> opens, List<Integer> positions, List<Refusal> refused) {
    /** The position within the request. */
    Refusal placed(Refusal refusal) {
      return refusal.at(positions.get(refusal.position()));
    }
  }

  /** What one worker may still do: its dials of the last minute, as a bucket that fills up. */
  private static final class Dials {
    private long boot;
    private long dial;
    private double left;
    private long nanos;
  }

  private final AdmissionRates rates;
  private final Turnstile all;
  private final Map<WorkerId, Dials> workers = new HashMap<>();
  private int opening;
  private long sweptNanos;

  Admission(AdmissionRates rates, long nowNanos) {
    this.rates = rates;
    all = new Turnstile(rates.perSecond(), nowNanos);
    sweptNanos = nowNanos;
  }

  /** Sorts the wishes; {@link #leave} is owed for those let in. */
  Entry enter(List<SessionOpen> wishes, long nowNanos) {
    sweep(nowNanos);
    Entry entry = new Entry(new ArrayList<>(wishes.size()), new ArrayList<>(), new ArrayList<>());
    for (int i = 0; i < wishes.size(); i++) {
      Refusal refusal = refusal(i, wishes.get(i), nowNanos);
      if (refusal != null) {
        entry.refused().add(refusal);
      } else {
        entry.opens().add(wishes.get(i));
        entry.positions().add(i);
        opening++;
      }
    }
    return entry;
  }

  private Refusal refusal(int position, SessionOpen wish, long nowNanos) {
    if (opening >= MAX_OPENING) {
      String text = opening + " sessions are being opened, at most " + MAX_OPENING + " may be";
      return overloaded(position, text, all.comeAgainMillis(nowNanos));
    }
    Dials dials = dials(wish.worker(), nowNanos);
    if (dials.boot == wish.agentBoot() && dials.dial == wish.dial()) return null;
    if (dials.left < 1) {
      String text =
          "worker "
              + wish.worker()
              + " opens more than "
              + rates.perWorkerAndMinute()
              + " sessions a minute";
      return overloaded(position, text, millisUntilNext(dials));
    }
    if (!all.pass(nowNanos)) {
      String text = "more than " + rates.perSecond() + " sessions a second are asked for";
      return overloaded(position, text, all.comeAgainMillis(nowNanos));
    }
    dials.left--;
    dials.boot = wish.agentBoot();
    dials.dial = wish.dial();
    return null;
  }

  private static Refusal overloaded(int position, String text, int retryAfterMillis) {
    return new Refusal(position, SwarmException.Kind.OVERLOADED, text, retryAfterMillis);
  }

  private Dials dials(WorkerId worker, long nowNanos) {
    Dials dials = workers.get(worker);
    if (dials == null) {
      dials = new Dials();
      dials.left = rates.perWorkerAndMinute();
      workers.put(worker, dials);
    } else {
      dials.left = filled(dials, nowNanos);
    }
    dials.nanos = nowNanos;
    return dials;
  }

  private double filled(Dials dials, long nowNanos) {
    double since = (double) (nowNanos - dials.nanos) / MINUTE_NANOS;
    return Math.min(rates.perWorkerAndMinute(), dials.left + since * rates.perWorkerAndMinute());
  }

  private int millisUntilNext(Dials dials) {
    return 1 + (int) ((1 - dials.left) * 60_000 / rates.perWorkerAndMinute());
  }

  /** Forgets workers that have all their dials again. */
  private void sweep(long nowNanos) {
    if (nowNanos - sweptNanos < SWEEP_NANOS) return;
    sweptNanos = nowNanos;
    workers.values().removeIf(dials -> filled(dials, nowNanos) >= rates.perWorkerAndMinute());
  }

  /** So many are answered. */
  void leave(int opens) {
    opening -= opens;
  }

  /** Workers of which something is remembered. */
  int remembered() {
    return workers.size();
  }
}
