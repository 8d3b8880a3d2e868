package org.ppl4j.infer.annealing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.hipparchus.special.Beta;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppl4j.Plate;
import org.ppl4j.PlateSpec;
import org.ppl4j.Program;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.Poisson;
import org.ppl4j.distributions.Uniform;
import org.ppl4j.infer.MeasuredLine;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.autoguide.AutoDelta;
import org.ppl4j.infer.autoguide.AutoMultivariateNormal;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.diagnostics.Khat;
import org.ppl4j.infer.diagnostics.WeightRounding;
import org.ppl4j.infer.latent.Initializer;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.Models;
import org.ppl4j.testing.References;

/** Evidence by annealing against closed forms and quadrature, and what it says when it fails. */
@ExtendWith(LeakCheck.class)
class AnnealingTest {

  private static final double[] FLIPS = {1, 1, 1, 1, 1, 1, 0, 0, 0, 0};

  /** Of ten flips under Beta(10, 10). */
  private static final double LOG_EVIDENCE_OF_FLIPS = Beta.logBeta(16, 14) - Beta.logBeta(10, 10);

  /** Errors in stated ones: of one comparison in 15,000. */
  private static final double MOST = 4;

  private static <D> Annealing<D> quick(Annealing<D> annealing) {
    return annealing.levels(30).progress(Progress.silent());
  }

  private static RunConfig seed(long seed) {
    return RunConfig.defaults().withSeed(seed);
  }

