package org.ppl4j.benchmarks;

import com.google.common.base.Splitter;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.ppl4j.tensor.FloatType;

/**
 * What two fits of the eight schools take, one after the other, in a virtual machine of their own:
 * milliseconds of the processor that their thread is at work on.
 *
 * @param first all of the first
 * @param search the first step of the second, which looks for its start and makes all checks
 * @param fast the second, until its steps are at their fastest
 */
record TwoFits(double first, double search, double fast) {

  private static final int STEPS = 20_000;
  private static final double FASTEST = 1.1; // of what most of the last take

  /** Of the present classes. */
  static TwoFits ofPresent() throws IOException, InterruptedException {
    return of(System.getProperty("java.class.path"));
  }

  /** Of the classes of a commit. */
  static TwoFits ofBaseline(String commit)
      throws IOException, InterruptedException, URISyntaxException {
    Path own = Path.of(TwoFits.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    return of(BaselineCommit.classPath(commit) + File.pathSeparator + own);
  }

  private static TwoFits of(String classPath) throws IOException, InterruptedException {
    List<String> times = Splitter.on(' ').splitToList(NewJvm.output(classPath, TwoFits.class));
    return new TwoFits(
        Double.parseDouble(times.get(0)),
        Double.parseDouble(times.get(1)),
        Double.parseDouble(times.get(2)));
  }

  /** Prints all three. */
  public static void main(String[] args) {
    Times first = new Times();
    Times second = new Times();
    System.out.println(first.all() + " " + second.at[1] + " " + second.fast());
  }

  /** Of a new fit. */
  private static final class Times {

    private final double[] at = new double[STEPS + 1]; // milliseconds since it began
    private final long[] each = new long[STEPS]; // nanoseconds of a step

    Times() {
      double began = now();
      try (Fit fit = PeerCases.fit("eight_schools", FloatType.FLOAT64)) {
        double sum = 0;
        for (int i = 0; i < STEPS; i++) {
          long start = System.nanoTime();
          sum += fit.step();
          each[i] = System.nanoTime() - start;
          at[i + 1] = now() - began;
        }
        if (!Double.isFinite(sum)) {
          throw new IllegalStateException("loss is not finite");
        }
      }
    }

    private static double now() {
      return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() / 1e6;
    }

    double all() {
      return at[STEPS];
    }

    /** Until a step takes no longer than most of the second half do. */
    double fast() {
      long[] last = Arrays.copyOfRange(each, STEPS / 2, STEPS);
      Arrays.sort(last);
      int step = 0;
      while (each[step++] > FASTEST * last[last.length / 2]) {}
      return at[step];
    }
  }
}
