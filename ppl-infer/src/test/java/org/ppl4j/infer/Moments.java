package org.ppl4j.infer;

import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicLong;

/** Counts the moments of some work, on whatever threads, and does something at one of them. */
public final class Moments {

  private final AtomicLong passed = new AtomicLong();
  private volatile long next = Long.MAX_VALUE;
  private volatile Runnable action = () -> {};

  /** Does something, once, when so many have passed. */
  public void at(long moment, Runnable what) {
    action = what;
    next = moment;
  }

  /** Does nothing any more. */
  public void rest() {
    next = Long.MAX_VALUE;
  }

  /** How many have passed. */
  public long passed() {
    return passed.get();
  }

  /** From the first again. */
  public void restart() {
    rest();
    passed.set(0);
  }

  /**
   * What lets one pass, by code that cannot be read, so that a program's records are not held to
   * what changes here.
   */
  public Runnable unreadable() {
    return (Runnable)
        Proxy.newProxyInstance(
            Moments.class.getClassLoader(),
            new Class<?>[] {Runnable.class},
            (proxy, method, arguments) -> {
              double unused = pass();
              return null;
            });
  }

  /** One passes; returns 0, so that a number of a program can be where it does. */
  public double pass() {
    if (passed.incrementAndGet() >= next) {
      rest();
      action.run();
    }
    return 0;
  }
}
