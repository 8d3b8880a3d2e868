package org.ppl4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.tensor.FloatType;

/** Flows as guides of a banana and of the eight schools in both forms: moments and k-hat. */
@Tag("acceptance")
class IafGuideAcceptanceTest {

  private static final long[] SEEDS = {0, 1, 2};
  private static final double MOST_OFFSET = 0.1;
  private static final double LEAST_RATIO = 0.9;
  private static final double MOST_RATIO = 1.1;
  private static final double MOST_KHAT = 0.7;

  @Test
  @Tag("flows.5")
  void flowsReachTheMoments() {
    List<ExampleResult> results = new ArrayList<>();
    for (long seed : SEEDS) {
      results.add(new IafGuide().run(Quiet.run(seed, FloatType.FLOAT64)));
    }

    for (String target : List.of("banana", "non-centred", "centred")) {
      for (String guide : List.of("iaf", "spline-coupling")) {
        String name = target + "." + guide;
        check(results, "offset." + name, 0, MOST_OFFSET);
        check(results, "sd ratio." + name + ".least", LEAST_RATIO, MOST_RATIO);
        check(results, "sd ratio." + name + ".largest", LEAST_RATIO, MOST_RATIO);
        check(
            results,
            "k-hat." + name,
            Double.NEGATIVE_INFINITY,
            target.equals("centred") ? Double.POSITIVE_INFINITY : MOST_KHAT);
      }
    }
    for (String target : List.of("non-centred", "centred")) {
      String name = "offset of tau." + target + ".auto-normal";
      double miss = median(results.stream().mapToDouble(r -> r.figures().get(name)).toArray());
      System.out.printf(Locale.ROOT, "flows.5 %s %.4f (reported)%n", name, miss);
    }
  }

  private static void check(List<ExampleResult> results, String figure, double from, double to) {
    double median = median(results.stream().mapToDouble(r -> r.figures().get(figure)).toArray());
    boolean pass = median > from && median < to;
    String bound = to == Double.POSITIVE_INFINITY ? "(reported)" : from + ".." + to;
    System.out.printf(
        Locale.ROOT, "flows.5 %s %.4f %s %s%n", figure, median, bound, pass ? "pass" : "FAIL");
    assertThat(pass).as("%s is %s", figure, median).isTrue();
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
