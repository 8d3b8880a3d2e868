package org.ppl4j.infer.mcmc;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.infer.latent.LogDensity;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.PosteriorCase;
import org.ppl4j.testing.PosteriorCases;

/** Posteriors of posteriordb whose discrete states are sites, beside the sum by hand. */
@ExtendWith(LeakCheck.class)
class ChoicesPosteriorsTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("discrete.3");
  private static final double TOLERANCE = 1e-10;

  static Stream<Named<PosteriorCase>> posteriors() {
    return PosteriorCases.withChoices();
  }

  @ParameterizedTest
  @MethodSource("posteriors")
  void densityIsThatWithTheSumByHand(PosteriorCase posterior) {
    assertThat(apart(posterior, 10)).isLessThanOrEqualTo(TOLERANCE);
  }

  @Test
  @Tag("acceptance")
  @Tag("discrete.3")
  void densitiesAreThoseWithTheSumByHand() {
    for (Named<PosteriorCase> each : posteriors().toList()) {
      POINT.atMost(
          "density and gradient of %s at 1,000 points".formatted(each.getName()),
          apart(each.getPayload(), 1000),
          TOLERANCE);
    }
  }

  @Test
  @Tag("acceptance")
  @Tag("discrete.3")
  void chainsFindTheReference() {
    for (Named<PosteriorCase> each : posteriors().toList()) {
      PosteriorFit fit =
          PosteriorFit.of(each.getPayload(), nuts -> nuts.chains(4).warmup(1000).draws(1000));
      String of = each.getName() + " by NUTS, ";
      POINT.atLeast(of + "parameters", fit.parameters(), 4);
      POINT.below(of + "offset less 0.1 sd and three errors", fit.offset(), 0);
      POINT.above(of + "least ratio of sd", fit.leastRatio(), 0.9);
      POINT.below(of + "largest ratio of sd", fit.largestRatio(), 1.1);
      POINT.below(of + "rhat", fit.rhat(), 1.01);
    }
  }

  /** The largest difference of values and gradients over max(1, |number|). */
  private static double apart(PosteriorCase posterior, int points) {
    PosteriorCase byHand =
        PosteriorCases.all()
            .map(Named::getPayload)
            .filter(other -> other.name().equals(posterior.name()))
            .findFirst()
            .orElseThrow();
    RunConfig config = RunConfig.defaults().withRecording(Recording.REQUIRED);
    SplittableRandom random = new SplittableRandom(3);
    double apart = 0;
    try (NDManager manager = NDManager.newBaseManager();
        LogDensity<PosteriorCase.Data> one =
            LogDensity.of(posterior.program(), posterior.data(manager), config);
        LogDensity<PosteriorCase.Data> other =
            LogDensity.of(byHand.program(), byHand.data(manager), config)) {
      assertThat(one.space().names()).isEqualTo(other.space().names());
      double[] gradient = new double[one.size()];
      double[] expected = new double[one.size()];
      for (int i = 0; i < points; i++) {
        double[] u = random.doubles(one.size(), -2, 2).toArray();
        apart = Math.max(apart, apart(one.evaluate(u, gradient), other.evaluate(u, expected)));
        for (int d = 0; d < u.length; d++) {
          apart = Math.max(apart, apart(gradient[d], expected[d]));
        }
      }
    }
    return apart;
  }

  private static double apart(double x, double y) {
    double apart = Math.abs(x - y) / Math.max(1, Math.abs(y));
    return Double.isNaN(apart) ? Double.POSITIVE_INFINITY : apart;
  }
}
