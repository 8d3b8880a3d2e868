package org.ppl4j.infer;

import static java.util.Objects.requireNonNull;

import com.google.common.base.Ticker;
import java.io.Console;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.ppl4j.infer.diagnostics.Wording;

/**
 * Shows how far a fit is: step, complete epochs of batches, loss, rate and the time left. Of other
 * long work it shows what is done, rate and the time left.
 *
 * <p>A value that says where and how often; each fit makes its own {@link Line}. Looking at the
 * clock is all that it costs a step.
 */
public final class Progress {

  private static final Progress SILENT =
      new Progress("", text -> {}, Ticker.systemTicker(), 0, false);

  private final String part; // before the names of its displays
  private final Consumer<String> out;
  private final Ticker ticker;
  private final long everyNanos; // 0: never
  private final boolean rewrites;

  private Progress(
      String part, Consumer<String> out, Ticker ticker, long everyNanos, boolean rewrites) {
    this.part = part;
    this.out = requireNonNull(out, "out");
    this.ticker = ticker;
    this.everyNanos = everyNanos;
    this.rewrites = rewrites;
  }

  /**
   * On standard error: one line rewritten five times a second on a terminal, one line a minute
   * otherwise.
   */
  public static Progress console() {
    return isTerminal() ? terminal(System.err::print) : lines(System.err::print);
  }

  /** From JDK 22 on there is a console without a terminal too; it says so by a new method. */
  @SuppressWarnings("SystemConsoleNull")
  private static boolean isTerminal() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException olderJdk) {
      return true;
    }
  }

  /** Nothing. */
  public static Progress silent() {
    return SILENT;
  }

  /** One line, rewritten five times a second by a leading carriage return. */
  public static Progress terminal(Consumer<String> out) {
    return new Progress("", out, Ticker.systemTicker(), TimeUnit.MILLISECONDS.toNanos(200), true);
  }

  /** One line a minute. */
  public static Progress lines(Consumer<String> out) {
    return new Progress("", out, Ticker.systemTicker(), TimeUnit.MINUTES.toNanos(1), false);
  }

  /** The same of work that is a part of other work, which stands before its name. */
  public Progress of(String work) {
    return new Progress(part + work + ", ", out, ticker, everyNanos, rewrites);
  }

  /** With another clock. */
  Progress ticker(Ticker ticker) {
    return new Progress(part, out, ticker, everyNanos, rewrites);
  }

  /**
   * The display of one fit, or of other work.
   *
   * @param name what runs, e.g. {@code svi}
   * @param steps the number of steps to come; 0 if that is not known
   */
  public Line start(String name, int steps) {
    return new Line(this, part + name, steps);
  }

  /** The display of one fit, or of other work, which belongs to one thread at a time. */
  public static final class Line {

    private final Progress progress;
    private final String name;
    private final int steps;
    private final long start;
    private long next;
    private int width;
    private int epochs;

    private Line(Progress progress, String name, int steps) {
      this.progress = progress;
      this.name = name;
      this.steps = steps;
      this.start = progress.ticker.read();
      this.next = start + progress.everyNanos;
    }

    /** From now on, so many epochs are complete. */
    public void epochs(int completed) {
      epochs = completed;
    }

    /** After step {@code step} (from 1), whose smoothed loss is {@code loss}. */
    public void update(int step, double loss) {
      if (isDue()) {
        show(fit(step, loss));
      }
    }

    /** When so much is done. */
    public void update(int done) {
      if (isDue()) {
        show(work(done, ""));
      }
    }

    /** The same, with more to say of it. */
    public void update(int done, Supplier<String> more) {
      if (isDue()) {
        show(work(done, ", " + more.get()));
      }
    }

    private boolean isDue() {
      if (progress.everyNanos == 0) {
        return false;
      }
      long now = progress.ticker.read();
      boolean isDue = now - next >= 0;
      if (isDue) {
        next = now + progress.everyNanos;
      }
      return isDue;
    }

    /** At the end of the fit: the last state, on a terminal only. */
    public void end(int step, double loss) {
      end(fit(step, loss));
    }

    /** At the end of the work: the last state, on a terminal only. */
    public void end(int done) {
      end(work(done, ""));
    }

    /** The same, with more to say of it. */
    public void end(int done, Supplier<String> more) {
      end(work(done, ", " + more.get()));
    }

    private void end(String text) {
      if (progress.rewrites) {
        show(text);
        progress.out.accept(System.lineSeparator());
      }
    }

    private double rate(int step) {
      return step / Math.max((progress.ticker.read() - start) * 1e-9, 1e-9);
    }

    private String work(int done, String more) {
      double rate = rate(done);
      String text = String.format(Locale.ROOT, "%s: %,d", name, done);
      if (steps > 0) {
        text += String.format(Locale.ROOT, " of %,d", steps);
      }
      text += more + ", " + Wording.rate(rate) + "/s";
      return steps > 0 ? text + ", " + duration((steps - done) / rate) + " left" : text;
    }

    private String fit(int step, double loss) {
      double rate = rate(step);
      String text = String.format(Locale.ROOT, "%s: step %,d", name, step);
      if (steps > 0) {
        text += String.format(Locale.ROOT, " of %,d", steps);
      }
      if (epochs > 0) {
        text += String.format(Locale.ROOT, ", epochs %,d", epochs);
      }
      text += String.format(Locale.ROOT, ", loss %.5g, %s steps/s", loss, Wording.rate(rate));
      if (steps > 0) {
        text += ", " + duration((steps - step) / rate) + " left";
      }
      return text;
    }

    private void show(String text) {
      if (progress.rewrites) {
        int blanks = Math.max(0, width - text.length());
        width = text.length();
        progress.out.accept("\r" + text + " ".repeat(blanks));
      } else {
        progress.out.accept(text + System.lineSeparator());
      }
    }

    private static String duration(double seconds) {
      long s = Math.max(0, Math.round(seconds));
      return s < 60
          ? s + " s"
          : s < 3600
              ? String.format(Locale.ROOT, "%d min %02d s", s / 60, s % 60)
              : String.format(Locale.ROOT, "%d h %02d min", s / 3600, s % 3600 / 60);
    }
  }
}
