package org.ppl4j.benchmarks;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.util.List;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Recording;

/**
 * What the first steps of the eight schools take in a JVM of their own.
 *
 * @param ten milliseconds of the first ten
 * @param thousand milliseconds of the first thousand
 */
record FirstSteps(double ten, double thousand) {

  /** In a new JVM, with its own settings. */
  static FirstSteps inNewJvm(Recording recording) throws IOException, InterruptedException {
    String output = NewJvm.output(FirstSteps.class, recording.name());
    List<String> times = Splitter.on(' ').splitToList(output);
    return new FirstSteps(Double.parseDouble(times.get(0)), Double.parseDouble(times.get(1)));
  }

  /** Prints both, recorded or by the engine as the argument says. */
  public static void main(String[] args) {
    try (Fit fit = PeerCases.fit("eight_schools", FloatType.FLOAT64, Recording.valueOf(args[0]))) {
      long start = System.nanoTime();
      double ten = 0;
      double sum = 0;
      for (int step = 1; step <= 1000; step++) {
        sum += fit.step();
        ten = step == 10 ? (System.nanoTime() - start) / 1e6 : ten;
      }
      double thousand = (System.nanoTime() - start) / 1e6;
      if (Double.isNaN(sum)) {
        throw new IllegalStateException("loss is not a number");
      }
      System.out.println(ten + " " + thousand);
    }
  }
}
