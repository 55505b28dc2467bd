package dev.swarm.consensus;

import java.util.concurrent.CountDownLatch;

/** Holds the thread back that applies entries on one manager, as a dead lock there would. */
final class HeldApply {
  private final CountDownLatch release = new CountDownLatch(1);
  private final Thread holder;

  /** Returns when it is held; what was being applied is applied then. */
  HeldApply(ConsensusVerticle verticle) throws InterruptedException {
    Object applying = PlantedState.applying(verticle);
    CountDownLatch held = new CountDownLatch(1);
    holder = new Thread(() -> hold(applying, held), "held-apply");
    holder.start();
    held.await();
  }

  private void hold(Object applying, CountDownLatch held) {
    synchronized (applying) {
      held.countDown();
      try {
        release.await();
      } catch (InterruptedException ended) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Lets it go on. */
  void end() throws InterruptedException {
    release.countDown();
    holder.join();
  }
}
