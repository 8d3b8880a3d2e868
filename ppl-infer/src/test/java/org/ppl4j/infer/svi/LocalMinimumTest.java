package org.ppl4j.infer.svi;

import static com.google.common.base.Preconditions.checkArgument;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Exponential;
import org.ppl4j.distributions.HalfCauchy;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.autoguide.AutoDelta;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.RunConfig;

class LocalMinimumTest {

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Schools(double[] y, double[] sigma) {}

  private static final Schools SCHOOLS =
      new Schools(
          new double[] {28, 8, -3, 7, -1, 1, 18, 12}, new double[] {15, 10, 16, 11, 9, 11, 10, 18});

  private static final double[] Y = {1, 2, 3, 2.5, 1.7};

  /** Its density grows without bound where tau is 0 and all effects are mu. */
  private static Program<Schools> centred() {
    return (p, data) -> {
      var mu = p.sample("mu", Normal.of(0, 5));
      var tau = p.sample("tau", HalfCauchy.of(5));
      try (Plate schools = p.plate("schools", data.y().length)) {
        var theta = p.sample("theta", Normal.of(mu, tau));
        p.observe("y", Normal.of(theta, schools.take(data.sigma())), data.y());
      }
    };
  }

  private static Program<double[]> normal() {
    return (p, y) -> {
      var mu = p.sample("mu", Normal.of(0, 10));
      var sigma = p.sample("sigma", Exponential.of(1));
      try (Plate rows = p.plate("rows", y.length)) {
        p.observe("y", Normal.of(mu, sigma), y);
      }
    };
  }

  private static <D> FitReport fit(Program<D> model, D data, FloatType type, int steps) {
    try (Svi<D> svi =
        Svi.builder(model, AutoDelta.of(model))
            .config(RunConfig.defaults().withFloatType(type).withSeed(3))
            .progress(Progress.silent())
            .build()) {
      return svi.run(data, steps);
    }
  }

  @Test
  void densityWithoutModeIsSaid() {
    FitReport report = fit(centred(), SCHOOLS, FloatType.FLOAT64, 100_000);

    assertThat(report.minimum().isKnown()).isTrue();
    assertThat(report.minimum().fall()).isGreaterThan(0.25);
    assertThat(report.isConverged()).isFalse();
    assertThat(report.warnings())
        .anySatisfy(
            warning ->
                assertThat(warning)
                    .startsWith(
                        "the fit ended at no minimum: from there L-BFGS lowers the loss by ")
                    .endsWith(
                        "; a density that grows without bound, as towards a scale of 0, has no"
                            + " mode: then take draws (Inference.of(model)) or a prior that is 0"
                            + " there, else more steps"));
    assertThat(report.toString()).contains("  minimum: none here, L-BFGS finds less\n");
  }

  @ParameterizedTest
  @EnumSource(FloatType.class)
  void modeIsOne(FloatType type) {
    FitReport report = fit(normal(), Y, type, 20_000);

    assertThat(report.minimum().isKnown()).isTrue();
    assertThat(report.minimum().fall()).isLessThan(0.01);
    assertThat(report.minimum().warning()).isEmpty();
    assertThat(report.merits())
        .anySatisfy(
            merit ->
                assertThat(merit)
                    .startsWith("from where the fit ended L-BFGS lowers the loss by ")
                    .endsWith(" nats, not above 0.25"));
  }

  @Test
  void tooFewStepsAreSaid() {
    FitReport report = fit(centred(), SCHOOLS, FloatType.FLOAT64, 1000);

    assertThat(report.minimum().warning()).contains("else more steps");
    assertThat(fit(normal(), Y, FloatType.FLOAT64, 10).minimum())
        .isEqualTo(LocalMinimum.unknown("the fit has not come to rest"));
  }

  @Test
  void fitIsAsItWas() {
    double[][] ends = new double[2][];
    for (int i = 0; i < 2; i++) {
      try (Svi<Schools> svi =
          Svi.builder(centred(), AutoDelta.of(centred()))
              .stopping(StoppingRule.never())
              .progress(Progress.silent())
              .build()) {
        FitReport first = svi.run(SCHOOLS, i == 0 ? 2000 : 900); // judged at the end, or not
        FitReport second = svi.run(SCHOOLS, i == 0 ? 10 : 1110);
        assertThat(first.minimum().isKnown()).isEqualTo(i == 0);
        assertThat(second.steps()).isPositive();
        ends[i] = svi.params().value("auto.loc");
      }
    }
    assertThat(ends[0]).containsExactly(ends[1]);
  }

