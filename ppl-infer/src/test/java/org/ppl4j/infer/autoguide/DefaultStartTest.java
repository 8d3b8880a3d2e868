package org.ppl4j.infer.autoguide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.stream.Stream;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.linear.RealVector;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.latent.Initializer;
import org.ppl4j.infer.svi.FitReport;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.WithStore;
import org.ppl4j.transforms.Bijections;

/** Guides that were told nothing, on raw data: a fit starts them where the mass is. */
class DefaultStartTest extends WithStore {

  private static final double[] YEARS = {2000, 2001, 2002, 2003, 2004};
  private static final double[] Y = {300, 330, 310, 340, 360};
  private static final double NOISE = 8;
  private static final double PRIOR = 1000;

  /** A line of years, with known noise: level and slope hang together by −0.9999. */
  private static final Program<double[]> LINE =
      (p, y) -> {
        NDArray level = p.sample("level", Normal.of(0, PRIOR));
        NDArray slope = p.sample("slope", Normal.of(0, PRIOR));
        try (Plate plate = p.plate("years", y.length)) {
          NDArray mean = level.add(slope.mul(plate.take(YEARS)));
          p.observe("y", Normal.of(mean, NOISE), plate.take(y));
        }
      };

  /** Mean and deviation of level and slope, by the normal equations. */
  private static double[][] exact() {
    RealMatrix precision =
        MatrixUtils.createRealIdentityMatrix(2).scalarMultiply(1 / PRIOR / PRIOR);
    RealVector right = new ArrayRealVector(2);
    for (int i = 0; i < Y.length; i++) {
      RealVector row = new ArrayRealVector(new double[] {1, YEARS[i]});
      precision = precision.add(row.outerProduct(row).scalarMultiply(1 / NOISE / NOISE));
      right = right.add(row.mapMultiply(Y[i] / NOISE / NOISE));
    }
    RealMatrix covariance = MatrixUtils.inverse(new Array2DRowRealMatrix(precision.getData()));
    double[] mean = covariance.operate(right).toArray();
    return new double[][] {
      mean, {Math.sqrt(covariance.getEntry(0, 0)), Math.sqrt(covariance.getEntry(1, 1))}
    };
  }

  static Stream<Named<Function<Program<double[]>, JointGuide<double[], ?>>>> dependent() {
    return Stream.of(
        Named.of("full rank", AutoMultivariateNormal::of),
        Named.of("flow", model -> AutoFlow.of(model, dim -> Bijections.identity())));
  }

  /** 10,000 draws know a mean to 0.01 sd and an sd to 0.7%; the fit is to be good to 5%. */
  @ParameterizedTest
  @MethodSource("dependent")
  void aDefaultFitReachesThePosteriorOfRawData(
      Function<Program<double[]>, JointGuide<double[], ?>> guide) {
    double[][] exact = exact();
    try (Svi<double[]> svi =
        Svi.builder(LINE, guide.apply(LINE)).progress(Progress.silent()).build()) {
      FitReport report = svi.run(Y);
      assertThat(report.stop()).isEqualTo(FitReport.Stop.CONVERGED);
      assertThat(report.warnings()).isEmpty();
      try (Samples samples = svi.posterior(Y, 10_000)) {
        Summary summary = samples.summary();
        for (int i = 0; i < 2; i++) {
          Summary.Row row = summary.get(i == 0 ? "level" : "slope");
          assertThat((row.mean() - exact[0][i]) / exact[1][i]).isCloseTo(0, within(0.05));
          assertThat(row.sd() / exact[1][i]).isCloseTo(1, within(0.05));
        }
      }
    }
  }

  private FitReport begin(Program<double[]> guide) {
    return begin(guide, RunConfig.defaults());
  }

  private FitReport begin(Program<double[]> guide, RunConfig config) {
    try (Svi<double[]> svi =
        Svi.builder(LINE, guide)
            .params(params)
            .config(config)
            .progress(Progress.silent())
            .build()) {
      return svi.run(Y, 1);
    }
  }

  /** One step at rate 0.01 in units of the posterior. */
  @ParameterizedTest
  @EnumSource(FloatType.class)
  void independentOnesStartThereToo(FloatType type) {
    AutoNormal<double[]> guide = AutoNormal.of(LINE);
    FitReport unused = begin(guide, RunConfig.defaults().withFloatType(type));
    double[][] exact = exact();

    assertThat(params.value("auto.loc")).containsExactly(new double[2], within(0.0101));
    assertThat(params.value("auto.scale")).containsExactly(new double[] {1, 1}, within(0.0102));
    assertThat(guide.median(params).get("slope")[0])
        .isCloseTo(exact[0][1], within(0.1 * exact[1][1]));
  }

