package org.ppl4j.infer.annealing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.hipparchus.special.Gamma;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ppl4j.Program;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.Poisson;
import org.ppl4j.infer.CountedRate;
import org.ppl4j.infer.MeasuredLine;
import org.ppl4j.infer.Predictive;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.autoguide.AutoMultivariateNormal;
import org.ppl4j.infer.diagnostics.WeightRounding;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;

/** Particles against closed forms, and what they say when they fail. */
@ExtendWith(LeakCheck.class)
class SmcTest {

  private static final double[] COUNTS = {2, 4, 3};

  /** Of counts of the rate: of Gamma(3, 1) and Gamma(12, 4), whose constants are the integral. */
  private static final double LOG_EVIDENCE_OF_COUNTS =
      Gamma.logGamma(12)
          - 12 * Math.log(4)
          - Gamma.logGamma(3)
          - Gamma.logGamma(3)
          - Gamma.logGamma(5)
          - Gamma.logGamma(4);

  /** Errors in stated ones: of one comparison in 15,000. */
  private static final double MOST = 4;

  private static <D> Smc<D> quiet(Smc<D> smc) {
    return smc.progress(Progress.silent()).config(RunConfig.defaults().withSeed(3));
  }

  /** The log evidence, within stated errors, and a mean and a deviation, within their own. */
  private static void agrees(SmcRun<?> run, double logEvidence, double largestError) {
    SmcReport report = run.report();
    assertThat(report.standardError()).isBetween(1e-6, largestError);
    assertThat((report.logEvidence() - logEvidence) / report.standardError())
        .isBetween(-MOST, MOST);
    assertThat(report.warnings()).isEmpty();
  }

  private static void agrees(SmcRun<?> run, String name, double mean, double sd) {
    Summary.Row row = run.samples().summary().get(name);
    double size = Math.min(run.report().effectiveSize(), run.report().families());
    assertThat(row.mean()).isCloseTo(mean, within(MOST * sd / Math.sqrt(size)));
    assertThat(row.sd()).isCloseTo(sd, within(1.3 * MOST * sd / Math.sqrt(2 * size)));
  }

  @ParameterizedTest
  @EnumSource
  void countsOfARate(FloatType type) {
    RunConfig config = RunConfig.defaults().withSeed(4).withFloatType(type);
    Smc<NDArray> smc = Smc.of(CountedRate.MODEL).progress(Progress.silent()).config(config);
    try (SmcRun<NDArray> run = smc.run(Tensors.vector(COUNTS))) {
      agrees(run, LOG_EVIDENCE_OF_COUNTS, 0.1);
      agrees(run, "rate", 3, Math.sqrt(12) / 4);
      assertThat(run.samples().draws()).isEqualTo(1000);
      assertThat(run.report().particles()).isEqualTo(1000);
      assertThat(run.report().acceptance()).isGreaterThan(0.5);
    }
  }

