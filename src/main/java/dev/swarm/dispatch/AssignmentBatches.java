package dev.swarm.dispatch;

import dev.swarm.model.BatchSettings;
import io.reactivex.rxjava3.core.Scheduler;
import io.reactivex.rxjava3.disposables.Disposable;
import io.reactivex.rxjava3.subjects.PublishSubject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Gathers the changes for one worker: a batch leaves when its first change has waited for the
 * agreed delay, or when it is full. Between two bursts nothing is subscribed and no timer is armed:
 * the first change opens a window, a window without changes closes it.
 */
final class AssignmentBatches {
  private final Supplier<BatchSettings> settings;
  private final Scheduler scheduler;
  private final Consumer<List<PendingChange>> sink;
  private final Consumer<Boolean> armed;
  private PublishSubject<PendingChange> window;
  private Disposable subscription;

  /**
   * Uses the settings in force when a window opens.
   *
   * @param sink takes each batch, in log order, never empty
   * @param armed is told when a timer comes to be and when it ceases to be
   */
  AssignmentBatches(
      Supplier<BatchSettings> settings,
      Scheduler scheduler,
      Consumer<List<PendingChange>> sink,
      Consumer<Boolean> armed) {
    this.settings = settings;
    this.scheduler = scheduler;
    this.sink = sink;
    this.armed = armed;
  }

  /** Adds the next change in log order. */
  void add(PendingChange change) {
    if (window == null) open(settings.get());
    window.onNext(change);
  }

  private void open(BatchSettings agreed) {
    boolean restartTimerWhenFull = true;
    window = PublishSubject.create();
    armed.accept(true);
    subscription =
        window
            .<List<PendingChange>>buffer(
                agreed.maxDelayMillis(),
                TimeUnit.MILLISECONDS,
                scheduler,
                agreed.maxSize(),
                ArrayList::new,
                restartTimerWhenFull)
            .subscribe(this::emit);
  }

  private void emit(List<PendingChange> batch) {
    if (batch.isEmpty()) close();
    else sink.accept(batch);
  }

  /** Drops what is gathered. */
  void close() {
    if (window == null) return;
    window = null;
    subscription.dispose();
    armed.accept(false);
  }
}
