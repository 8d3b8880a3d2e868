package org.ppl4j.examples.launcher;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.PrintWriter;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/**
 * What a user says by Ctrl-C: the first interrupts the thread that works, which ends after its step
 * and says what there is; a second ends the process at once. As long as it is open; then the signal
 * does what it did before. A JVM without signals knows none.
 */
public final class StopSignal implements AutoCloseable {

  /** The status of a process that SIGINT has ended, as shells have it. */
  public static final int STATUS = 130;

  // The JDK's own signals, which no other part of it offers; by reflection, since javac warns.
  private static final String SIGNAL = "sun.misc.Signal";
  private static final String HANDLER = "sun.misc.SignalHandler";

  private final Thread worker;
  private final PrintWriter err;
  private final @Nullable Object before;
  private boolean isGiven;

  private StopSignal(Thread worker, PrintWriter err) {
    this.worker = worker;
    this.err = err;
    this.before = handle(handler());
  }

  /**
   * Listens.
   *
   * @param worker what the first interrupts
   * @param err where it says so
   */
  public static StopSignal to(Thread worker, PrintWriter err) {
    return new StopSignal(requireNonNull(worker, "worker"), requireNonNull(err, "err"));
  }

  private @Nullable Object handler() {
    try {
      Class<?> type = Class.forName(HANDLER);
      return Proxy.newProxyInstance(
          type.getClassLoader(),
          new Class<?>[] {type},
          (proxy, method, arguments) ->
              switch (method.getName()) {
                case "handle" -> {
                  give();
                  yield null;
                }
                case "equals" -> proxy == requireNonNull(arguments)[0];
                case "hashCode" -> System.identityHashCode(proxy);
                default -> "stop signal";
              });
    } catch (ReflectiveOperationException e) {
      return null;
    }
  }

  /** As the user gives it. */
  synchronized void give() {
    if (isGiven) {
      Runtime.getRuntime().halt(STATUS);
    }
    isGiven = true;
    err.println();
    err.println("stops after this step and says what there is; Ctrl-C again ends at once");
    worker.interrupt();
  }

  /** Whether there was one. */
  public synchronized boolean isGiven() {
    return isGiven;
  }

  /** Makes it the handler of SIGINT, and returns the one before. */
  @CanIgnoreReturnValue
  private static @Nullable Object handle(@Nullable Object handler) {
    if (handler == null) {
      return null;
    }
    try {
      Class<?> signal = Class.forName(SIGNAL);
      Object interrupt = signal.getConstructor(String.class).newInstance("INT");
      return signal
          .getMethod("handle", signal, Class.forName(HANDLER))
          .invoke(null, interrupt, handler);
    } catch (ReflectiveOperationException e) {
      return null; // as of a JVM that is run without signals
    }
  }

  @Override
  public void close() {
    handle(before);
  }
}
