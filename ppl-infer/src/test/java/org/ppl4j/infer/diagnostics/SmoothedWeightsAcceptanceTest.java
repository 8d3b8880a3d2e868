package org.ppl4j.infer.diagnostics;

import com.google.gson.JsonObject;
import java.util.Arrays;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.References;

/** What {@link SmoothedWeightsTest} judges, as figures. */
@Tag("acceptance")
@Tag("trust.5")
class SmoothedWeightsAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("trust.5");

  /** 0 for infinities of one sign. */
  private static double error(double found, double expected) {
    return found == expected ? 0 : Math.abs(found - expected) / Math.max(1, Math.abs(expected));
  }

  @Test
  void smoothedWeightsAreThoseOfLoo() {
    JsonObject all = SmoothedWeightsTest.REFERENCE.getAsJsonObject("psis");
    double worst = 0;
    int judged = 0;
    for (String name : all.keySet()) {
      boolean isShort = name.endsWith("_first_100");
      double[] column =
          SmoothedWeightsTest.column("psis_log_weights.csv", name.replace("_first_100", ""));
      SmoothedWeights weights = SmoothedWeights.of(isShort ? Arrays.copyOf(column, 100) : column);
      double[] expected =
          References.numbers(all.getAsJsonObject(name).get("log_weights_normalised"));
      for (int i = 0; i < expected.length; i++) {
        worst = Math.max(worst, error(weights.logWeights()[i], expected[i]));
        judged++;
      }
    }
    POINT.atLeast("smoothed weights judged", judged, 3100);
    POINT.atMost("their largest error", worst, 1e-8);
  }

  @Test
  void khatIsThatOfArvizOnEverySpread() {
    double worst = 0;
    int judged = 0;
    for (Named<JsonObject> each : SmoothedWeightsTest.casesOfEverySpread().toList()) {
      JsonObject expected = each.getPayload();
      SmoothedWeights weights = SmoothedWeights.of(References.numbers(expected.get("log_weights")));
      worst = Math.max(worst, error(weights.khat(), References.number(expected.get("khat"))));
      judged++;
    }
    POINT.atLeast("spreads of weights judged", judged, 9);
    POINT.atMost("largest error of k-hat", worst, 1e-8);
  }
}
