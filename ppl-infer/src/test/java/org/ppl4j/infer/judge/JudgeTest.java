package org.ppl4j.infer.judge;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.hipparchus.random.RandomDataGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.Poisson;
import org.ppl4j.infer.CountedRate;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.approximation.LaplaceApproximation;
import org.ppl4j.infer.approximation.LaplacePosterior;
import org.ppl4j.infer.approximation.Pathfinder;
import org.ppl4j.infer.approximation.PathfinderPosterior;
import org.ppl4j.infer.autoguide.AutoMultivariateNormal;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.svi.FitReport;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;

/** Draws whose distance from a normal posterior is known, and fits. */
@ExtendWith(LeakCheck.class)
class JudgeTest {

  private static final int NUMBERS = 50;
  private static final int DRAWS = 4000;

  static final Program<Void> NORMALS =
      (p, none) -> p.sample("x", Normal.of(p.run().zeros(new Shape(NUMBERS)), 2).toEvent(1));

  static Judgement judged(RunConfig config, Program<Void> model, double[] draws) {
    int size = draws.length / DRAWS;
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager, config);
        Samples samples =
            Samples.of(
                NDManager.newBaseManager(),
                ImmutableMap.of(
                    "x",
                    manager.create(
                        draws, size == 1 ? new Shape(DRAWS) : new Shape(DRAWS, size))))) {
      return Judge.of(model, params, config).judge(null, samples);
    }
  }

  /** Draws of the posterior, one coordinate of which is narrower. */
  static double[] draws(int narrow, double width) {
    RandomDataGenerator random = new RandomDataGenerator(7);
    double[] draws =
        DoubleStream.generate(() -> random.nextNormal(0, 2)).limit(NUMBERS * DRAWS).toArray();
    for (int i = narrow; i < draws.length; i += NUMBERS) {
      draws[i] *= width;
    }
    return draws;
  }

  @ParameterizedTest
  @EnumSource(FloatType.class)
  void oneOfFiftyThatIsNarrowIsNamed(FloatType type) {
    RunConfig config = RunConfig.defaults().withFloatType(type).withSeed(1);

    assertThat(judged(config, NORMALS, draws(0, 1)).warnings()).isEmpty();
    Judgement narrow = judged(config, NORMALS, draws(16, 0.5));
    assertThat(narrow.names(Verdict.OFF)).containsExactly("x[17]");
    assertThat(narrow.warnings())
        .singleElement()
        .asString()
        .startsWith("chains that left it find 1 of 50 numbers off, most of all 'x[17]', whose mean")
        .endsWith(
            "; take a richer approximation, other variables (Reparam.automatic()), or"
                + " Inference.of(model)");
  }

  @Test
  void whatCannotBeJudgedHasAReason() {
    Program<Void> discrete = (p, none) -> p.sample("x", Poisson.of(0.5));

    Judgement judgement = judged(RunConfig.defaults(), discrete, new double[DRAWS]);
    assertThat(judgement.isKnown()).isFalse();
    assertThat(judgement.warnings()).isEmpty();
    assertThat(judgement.toString()).startsWith("not judged by chains: ").contains("'x'");
  }

  /** Two numbers that are known by their sum: a guide of independent ones is far too narrow. */
  @Test
  void aNarrowGuideHasNotConverged() {
    Program<NDArray> sum =
        (p, y) -> {
          NDArray a = p.sample("a", Normal.of(0, 1));
          NDArray b = p.sample("b", Normal.of(0, 1));
          p.observe("y", Normal.of(a.add(b), 0.8), y);
        };
    NDArray y = Tensors.vector(1).squeeze();
    double sd = Math.sqrt(1 - 1 / 2.64);
    double width = Math.sqrt(1 / (1 + 1 / 0.64)) / sd; // of the best guide of independent numbers
    try (Svi<NDArray> svi =
        Svi.builder(sum, AutoNormal.of(sum)).progress(Progress.silent()).build()) {
      FitReport report = svi.run(y, 20_000);

      assertThat(report.isConverged()).isFalse();
      assertThat(report.assessment().warnings()).isEmpty();
      assertThat(report.warnings()).anyMatch(warning -> warning.contains("2 of 2 numbers off"));
      Judged a = report.judgement().rows().get("a");
      assertThat(Math.abs(a.ratio() - width)).isLessThan(4 * a.ratioError());
      assertThat(report.toString())
          .startsWith("fit: the stopping rule fired after ")
          .contains("by short chains from it: 0 of 2 numbers right");
    }
    List<String> shown = new ArrayList<>();
    Progress progress = Progress.terminal(shown::add);
    try (Svi<NDArray> svi =
        Svi.builder(sum, AutoMultivariateNormal.of(sum)).progress(progress).build()) {
      FitReport report = svi.run(y, 20_000);

      assertThat(report.isConverged()).as(report.toString()).isTrue();
      assertThat(report.judgement().isKnown()).isTrue();
      assertThat(shown).anyMatch(line -> line.startsWith("\rjudge, search: "));
      assertThat(shown).anyMatch(line -> line.startsWith("\rjudge, nuts: "));
    }
  }

  /**
   * The median of a skewed posterior is its mean by Laplace in the logarithm, not so by the weights
   * of Pathfinder.
   */
  @Test
  void waysWithoutAFitAreJudged() {
    NDArray counts = Tensors.vector(1, 0, 0);
    try (LaplacePosterior<NDArray> laplace =
            LaplaceApproximation.of(CountedRate.MODEL).run(counts);
        PathfinderPosterior<NDArray> near = Pathfinder.of(CountedRate.MODEL).run(counts)) {
      assertThat(Judge.of(CountedRate.MODEL, laplace, counts).names(Verdict.OFF))
          .containsExactly("rate");
      assertThat(Judge.of(CountedRate.MODEL, near, counts).isRight()).isTrue();
    }
  }

  /**
   * A guide of the model as it is written misses the neck of its funnel, and so do chains in these
   * variables: those that judge see it in others.
   */
  @Test
  void aFunnelIsJudgedInOtherVariables() {
    Program<Void> funnel =
        (p, none) -> {
          NDArray v = p.sample("v", Normal.of(0, 3));
          try (Plate nine = p.plate("nine", 9)) {
            p.sample("x", Normal.of(0, v.mul(0.5).exp()));
          }
        };
    RandomDataGenerator random = new RandomDataGenerator(3);
    double[] v = DoubleStream.generate(() -> random.nextNormal(0, 3)).limit(DRAWS).toArray();
    double[] x = new double[9 * DRAWS];
    Arrays.setAll(x, i -> random.nextNormal(0, Math.exp(v[i / 9] / 2)));
    int[] mouth = IntStream.range(0, DRAWS).filter(i -> v[i] > -2).toArray();
    RunConfig config = RunConfig.defaults().withSeed(2);
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager, config);
        Samples all =
            Samples.of(
                NDManager.newBaseManager(),
                ImmutableMap.of(
                    "v", manager.create(v), "x", manager.create(x, new Shape(DRAWS, 9))));
        Samples some = all.take(mouth)) {
      Judge<Void> judge = Judge.of(funnel, params, config);
      assertThat(judge.judge(null, all).rows().get("v").verdict()).isEqualTo(Verdict.RIGHT);
      assertThat(judge.judge(null, some).rows().get("v").verdict()).isEqualTo(Verdict.OFF);
    }
  }
}
