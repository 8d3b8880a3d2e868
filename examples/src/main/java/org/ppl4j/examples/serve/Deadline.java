package org.ppl4j.examples.serve;

import com.google.common.util.concurrent.Uninterruptibles;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A moment until which the thread that makes it must be done with something. If it is late, what is
 * to be done then is done by another thread, and it is interrupted, which ends its reading or
 * writing of a channel.
 */
final class Deadline implements AutoCloseable {

  private enum State {
    AHEAD,
    MET,
    MISSED
  }

  private final AtomicReference<State> state = new AtomicReference<>(State.AHEAD);
  private final CountDownLatch told = new CountDownLatch(1);
  private final ScheduledFuture<?> alarm;

  /**
   * One from now on.
   *
   * @param clock whose threads do what is to be done when it is late
   * @param late what that is
   */
  Deadline(ScheduledExecutorService clock, Duration time, Runnable late) {
    Thread own = Thread.currentThread();
    alarm = clock.schedule(() -> ring(own, late), time.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void ring(Thread own, Runnable late) {
    if (state.compareAndSet(State.AHEAD, State.MISSED)) {
      try {
        late.run();
      } finally {
        own.interrupt();
        told.countDown();
      }
    }
  }

  /**
   * Ends it. Where it was missed, what was to be done then is done, and the thread is not
   * interrupted any longer.
   */
  boolean isMet() {
    if (state.compareAndSet(State.AHEAD, State.MET)) {
      alarm.cancel(false);
    } else if (state.get() == State.MISSED) {
      Uninterruptibles.awaitUninterruptibly(told);
      Thread.interrupted();
    }
    return state.get() == State.MET;
  }

  /** Ends it. */
  @Override
  public void close() {
    boolean unused = isMet();
  }
}
