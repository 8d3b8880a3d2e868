package org.ppl4j.studies.energies;

import com.google.common.base.Stopwatch;
import com.google.common.collect.ImmutableMap;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.examples.launcher.ExampleOptions;
import org.ppl4j.examples.launcher.ExampleResult;
import org.ppl4j.examples.launcher.Figures;
import org.ppl4j.testing.AcceptancePoint;

/** Flows as guides of the four energies: how close they come, and whether they see all branches. */
@Tag("acceptance")
class EnergiesAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("flows.4");
  private static final long[] SEEDS = {0, 1, 2};
  private static final double MOST_GAP = 0.05;
  private static final double MOST_OF_A_MASS = 0.1;
  private static final double MOST_MINUTES = 10;

  /** log Z as Rezende and Mohamed's energies have it on the square, to four decimals. */
  private static final ImmutableMap<Energy, Double> LOG_Z =
      ImmutableMap.of(Energy.U1, 1.8775, Energy.U2, 2.0821, Energy.U3, 2.6417, Energy.U4, 2.6846);

  private static final double ROUNDED = 5.1e-5;

  @Test
  @Tag("flows.4")
  void flowsComeCloseToTheEnergies() {
    List<ExampleResult> results = new ArrayList<>();
    double longest = 0;
    for (long seed : SEEDS) {
      Stopwatch watch = Stopwatch.createStarted();
      results.add(new Energies().run(ExampleOptions.defaults().withSeed(seed).quietly()));
      longest = Math.max(longest, watch.elapsed().toSeconds() / 60.0);
    }

    for (Energy energy : Energy.values()) {
      double logZ = results.get(0).figures().get("log Z." + energy);
      POINT.below("log Z." + energy, Math.abs(logZ - LOG_Z.get(energy)), ROUNDED);
      double two = Figures.median(results, "gap." + energy + ".planar-2");
      double eight = Figures.median(results, "gap." + energy + ".planar-8");
      POINT.below("gap." + energy + ".planar-8", eight, two);
      POINT.below(
          "gap." + energy + ".planar-32",
          Figures.median(results, "gap." + energy + ".planar-32"),
          eight);
      String spline = "gap." + energy + ".spline-coupling";
      POINT.below(spline, Figures.median(results, spline), MOST_GAP);
      for (int branch = 1; branch <= EnergyTruth.of(energy).masses().length; branch++) {
        String name = "mass." + energy + ".spline-coupling." + branch + " off by";
        double worst =
            results.stream().mapToDouble(r -> Math.abs(r.figures().get(name))).max().orElseThrow();
        POINT.below(name, worst, MOST_OF_A_MASS);
      }
    }
    POINT.below("energies, minutes of the longest run", longest, MOST_MINUTES);
  }
}
