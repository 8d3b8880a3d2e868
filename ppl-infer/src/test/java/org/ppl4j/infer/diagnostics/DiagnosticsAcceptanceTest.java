package org.ppl4j.infer.diagnostics;

import com.google.gson.JsonObject;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.Arguments;
import org.ppl4j.testing.AcceptancePoint;

/** What {@link ChainsTest} and {@link LooTest} judge, as figures. */
@Tag("acceptance")
@Tag("sampler.6")
class DiagnosticsAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("sampler.6");

  private double worst;
  private int judged;

  /** 0 for infinities of one sign and for figures that neither has. */
  private void judge(double found, double expected) {
    boolean isSame = found == expected || (Double.isNaN(found) && Double.isNaN(expected));
    double error = isSame ? 0 : Math.abs(found - expected) / Math.abs(expected);
    worst = Math.max(worst, Double.isNaN(error) ? Double.POSITIVE_INFINITY : error);
    judged++;
  }

  @Test
  void chainsAreThoseOfPosterior() {
    for (Arguments each : ChainsTest.columns().toList()) {
      Object[] of = each.get();
      double[] column = ChainsTest.column((String) of[0], (String) of[1]);
      JsonObject expected = (JsonObject) of[4];
      Map<String, Double> figures =
          ChainsTest.figures(ChainsTest.chains(column, (Integer) of[2], (Integer) of[3]));
      figures.forEach((what, figure) -> judge(figure, ChainsTest.number(expected.get(what))));
    }
    POINT.atLeast("figures of chains judged", judged, 30 * 13);
    POINT.atMost("their largest relative error", worst, 1e-8);
  }

  @Test
  void crossValidationIsThatOfLoo() {
    Loo independent = Loo.of(LogLikelihoods.of(LooTest.schools()));
    LooTest.pairs(independent, "r_eff_1").forEach(pair -> judge(pair[0], pair[1]));
    Loo chains = Loo.of(LogLikelihoods.ofChains(LooTest.schools(), 4));
    LooTest.pairs(chains, "r_eff_from_chains").forEach(pair -> judge(pair[0], pair[1]));
    Waic waic = Waic.of(LogLikelihoods.of(LooTest.schools()));
    LooTest.pairs(waic).forEach(pair -> judge(pair[0], pair[1]));
    POINT.atLeast("figures of LOO and WAIC judged", judged, 46 + 46 + 22);
    POINT.atMost("largest relative error of LOO and WAIC", worst, 1e-8);
  }
}
