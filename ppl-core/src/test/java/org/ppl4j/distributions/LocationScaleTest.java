package org.ppl4j.distributions;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.DistributionCase;
import org.ppl4j.testing.DistributionCases;
import org.ppl4j.testing.LeakCheck;

/** Families that say that they are moved and stretched by loc and scale are, and others are not. */
@ExtendWith(LeakCheck.class)
class LocationScaleTest {

  private static final double ROUNDING = 1e-12;

  @Test
  void familiesSayWhetherTheyAre() {
    int judged = 0;
    for (DistributionCase row : DistributionCases.all()) {
      try (Run run = Run.open(RunConfig.defaults(), 0)) {
        Distribution distribution = row.in(run);
        if (distribution.isLocationScale() && distribution.eventShape().dimension() == 0) {
          assertThat(worst(run, row, distribution)).as(row.name()).isLessThan(ROUNDING);
          judged++;
        }
      }
    }
    assertThat(judged).isGreaterThanOrEqualTo(9);
  }

  /** A log-normal's loc and scale are those of the logarithm. */
  @Test
  void aFamilyThatIsNotIsSeen() {
    DistributionCase row = DistributionCases.named("LogNormal");
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Distribution distribution = row.in(run);
      assertThat(distribution.isLocationScale()).isFalse();
      assertThat(worst(run, row, distribution)).isGreaterThan(0.01);
    }
  }

  /** The largest difference of log p(x) and log p((x − loc) / scale) − log scale, relative. */
  private static double worst(Run run, DistributionCase row, Distribution distribution) {
    NDArray x = run.create(row.inside(), new Shape(row.inside().length));
    NDArray loc = argument(distribution, "loc");
    NDArray scale = argument(distribution, "scale");
    Distribution standard = standard(run, distribution);
    double[] actual = Tensors.values(distribution.logProb(x));
    double[] expected = Tensors.values(standard.logProb(x.sub(loc).div(scale)).sub(scale.log()));
    double worst = 0;
    for (int i = 0; i < actual.length; i++) {
      if (Double.isFinite(actual[i]) || Double.isFinite(expected[i])) {
        double error = Math.abs(actual[i] - expected[i]) / (1 + Math.abs(actual[i]));
        worst = Double.isNaN(error) ? Double.POSITIVE_INFINITY : Math.max(worst, error);
      }
    }
    return worst;
  }

  private static NDArray argument(Distribution distribution, String name) {
    return distribution.arguments().stream()
        .filter(argument -> argument.name().equals(name))
        .findFirst()
        .orElseThrow()
        .value();
  }

  private static Distribution standard(Run run, Distribution distribution) {
    Iterator<Argument> arguments = List.copyOf(distribution.arguments()).iterator();
    return distribution.withParameters(
        tensor ->
            switch (arguments.next().name()) {
              case "loc" -> run.zeros(tensor.getShape());
              case "scale" -> run.ones(tensor.getShape());
              default -> tensor;
            });
  }

  @Test
  void aPointMassHasNoDensity() {
    assertThat(Delta.of(Tensors.number(2)).hasDensity()).isFalse();
    assertThat(Normal.of(0, 1).hasDensity()).isTrue();
  }

  /** What wraps a family is what the family is. */
  @Test
  void wrappersSayWhatTheirBaseSays() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray mask = run.ones(new Shape(3)).gt(0);
      for (Distribution base :
          List.of(Normal.of(0, 1).on(run), LogNormal.of(0, 1).on(run), Delta.of(run.scalar(2)))) {
        for (Distribution wrapped :
            List.of(
                base.expand(new Shape(3)),
                base.expand(new Shape(3)).toEvent(1),
                base.mask(mask),
                base.mask(false))) {
          assertThat(wrapped.hasCdf())
              .isEqualTo(base.hasCdf() && wrapped.eventShape().dimension() == 0);
          assertThat(wrapped.isLocationScale()).isEqualTo(base.isLocationScale());
          assertThat(wrapped.hasDensity()).isEqualTo(base.hasDensity());
        }
      }
    }
  }
}