  private static void agrees(Evidence evidence, double exact, double largestError) {
    assertThat(evidence.standardError()).isBetween(1e-6, largestError);
    assertThat((evidence.logEvidence() - exact) / evidence.standardError()).isBetween(-MOST, MOST);
    assertThat(evidence.samples().warnings()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Potential.class)
  void normalizersAgree(Potential potential) {
    Annealing<Void> annealing = quick(Annealing.of(potential.model(), Potential.normal()));
    try (Evidence evidence = annealing.evidence(null, 400)) {
      agrees(evidence, potential.logNormalizer(), 0.1);
      double[] means = References.numbers(potential.expected().get("mean"));
      // The draws of the double well are worth some 100, of a deviation of 1.4.
      assertThat(evidence.samples().mean("x")[0]).isCloseTo(means[0], within(0.6));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theEvidenceOfFlipsAgrees(boolean isFromGuide) {
    NDArray flips = Tensors.vector(FLIPS);
    Annealing<NDArray> annealing =
        isFromGuide ? Annealing.of(Models.COIN, Models.COIN_GUIDE) : Annealing.of(Models.COIN);
    try (Evidence evidence = quick(annealing).evidence(flips, 300)) {
      agrees(evidence, LOG_EVIDENCE_OF_FLIPS, 0.01);
      // The posterior's deviation is 0.09, and the draws are worth nearly all.
      assertThat(evidence.samples().mean("fairness")[0]).isCloseTo(16 / 30.0, within(0.02));
      assertThat(evidence.samples().draws()).isEqualTo(300);
      assertThat(evidence.toString()).contains("log evidence: -7.0", "of 300 chains");
    }
  }

  /** log p(y) = log p(y, 0) − log p(0 | y), for any θ in place of 0. */
  private static double logEvidenceOfLine(double[] y) {
    double a = y[0] + y[1] + y[2] + y[3];
    double b = y[1] + 2 * y[2] + 3 * y[3];
    double squares = y[0] * y[0] + y[1] * y[1] + y[2] * y[2] + y[3] * y[3];
    double determinant = 5 * 15 - 6 * 6;
    double fit = (15 * a * a - 12 * a * b + 5 * b * b) / determinant;
    return (fit - squares - Math.log(determinant)) / 2 - 2 * Math.log(2 * Math.PI);
  }

  /** An autoguide that nobody has fitted is where a fit begins. */
  @Test
  void autoguidesAreBeginnings() {
    double[] y = {0.3, 1.2, -0.4, 2.5};
    List<Program<NDArray>> guides =
        List.of(AutoNormal.of(MeasuredLine.MODEL), AutoMultivariateNormal.of(MeasuredLine.MODEL));
    for (Program<NDArray> guide : guides) {
      Annealing<NDArray> annealing = quick(Annealing.of(MeasuredLine.MODEL, guide)).levels(10);
      try (Evidence evidence = annealing.evidence(Tensors.vector(y), 100)) {
        double error = evidence.logEvidence() - logEvidenceOfLine(y);
        assertThat(error).isCloseTo(0, within(MOST * evidence.standardError() + 1e-6));
        assertThat(evidence.standardError()).isLessThan(0.05);
      }
    }
  }

  @Test
  void fittedGuidesAreBeginningsWithTheirParameters() {
    NDArray flips = Tensors.vector(FLIPS);
    try (Svi<NDArray> svi =
        Svi.builder(Models.COIN, Models.COIN_GUIDE).progress(Progress.silent()).build()) {
      svi.run(flips, 5);
      ParamStore params = svi.params();
      params.set("alpha", 16);
      params.set("beta", 14);
      Annealing<NDArray> annealing =
          quick(Annealing.of(Models.COIN, Models.COIN_GUIDE)).params(params);
      // Where the guide is the posterior all weights are the evidence.
      try (Evidence evidence = annealing.levels(3).evidence(flips, 20)) {
        assertThat(evidence.logEvidence()).isCloseTo(LOG_EVIDENCE_OF_FLIPS, within(1e-10));
        assertThat(evidence.standardError()).isLessThan(1e-6);
        assertThat(evidence.figures().effectiveSize()).isCloseTo(20, within(1e-6));
      }
    }
  }

  /** y of N(mu, 1), mu of N(0, 1), the second of three values missing. */
  @Test
  void missingValuesAreIntegratedOut() {
    NDArray y = Tensors.vector(1, Double.NaN, 2);
    NDArray seen = y.isNaN().logicalNot();
    Program<NDArray> model =
        (p, data) -> {
          NDArray mu = p.sample("mu", Normal.of(0, 1));
          try (Plate rows = p.plate("rows", 3)) {
            p.observe("y", Normal.of(mu, 1), rows.take(data), rows.take(p.constant(seen)));
          }
        };
    // Of two numbers of variance 2 and covariance 1.
    double exact = -(2 * 1 - 2 * 2 + 2 * 4) / 3.0 / 2 - Math.log(3) / 2 - Math.log(2 * Math.PI);
    try (Evidence evidence = quick(Annealing.of(model)).evidence(y, 300)) {
      agrees(evidence, exact, 0.02);
    }
  }

  @Test
  void allRowsCountWhateverAStepSees() {
    Program<NDArray> model = SeenInPart.MODEL;
    for (Annealing<NDArray> each :
        List.of(
            Annealing.of(model),
            Annealing.of(
                model, AutoNormal.of(model).initializer(Initializer.median()).initialScale(1)))) {
      try (Evidence evidence = quick(each).evidence(SeenInPart.rows(), 300)) {
        agrees(evidence, SeenInPart.LOG_EVIDENCE, 0.05);
        assertThat(evidence.samples().shape("x")).isEqualTo(new Shape(4));
      }
    }
  }

  @Test
  void bitsDoNotDependOnThreads() {
    List<double[]> bits = new ArrayList<>();
    for (int threads : new int[] {1, 3}) {
      Annealing<NDArray> annealing = quick(Annealing.of(Models.COIN)).levels(5).threads(threads);
      try (Evidence evidence = annealing.evidence(Tensors.vector(FLIPS), 120)) {
        bits.add(evidence.samples().logWeights().orElseThrow());
        bits.add(evidence.samples().values("fairness"));
      }
    }

    assertThat(bits.get(0)).isEqualTo(bits.get(2)).doesNotHaveDuplicates();
    assertThat(bits.get(1)).isEqualTo(bits.get(3));
  }

  /** What cannot be recorded runs by the engine, all chains of a block at once. */
  @ParameterizedTest
  @EnumSource(FloatType.class)
  void theEngineComesToTheSame(FloatType type) {
    List<Double> found = new ArrayList<>();
    for (Recording recording : new Recording[] {Recording.REQUIRED, Recording.OFF}) {
      RunConfig config = seed(3).withFloatType(type).withRecording(recording);
      Annealing<NDArray> annealing = quick(Annealing.of(Models.COIN)).levels(5).config(config);
      try (Evidence evidence = annealing.evidence(Tensors.vector(FLIPS), 10)) {
        found.add(evidence.logEvidence());
      }
    }

    // Paths part by rounding, which 5 levels magnify little.
    double tolerance = type == FloatType.FLOAT64 ? 1e-9 : 1e-3;
    assertThat(found.get(0)).isCloseTo(found.get(1), within(tolerance));
  }

  // --- errors

  @Test
  void whatIsNoNumberOfThemIsSaid() {
    Annealing<NDArray> annealing = Annealing.of(Models.COIN);

    assertThatThrownBy(() -> annealing.levels(0))
        .hasMessage("annealing has 0 levels, but needs at least 1");
    assertThatThrownBy(() -> annealing.steps(0))
        .hasMessage("annealing makes 0 steps a level, but needs at least 1");
    assertThatThrownBy(() -> annealing.threads(0))
        .hasMessage("annealing has 0 threads, but needs at least 1");
    assertThatThrownBy(() -> closed(annealing, 1))
        .hasMessage("annealing has 1 chains, but needs at least 2");
  }

  private static void closed(Annealing<NDArray> annealing, int chains) {
    Annealing<NDArray> silent = annealing.progress(Progress.silent());
    try (Evidence unused = silent.evidence(Tensors.vector(FLIPS), chains)) {
      // closed at once
    }
  }

  @Test
  void discreteSitesWithoutEndAreRefused() {
    Program<NDArray> model = (p, y) -> p.sample("k", Poisson.of(3));

    assertThatThrownBy(() -> closed(Annealing.of(model), 10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "sample site 'k' is discrete (non-negative integer) and not summed out")
        .hasMessageContaining("but annealing draws continuous sites only");
  }

  @Test
  void aGuideOfAnotherShapeIsNamed() {
    Program<NDArray> wide =
        (p, y) -> p.sample("fairness", Uniform.of(0, 1).expand(new Shape(2)).toEvent(1));
    Program<NDArray> other = (p, y) -> p.sample("other", Uniform.of(0, 1));

    assertThatThrownBy(() -> closed(Annealing.of(Models.COIN, wide), 10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("sample site 'fairness' has a value of shape (2), but its");
    assertThatThrownBy(() -> closed(Annealing.of(Models.COIN, other), 10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "model site 'fairness' is latent, but the guide does not sample it");
  }

  @Test
  void pointsAreNoBeginning() {
    assertThatThrownBy(() -> closed(Annealing.of(Models.COIN, AutoDelta.of(Models.COIN)), 10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "annealing begins at draws of the guide, but it draws nothing that has a density; take"
                + " one that does, such as AutoNormal, or none, to begin at the prior");
  }

  @Test
  void aModelWithoutDensityUnderTheGuideIsSaid() {
    Program<NDArray> model =
        (p, y) -> {
          NDArray x = p.sample("x", Normal.of(0, 1));
          p.factor("never", x.mul(0).add(Double.NEGATIVE_INFINITY));
        };

    assertThatThrownBy(() -> closed(Annealing.of(model), 10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("factor 'never' has log density -Infinity; look for parameters")
        .hasMessageContaining(
            "\nannealing begins at draws of the guide, but under none of 100 the log density of the"
                + " model less the guide's is finite: at the last, unconstrained [")
        .hasMessageEndingWith(
            "], it is -Infinity; begin at a guide near the posterior, or look at the model's data"
                + " and supports");
  }

  @Test
  void aDrawThatOverflowsIsSaid() {
    Program<NDArray> model = (p, y) -> p.sample("x", Normal.of(0, 1e308));

    assertThatThrownBy(() -> closed(Annealing.of(model), 200))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching(
            "chain \\d+ begins at a draw of the guide whose unconstrained number 0 is -?Infinity,"
                + " for it lies at an edge of its support; begin at a guide with less mass there");
  }

  @Test
  void dataOfSomeRowsAreNotEnough() {
    Program<NDArray> model =
        (p, y) -> {
          NDArray mu = p.sample("mu", Normal.of(0, 1));
          try (Plate rows = p.plate(PlateSpec.of("rows", 100).given(10))) {
            p.observe("y", Normal.of(mu, 1), y);
          }
        };

    assertThatThrownBy(() -> closed(Annealing.of(model), 10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "plate 'rows' sees 10 of 100 rows, but the evidence is of all; give annealing the whole"
                + " data");
  }

  @Test
  void anInterruptEndsIt() {
    Annealing<NDArray> annealing = Annealing.of(Models.COIN);
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> closed(annealing, 10))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageMatching("annealing was interrupted at level \\d+ of 400");
    assertThat(Thread.interrupted()).isTrue();
  }

  /** The data are so far away that a rounding of weights is some 1e43. */
  @Test
  void weightsThatRoundingMakesCarryAWarning() {
    Program<NDArray> model =
        (p, y) -> {
          NDArray mu = p.sample("mu", Normal.of(0, 1));
          p.observe("y", Normal.of(mu, 1), y);
        };
    try (Evidence evidence =
        quick(Annealing.of(model)).levels(5).evidence(Tensors.vector(1e30).squeeze(), 20)) {
      assertThat(evidence.samples().warnings())
          .anySatisfy(
              warning ->
                  assertThat(warning)
                      .matches(
                          "log densities of \\d\\.\\de\\+59 are rounded to \\de\\+4[34]; write data"
                              + " and model in units in which their numbers are small"));
    }
  }

  @Test
  void chainsThatDoNotMoveCarryAWarning() {
    Evidence.Figures figures =
        Evidence.Figures.of(
            new double[] {-3, -3.1}, Khat.unknown(""), 0, new WeightRounding(3, FloatType.FLOAT64));
    assertThat(figures.warnings())
        .containsExactly(
            "moves of chains were accepted with probability 0.0, below 0.3, so that they stay where"
                + " they began; write the model in other variables (Reparam.automatic()), or begin"
                + " at a guide nearer to the posterior");
  }

  @Test
  void heavyTailsCarryAWarning() {
    Program<NDArray> model = (p, y) -> p.sample("x", Normal.of(0, 1));
    Program<NDArray> narrow = (p, y) -> p.sample("x", Normal.of(0, 0.2));
    try (Evidence evidence =
        quick(Annealing.of(model, narrow)).levels(1).evidence(Tensors.vector(FLIPS), 500)) {
      assertThat(evidence.samples().warnings())
          .singleElement()
          .asString()
          .startsWith("few chains carry the evidence: the tail of their weights has k-hat ")
          .endsWith(
              ", above 0.7; take more levels or steps, or begin at a guide nearer to the"
                  + " posterior");
      assertThat(evidence.toString()).contains("warning: few chains carry the evidence");
    }
  }
}
