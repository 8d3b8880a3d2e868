package org.ppl4j.examples.launcher;

import java.util.List;
import java.util.stream.DoubleStream;

/** Figures of several runs of an example. */
public final class Figures {

  private Figures() {}

  public static double median(List<ExampleResult> results, String figure) {
    double[] values = of(results, figure).sorted().toArray();
    return values[values.length / 2];
  }

  public static double mean(List<ExampleResult> results, String figure) {
    return of(results, figure).average().orElseThrow();
  }

  private static DoubleStream of(List<ExampleResult> results, String figure) {
    return results.stream().mapToDouble(result -> result.figures().get(figure));
  }
}
