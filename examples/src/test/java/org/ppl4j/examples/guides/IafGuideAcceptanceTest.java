package org.ppl4j.examples.guides;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.examples.launcher.ExampleOptions;
import org.ppl4j.examples.launcher.ExampleResult;
import org.ppl4j.examples.launcher.Figures;
import org.ppl4j.testing.AcceptancePoint;

/** Flows as guides of a banana and of the eight schools in both forms: moments and k-hat. */
@Tag("acceptance")
class IafGuideAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("flows.5");
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
      results.add(new IafGuide().run(ExampleOptions.defaults().withSeed(seed).quietly()));
    }

    for (String target : List.of("banana", "non-centred", "centred")) {
      for (String guide : List.of("iaf", "spline-coupling")) {
        String name = target + "." + guide;
        check(results, "offset." + name, 0, MOST_OFFSET);
        check(results, "sd ratio." + name + ".least", LEAST_RATIO, MOST_RATIO);
        check(results, "sd ratio." + name + ".largest", LEAST_RATIO, MOST_RATIO);
        double khat = Figures.median(results, "k-hat." + name);
        if (target.equals("centred")) {
          POINT.shown("k-hat." + name, khat);
        } else {
          POINT.below("k-hat." + name, khat, MOST_KHAT);
        }
      }
    }
    for (String target : List.of("non-centred", "centred")) {
      String name = "offset of tau." + target + ".auto-normal";
      POINT.shown(name, Figures.median(results, name));
    }
  }

  private static void check(List<ExampleResult> results, String figure, double from, double to) {
    double median = Figures.median(results, figure);
    POINT.above(figure, median, from);
    POINT.below(figure, median, to);
  }
}
