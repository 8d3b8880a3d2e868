package org.ppl4j.tensor;

import com.google.common.collect.Queues;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.internal.plan.Plan;
import org.ppl4j.tensor.internal.plan.PlanReplay;

/** The replays of a plan that no thread is at work with: as many as threads were at once. */
final class IdleReplays {

  private static final int PLACES = 16;
  private static final int LINE = 16; // references, at least, of a line of a cache

  private final Plan plan;

  /** One of each place, where the thread that was at work with it finds it in its cache again. */
  private final AtomicReferenceArray<@Nullable PlanReplay> near =
      new AtomicReferenceArray<>(PLACES * LINE);

  private final Queue<PlanReplay> free =
      Queues.newConcurrentLinkedQueue(); // where places are taken

  IdleReplays(Plan plan) {
    this.plan = plan;
  }

  /** One that no other thread is at work with. */
  PlanReplay take() {
    PlanReplay replay = near.getAndSet(place(), null);
    if (replay == null) {
      replay = free.poll();
    }
    for (int place = 0; replay == null && place < near.length(); place += LINE) {
      replay = near.getAndSet(place, null);
    }
    return replay == null ? plan.replay() : replay;
  }

  /** Nobody is at work with one any more. */
  void add(PlanReplay replay) {
    if (!near.compareAndSet(place(), null, replay)) {
      free.add(replay);
    }
  }

  /** That of this thread, and of few others. */
  private static int place() {
    return (int) (Thread.currentThread().getId() % PLACES) * LINE;
  }
}