  @Test
  void aSavedStoreKnowsWhereItWas(@TempDir Path folder) {
    AutoMultivariateNormal<double[]> guide = AutoMultivariateNormal.of(LINE);
    FitReport unused = begin(guide);
    double[] median = guide.median(params).get("slope");
    params.save(folder.resolve("params"));
    try (ParamStore again = ParamStore.open(manager, folder.resolve("params"));
        Svi<double[]> svi =
            Svi.builder(LINE, AutoMultivariateNormal.of(LINE))
                .params(again)
                .progress(Progress.silent())
                .build();
        Samples samples = svi.posterior(Y, 2000)) {
      double[][] exact = exact();
      assertThat(again.value("auto.loc")).isEqualTo(params.value("auto.loc"));
      assertThat(samples.summary().get("slope").mean())
          .isCloseTo(median[0], within(0.1 * exact[1][1])); // 2,000 draws: 0.02
    }
  }

  static Stream<Named<Function<AutoNormal<double[]>, AutoNormal<double[]>>>> told() {
    return Stream.of(
        Named.of("initializer", guide -> guide.initializer(Initializer.uniform())),
        Named.of("initial scale", guide -> guide.initialScale(0.1)));
  }

  @ParameterizedTest
  @MethodSource("told")
  void whoIsToldWhereToStartStartsThere(Function<AutoNormal<double[]>, AutoNormal<double[]>> told) {
    FitReport unused = begin(told.apply(AutoNormal.of(LINE)));

    assertThat(params.buffers().has("auto.start.location")).isFalse();
    assertThat(params.value("auto.scale")).containsExactly(new double[] {0.1, 0.1}, within(0.0011));
  }

  /** The model's own parameters move what a path would find. */
  @Test
  void aModelWithParametersIsNotSearched() {
    Program<double[]> learned =
        (p, y) -> {
          NDArray spread = p.param("spread", () -> p.scalar(0));
          p.sample("x", Normal.of(0, spread.exp()));
        };
    stepOn(learned);

    assertThat(params.buffers().has("auto.start.location")).isFalse();
  }

  @Test
  void aModelOfManyNumbersIsNotSearched() {
    Program<double[]> wide =
        (p, y) -> p.sample("x", Normal.of(0, 1).expand(new Shape(1001)).toEvent(1));
    stepOn(wide);

    assertThat(params.buffers().has("auto.start.location")).isFalse();
  }

  @Test
  void aSiteOfWhichAStepSeesSomeRowsIsSearchedToo() {
    Program<double[]> local =
        (p, y) -> {
          try (Plate plate = p.plate("rows", 5, 2)) {
            NDArray x = p.sample("x", Normal.of(0, 1));
            p.observe("y", Normal.of(x, 1), plate.take(y));
          }
        };
    stepOn(local);

    assertThat(params.names()).containsExactly("auto.loc.x", "auto.scale.x");
    assertThat(params.buffers().has("auto.start.x.location")).isTrue();
    assertThat(params.buffers().has("auto.start.location")).isFalse();
  }

  private void stepOn(Program<double[]> model) {
    try (Svi<double[]> svi =
        Svi.builder(model, AutoNormal.of(model))
            .params(params)
            .progress(Progress.silent())
            .build()) {
      assertThat(svi.step(Y)).isFinite();
    }
  }

  /** What is wrong is said in the words of a first run. */
  @Test
  void badDataAreRefusedAsEver() {
    double[] bad = {300, Double.NaN, 310, 340, 360};
    try (Svi<double[]> svi =
        Svi.builder(LINE, AutoNormal.of(LINE)).progress(Progress.silent()).build()) {
      assertThatThrownBy(() -> svi.step(bad))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'y'");
    }
  }

  @Test
  void independentOnesDoNotTakeOverUnitsOfACovariance() {
    FitReport unused = begin(AutoFlow.of(LINE, dim -> Bijections.identity()));

    assertThatThrownBy(() -> begin(AutoNormal.of(LINE)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "parameters 'auto.*' were learned by a guide of dependent elements in the units of"
                + " their covariance; give this guide a prefix(..) or a store of its own");
  }

  @Test
  void aFlowGoesOnInTheUnitsOfIndependentElements() {
    FitReport unused = begin(AutoNormal.of(LINE));
    AutoFlow<double[]> flow = AutoFlow.of(LINE, dim -> Bijections.identity());
    FitReport again = begin(flow);

    assertThat(again.steps()).isEqualTo(1);
    assertThat(params.buffers().has("auto.start.scaleTril")).isFalse();
    assertThat(flow.median(params).get("slope")[0])
        .isCloseTo(exact()[0][1], within(0.1 * exact()[1][1]));
  }

  /** The same seed gives the same start. */
  @Test
  void theStartIsAFunctionOfTheSeed() {
    FitReport unused = begin(AutoMultivariateNormal.of(LINE));
    double[] first = params.value("auto.loc");
    try (ParamStore other = new ParamStore(manager)) {
      params = other;
      FitReport again = begin(AutoMultivariateNormal.of(LINE));
      assertThat(other.value("auto.loc")).isEqualTo(first);
      assertThat(again.losses().get(0)).isEqualTo(unused.losses().get(0));
    }
  }
}