  /** From the prior, and from a guide that nobody has fitted. */
  @Test
  void aLine() {
    double[] y = {0.3, 1.2, -0.4, 2.5};
    double a = y[0] + y[1] + y[2] + y[3];
    double b = y[1] + 2 * y[2] + 3 * y[3];
    double squares = y[0] * y[0] + y[1] * y[1] + y[2] * y[2] + y[3] * y[3];
    double determinant = 5 * 15 - 6 * 6;
    double fit = (15 * a * a - 12 * a * b + 5 * b * b) / determinant;
    double exact = (fit - squares - Math.log(determinant)) / 2 - 2 * Math.log(2 * Math.PI);
    List<Smc<NDArray>> ways =
        List.of(
            Smc.of(MeasuredLine.MODEL),
            Smc.of(MeasuredLine.MODEL, AutoMultivariateNormal.of(MeasuredLine.MODEL)));
    for (Smc<NDArray> each : ways) {
      try (SmcRun<NDArray> run = quiet(each).run(Tensors.vector(y))) {
        agrees(run, exact, 0.1);
        agrees(run, "intercept", (15 * a - 6 * b) / determinant, Math.sqrt(15 / determinant));
        agrees(run, "slope", (5 * b - 6 * a) / determinant, Math.sqrt(5 / determinant));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Potential.class)
  void normalizersOfTheReference(Potential potential) {
    try (SmcRun<Void> run = quiet(Smc.of(potential.model(), Potential.normal())).run(null)) {
      agrees(run, potential.logNormalizer(), 0.2);
    }
  }

  /** Two modes that chains could not go between; the prior reaches both. */
  @Test
  void bothModesKeepTheirShares() {
    Program<Void> model =
        (p, none) -> {
          NDArray x = p.sample("x", Normal.of(0, 10));
          NDArray left = x.add(12).square().mul(-2).add(Math.log(0.25));
          NDArray right = x.sub(9).square().mul(-2).add(Math.log(0.75));
          p.factor("modes", Special.logAddExp(left, right));
        };
    // Of N(0, 100) times normal densities of variance 1/4.
    double atLeft = 0.25 * Math.exp(-144 / (2 * 100.25));
    double atRight = 0.75 * Math.exp(-81 / (2 * 100.25));
    double exact = Math.log((atLeft + atRight) * Math.sqrt(0.25 / 100.25));
    try (SmcRun<Void> run = quiet(Smc.of(model)).particles(2000).run(null)) {
      agrees(run, exact, 0.2);
      double[] x = run.samples().values("x");
      double[] logWeights = run.samples().logWeights().orElseThrow();
      double share = 0;
      for (int i = 0; i < x.length; i++) {
        share += x[i] < 0 ? Math.exp(logWeights[i]) : 0;
      }
      double wanted = atLeft / (atLeft + atRight);
      double error = Math.sqrt(wanted * (1 - wanted) / run.report().families());
      assertThat(share).isCloseTo(wanted, within(MOST * error));
    }
  }

  @Test
  void allRowsCountWhateverAStepSees() {
    try (SmcRun<NDArray> run = quiet(Smc.of(SeenInPart.MODEL)).run(SeenInPart.rows())) {
      agrees(run, SeenInPart.LOG_EVIDENCE, 0.1);
      assertThat(run.samples().shape("x")).isEqualTo(new Shape(4));
    }
  }

  @Test
  void drawsThatCountAlikePredict() {
    NDArray counts = Tensors.vector(COUNTS);
    try (SmcRun<NDArray> run = quiet(Smc.of(CountedRate.MODEL)).run(counts);
        Samples draws = run.posterior(counts, 500);
        Samples predicted = Predictive.of(CountedRate.MODEL, run).draw(counts, 500)) {
      assertThat(draws.logWeights()).isEmpty();
      assertThat(draws.draws()).isEqualTo(500);
      assertThat(draws.mean("rate")[0]).isCloseTo(3, within(0.15));
      assertThat(predicted.mean("count")[0]).isCloseTo(3, within(4 * Math.sqrt(3.75 / 300)));
      assertThat(run.toString())
          .startsWith("smc: 1,000 particles through ")
          .contains("log evidence: ", "rate");
    }
  }

  @Test
  void bitsDoNotDependOnThreads() {
    List<double[]> bits = new ArrayList<>();
    for (int threads : new int[] {1, 3}) {
      Smc<NDArray> smc = quiet(Smc.of(CountedRate.MODEL)).particles(120).threads(threads);
      try (SmcRun<NDArray> run = smc.run(Tensors.vector(COUNTS))) {
        bits.add(run.samples().logWeights().orElseThrow());
        bits.add(run.samples().values("rate"));
      }
    }

    assertThat(bits.get(0)).isEqualTo(bits.get(2));
    assertThat(bits.get(1)).isEqualTo(bits.get(3)).doesNotHaveDuplicates();
  }

  /** What cannot be recorded runs by the engine, all particles of a block at once. */
  @Test
  void theEngineComesToTheSame() {
    List<Double> found = new ArrayList<>();
    for (Recording recording : new Recording[] {Recording.REQUIRED, Recording.OFF}) {
      RunConfig config = RunConfig.defaults().withSeed(3).withRecording(recording);
      Smc<NDArray> smc = Smc.of(CountedRate.MODEL).progress(Progress.silent()).config(config);
      try (SmcRun<NDArray> run = smc.particles(10).moves(1).run(Tensors.vector(COUNTS))) {
        found.add(run.report().logEvidence());
      }
    }

    assertThat(found.get(0)).isCloseTo(found.get(1), within(1e-9)); // of rounding
  }

  // --- errors

  private static void closed(Smc<NDArray> smc) {
    try (SmcRun<NDArray> run = smc.progress(Progress.silent()).run(Tensors.vector(COUNTS))) {
      assertThat(run.samples().draws()).isNegative();
    }
  }

  @Test
  void whatIsNoNumberOfThemIsSaid() {
    Smc<NDArray> smc = Smc.of(CountedRate.MODEL);

    assertThatThrownBy(() -> smc.particles(1))
        .hasMessage("smc has 1 particles, but needs at least 2");
    assertThatThrownBy(() -> smc.moves(0))
        .hasMessage("smc makes 0 moves a level, but needs at least 1");
    assertThatThrownBy(() -> smc.steps(0))
        .hasMessage("smc makes 0 steps a move, but needs at least 1");
    assertThatThrownBy(() -> smc.threads(0)).hasMessage("smc has 0 threads, but needs at least 1");
    try (SmcRun<NDArray> run = quiet(smc).particles(20).run(Tensors.vector(COUNTS))) {
      assertThatThrownBy(() -> drawn(run, 21))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "posterior is asked for 21 draws, but there are 20 particles; ask for as many, or"
                  + " take more particles");
    }
  }

  private static void drawn(SmcRun<NDArray> run, int draws) {
    try (Samples samples = run.posterior(Tensors.vector(COUNTS), draws)) {
      assertThat(samples.draws()).isNegative();
    }
  }

  @Test
  void discreteSitesWithoutEndAreRefused() {
    Program<NDArray> model = (p, y) -> p.sample("k", Poisson.of(3));

    assertThatThrownBy(() -> closed(Smc.of(model)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "sample site 'k' is discrete (non-negative integer) and not summed out")
        .hasMessageContaining("but smc draws continuous sites only");
  }

  @Test
  void anInterruptEndsIt() {
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> closed(Smc.of(CountedRate.MODEL)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageMatching("smc was interrupted at level 0 of \\d+");
    assertThat(Thread.interrupted()).isTrue();
  }

  /** Where a density is NaN it says which particle is there. */
  @Test
  void aDensityThatIsNoNumberIsNamed() {
    Program<NDArray> model =
        (p, y) -> {
          NDArray x = p.sample("x", Normal.of(0, 1));
          p.observe("y", Poisson.of(x.add(1.5).log().exp()), p.scalar(3));
        };

    assertThatThrownBy(() -> closed(Smc.of(model)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching(
            "the weight of particle \\d+ gets log factor NaN; look at the model's densities there");
  }

  /** Its own store is closed with the run, a given one is not. */
  @Test
  void theStoreOfTheCallerStaysOpen() {
    Smc<NDArray> smc = quiet(Smc.of(CountedRate.MODEL)).particles(20);
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager)) {
      try (SmcRun<NDArray> run = smc.params(params).run(Tensors.vector(COUNTS))) {
        assertThat(run.params()).isSameAs(params);
      }
      assertThat(params.names()).isEmpty();
    }
  }

  /** Whose log densities differ by some 1e30, of which a rounding is some 1e43. */
  @ParameterizedTest
  @EnumSource
  void weightsThatRoundingMakesCarryAWarning(FloatType type) {
    double far = type == FloatType.FLOAT64 ? 1e30 : 1e18;
    Program<Void> model =
        (p, none) -> {
          NDArray mu = p.sample("mu", Normal.of(0, 1));
          p.observe("y", Normal.of(mu, 1), p.scalar(far));
        };
    RunConfig config = RunConfig.defaults().withFloatType(type);
    Smc<Void> smc = Smc.of(model).config(config).progress(Progress.silent()).particles(50);
    try (SmcRun<Void> run = smc.run(null)) {
      assertThat(run.report().standardError()).isLessThan(1e-6);
      assertThat(run.report().warnings())
          .containsExactly(
              type == FloatType.FLOAT64
                  ? "log densities of 5.0e+59 are rounded to 1e+44; write data and model in units"
                      + " in which their numbers are small"
                  : "log densities of 5.0e+35 are rounded to 6e+28; take float64, or write data"
                      + " and model in units in which their numbers are small");
      assertThat(run.samples().warnings()).isEqualTo(run.report().warnings());
    }
  }

  @Test
  void fewFamiliesCarryAWarning() {
    SmcReport report =
        new SmcReport(
            -3, 0.1, 900, 1000, 7.5, 20, 4, 0.2, new WeightRounding(3, FloatType.FLOAT64), 1.5);

    assertThat(report.warnings())
        .containsExactly(
            "the particles descend from few of the first 1,000, worth 7.5, so that the error of the"
                + " evidence is not known; take more particles, or begin at a guide nearer to the"
                + " posterior",
            "moves of particles were accepted with probability 0.20 at one level, below 0.3, so"
                + " that copies stay together; take more moves, or write the model in other"
                + " variables (Reparam.automatic())");
    assertThat(report.toString())
        .isEqualTo(
            "smc: 1,000 particles through 20 levels in 1.50 s, 4 times resampled\n"
                + "  log evidence: -3.00000 ± 0.1\n"
                + "  effective size: 900 in 8 families, acceptance at least 0.20\n"
                + "  warning: "
                + report.warnings().get(0)
                + "\n  warning: "
                + report.warnings().get(1));
  }
}