  @Test
  void drawsAndChanceAreNotJudged() {
    try (Svi<double[]> svi =
        Svi.builder(normal(), AutoNormal.of(normal())).progress(Progress.silent()).build()) {
      assertThat(svi.run(Y, 1000).minimum())
          .isEqualTo(LocalMinimum.unknown("the guide draws more than points"));
    }
    Program<double[]> some =
        (p, y) -> {
          var mu = p.sample("mu", Normal.of(0, 10));
          try (Plate rows = p.plate("rows", y.length, 2)) {
            p.observe("y", Normal.of(mu, 1), rows.take(y));
          }
        };
    FitReport report = fit(some, Y, FloatType.FLOAT64, 1000);
    assertThat(report.minimum())
        .isEqualTo(LocalMinimum.unknown("the loss is another at each step"));
    assertThat(report.toString()).doesNotContain("minimum");
  }

  @Test
  void fitIsNotLostWhereItsEndFails() {
    AtomicBoolean fails = new AtomicBoolean();
    Program<double[]> model =
        (p, y) -> {
          checkArgument(!fails.get(), "nothing works any more");
          p.observe("y", Normal.of(p.sample("mu", Normal.of(0, 10)), 1), y[0]);
        };
    try (Svi<double[]> svi =
        Svi.builder(model, AutoDelta.of(model))
            .config(RunConfig.defaults().withRecording(Recording.OFF))
            .stopping(StoppingRule.never())
            .listener(
                new FitListener() {
                  @Override
                  public Next onStep(Step step) {
                    fails.set(step.step() >= 1000);
                    return Next.GO_ON;
                  }
                })
            .progress(Progress.silent())
            .build()) {
      LocalMinimum minimum = svi.run(Y, 1000).minimum();
      assertThat(minimum.isKnown()).isFalse();
      assertThat(minimum.missing()).isEqualTo("nothing works any more");
    }
  }

  /** A normal distribution of one number is as narrow and high there as one likes. */
  @Test
  void likelihoodWithoutBoundIsSaid() {
    Program<double[]> model =
        (p, y) -> {
          var mu = p.param("mu", () -> p.scalar(0));
          var sigma = p.param("sigma", () -> p.scalar(1), Constraint.POSITIVE);
          p.observe("y", Normal.of(mu, sigma), y[0]);
        };
    try (Svi<double[]> svi = Svi.builder(model, (p, y) -> {}).progress(Progress.silent()).build()) {
      FitReport report = svi.run(Y, 3000);
      assertThat(report.minimum().warning()).startsWith("the fit ended at no minimum");
    }
  }

  @Test
  void lossesThatAreRoundedTooMuchAreNotJudged() {
    double[] y = {1e9, -1e9};
    Program<double[]> model =
        (p, data) -> {
          var mu = p.sample("mu", Normal.of(0, 10));
          try (Plate rows = p.plate("rows", data.length)) {
            p.observe("y", Normal.of(mu, 1e5), data);
          }
        };
    assertThat(fit(model, y, FloatType.FLOAT32, 1000).minimum().missing())
        .startsWith("log densities of 1.0e+08 are rounded to 1e+01; take float64, or ");
    assertThat(fit(model, y, FloatType.FLOAT64, 1000).minimum().isKnown()).isTrue();
  }

  @Test
  void followsWhatIsFinite() {
    LocalMinimum bowl =
        LocalMinimum.from(
            new double[] {3, -4},
            (u, gradient) -> {
              Arrays.setAll(gradient, i -> u[i]);
              return 0.5 * (u[0] * u[0] + u[1] * u[1]);
            });
    assertThat(bowl.fall()).isCloseTo(12.5, within(1e-9));

    LocalMinimum inLargeUnits =
        LocalMinimum.from(
            new double[] {3e6},
            (u, gradient) -> {
              gradient[0] = u[0] / 1e12;
              return 1000 + 0.5 * u[0] * u[0] / 1e12;
            });
    assertThat(inLargeUnits.fall()).isCloseTo(4.5, within(1e-9));

    LocalMinimum wall =
        LocalMinimum.from(
            new double[] {1},
            (u, gradient) -> {
              if (u[0] < 0.5) {
                throw new IllegalArgumentException("scale is 0");
              }
              gradient[0] = 1;
              return u[0];
            });
    assertThat(wall.fall()).isBetween(0.25, 0.5);

    assertThat(LocalMinimum.from(new double[] {1}, (u, gradient) -> Double.NaN).toString())
        .isEqualTo("minimum: not known: the loss is NaN, or its gradient not finite");
    assertThat(LocalMinimum.from(new double[0], (u, gradient) -> 0).toString())
        .isEqualTo("minimum: not known: there are no parameters");
    assertThat(new LocalMinimum(0.0123, "").toString())
        .isEqualTo("minimum: L-BFGS lowers the loss by 0.012");
  }
}
