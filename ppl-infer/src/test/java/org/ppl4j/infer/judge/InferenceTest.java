package org.ppl4j.infer.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableSet;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Exponential;
import org.ppl4j.distributions.Gamma;
import org.ppl4j.distributions.ImproperUniform;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.Poisson;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.approximation.LaplaceApproximation;
import org.ppl4j.infer.approximation.LaplacePosterior;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;

/** Posteriors that are known, and what is said where one is not found. */
@ExtendWith(LeakCheck.class)
class InferenceTest {

  /** The posterior of the rate is Gamma(2 + 18, 1 + 6). */
  private static final Program<NDArray> RATE =
      (p, y) -> {
        NDArray rate = p.sample("rate", Gamma.of(2, 1));
        p.deterministic("double", rate.mul(2));
        try (Plate rows = p.plate("rows", y.size(0))) {
          p.observe("y", Poisson.of(rate), rows.take(y));
        }
      };

  private static final double[] COUNTS = {3, 1, 4, 1, 5, 4};

  /** Effects that data say little of, about a scale that they say little of. */
  private static final Program<NDArray> CENTRED =
      (p, y) -> {
        NDArray scale = p.sample("scale", Exponential.of(1));
        try (Plate rows = p.plate("rows", y.size(0))) {
          NDArray effect = p.sample("effect", Normal.of(0, scale));
          p.observe("y", Normal.of(effect, 2), rows.take(y));
        }
      };

  private static <D> Inference<D> quiet(Program<D> model) {
    return Inference.of(model).progress(Progress.silent()).config(RunConfig.defaults().withSeed(4));
  }

  @Test
  void aRateIsFoundAndItsSearchesAreJudged() {
    NDArray y = Tensors.vector(COUNTS);
    try (InferenceRun<NDArray> run = quiet(RATE).run(y);
        Samples some = run.posterior(y, 100)) {
      Summary.Row rate = run.summary().get("rate");
      assertThat(run.report().isRight()).isTrue();
      assertThat(rate.mean()).isCloseTo(20.0 / 7, within(4 * rate.meanError()));
      assertThat(rate.sd()).isCloseTo(Math.sqrt(20) / 7, within(0.05));
      assertThat(some.names()).containsExactly("rate", "double");
      Judgement judgement = run.report().judgement().orElseThrow();
      assertThat(judgement.isRight()).isTrue();
      assertThat(judgement.rows().keySet()).containsExactly("rate", "double");
      assertThat(run.toString())
          .startsWith("inference: nothing speaks against these draws, in ")
          .contains("searches, as written, to begin with: 16 ended, evidence bound ")
          .contains("2 of 2 numbers right where searches looked, 0 off, 0 not told");
    }
  }

  /** What the Laplace approximation has for the mode of a skewed posterior is not its mean. */
  @Test
  void anotherWayIsJudged() {
    NDArray y = Tensors.vector(0, 0, 1);
    Program<NDArray> line = RATE;
    try (InferenceRun<NDArray> run = quiet(line).run(y);
        LaplacePosterior<NDArray> laplace = LaplaceApproximation.of(line).run(y)) {
      double shape = 2 + 1;
      double log = Math.log(shape / 4); // the mode of the logarithm, whose variance is 1 / shape
      double mean = Math.exp(log + 1 / shape / 2);
      double sd = mean * Math.sqrt(Math.expm1(1 / shape));
      Judged judged = run.judge(laplace, y).rows().get("rate");

      assertThat(judged.mean()).isCloseTo(shape / 4, within(0.04));
      assertThat(judged.shift())
          .isCloseTo((mean - shape / 4) / (Math.sqrt(shape) / 4), within(4 * judged.shiftError()));
      assertThat(judged.ratio())
          .isCloseTo(sd / (Math.sqrt(shape) / 4), within(4 * judged.ratioError()));
      assertThat(judged.verdict()).isEqualTo(Verdict.OFF);
      assertThat(run.judge(laplace, y).toString())
          .startsWith("0 of 2 numbers right where searches looked, 2 off, 0 not told")
          .contains("  rate: off; its mean is +");
    }
  }

  /** The same bits, in the variables that suit: values are reported as the model has them. */
  @Test
  void variablesAreChosen() {
    NDArray y = Tensors.vector(1, -1, 0.5, -0.5, 2);
    try (InferenceRun<NDArray> run = quiet(CENTRED).run(y);
        InferenceRun<NDArray> again = quiet(CENTRED).plan(run.report().plan()).run(y)) {
      assertThat(run.report().isRight()).isTrue();
      assertThat(run.report().plan().nonCentred()).containsExactly("effect");
      assertThat(run.report().plan().toString())
          .startsWith("non-centred effect, chains of 1,000 draws");
      assertThat(again.report().plan()).isEqualTo(run.report().plan());
      assertThat(again.report().stages()).hasSize(2);
      assertThat(run.samples().names()).containsExactly("scale", "effect");
      assertThat(run.report().toString())
          .contains("non-centred effect, begun where searches ended");
      assertThat(again.samples().values("effect")).isEqualTo(run.samples().values("effect"));
    }
  }

  /** Two crescents of weights 0.3 and 0.7, which no normal distributions fit. */
  @Test
  void particlesFindTheWeightsOfModesOfAnyShape() {
    Program<NDArray> crescents =
        (p, none) -> {
          NDArray x = p.sample("x", Normal.of(0, 10));
          NDArray y = p.sample("y", Normal.of(0, 10));
          NDArray left = crescent(x.add(12), y).add(Math.log(0.3));
          NDArray right = crescent(x.sub(12), y).add(Math.log(0.7));
          p.factor("data", Special.logSumExp(Tensors.stack(List.of(left, right), -1), -1, false));
          p.factor("flat", x.square().add(y.square()).div(200));
          p.deterministic("isRight", Tensors.cast(x.gt(0), p.run().dataType()));
        };
    try (InferenceRun<NDArray> run = quiet(crescents).run(Tensors.vector(COUNTS));
        InferenceRun<NDArray> again =
            quiet(crescents).plan(run.report().plan()).run(Tensors.vector(COUNTS))) {
      assertThat(run.report().warnings()).isEmpty();
      assertThat(run.report().plan().draws()).isEqualTo(InferencePlan.Draws.PARTICLES);
      assertThat(run.summary().get("isRight").mean()).isCloseTo(0.7, within(0.04));
      assertThat(again.samples().values("x")).isEqualTo(run.samples().values("x"));
      assertThat(run.report().toString())
          .contains("10,000 particles from the prior, since chains disagree: worth ");
    }
  }

  private static NDArray crescent(NDArray x, NDArray y) {
    NDArray across = y.sub(x.square().mul(0.5)).div(0.5);
    return x.square().add(across.square()).mul(-0.5);
  }

  /** Heaps of weights 0.3 and 0.7 that no chain crosses. */
  private static Program<NDArray> heaps(double distance) {
    return (p, y) -> {
      NDArray x = p.sample("x", Normal.of(0, 100));
      p.deterministic("isFar", Tensors.cast(x.gt(distance / 2), p.run().dataType()));
      NDArray near = x.square().mul(-0.5).add(Math.log(0.3));
      NDArray far = x.sub(distance).square().mul(-0.5).add(Math.log(0.7));
      p.factor("heaps", Special.logSumExp(Tensors.stack(List.of(near, far), -1), -1, false));
      p.factor("flat", x.div(100).square().mul(0.5));
    };
  }

  @Test
  @SuppressWarnings("MustBeClosedChecker") // there is none
  void aLimitThatIsTooShortIsSaid() {
    Inference<NDArray> inference = quiet(RATE).limit(Duration.ofNanos(1));

    assertThatThrownBy(() -> inference.run(Tensors.vector(COUNTS)).close())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageMatching(
            "sampler has a limit of 0.01.* s, which was over before its first draw; give it more"
                + " time");
    assertThatThrownBy(() -> inference.limit(Duration.ZERO))
        .hasMessage("inference has a limit of PT0S, but it must be positive");
  }

  @Test
  @SuppressWarnings("MustBeClosedChecker") // there is none
  void aPlanOfAnotherModelIsRefused() {
    Inference<NDArray> wrong =
        quiet(CENTRED)
            .plan(new InferencePlan(ImmutableSet.of("z"), 10, 0.8, InferencePlan.Draws.CHAINS));

    assertThatThrownBy(() -> wrong.run(Tensors.vector(1, 2)).close())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "sites [z] are to be non-centred, but the model has [scale, effect]; take what a report"
                + " of this model says");
    assertThatThrownBy(
            () -> new InferencePlan(ImmutableSet.of(), 3, 0.8, InferencePlan.Draws.CHAINS))
        .hasMessage("plan has 3 iterations a chain, but needs at least 4");
  }

  @ParameterizedTest
  @ValueSource(doubles = {10, 20, 50})
  void modesHaveTheirWeights(double distance) {
    try (InferenceRun<NDArray> run = quiet(heaps(distance)).run(Tensors.vector(COUNTS))) {
      assertThat(run.report().isRight()).isTrue();
      assertThat(run.summary().get("isFar").mean()).isCloseTo(0.7, within(0.03));
      assertThat(run.report().toString()).contains("weighted draws of the searches");
      assertThat(run.report().plan().draws()).isEqualTo(InferencePlan.Draws.SEARCHES);
      try (InferenceRun<NDArray> again =
          quiet(heaps(distance)).plan(run.report().plan()).run(Tensors.vector(COUNTS))) {
        assertThat(again.samples().values("x")).isEqualTo(run.samples().values("x"));
      }
    }
  }

  /** Two rings: no normal distribution is near either, and the prior has no draws. */
  @Test
  void whatIsNotRightIsSaid() {
    Program<NDArray> rings =
        (p, y) -> {
          NDArray x = p.sample("x", ImproperUniform.of(Constraint.REAL, new Shape(), new Shape(3)));
          NDArray near = x.add(20).square().sum(new int[] {-1}).sqrt();
          NDArray far = x.sub(20).square().sum(new int[] {-1}).sqrt();
          p.observe("y", Normal.of(near.minimum(far), 0.01), y);
        };
    NDArray y = Tensors.vector(5).squeeze();
    try (InferenceRun<NDArray> run = quiet(rings).run(y)) {
      assertThat(run.report().isRight()).isFalse();
      assertThat(run.report().toString())
          .startsWith("inference: these draws are not to be trusted, in ")
          .contains("particles, since chains disagree: sample site 'x'")
          .contains("warning: R-hat of 'x");
    }
  }

  @Test
  void parametersOfTheModelAreHeld() {
    NDArray y = Tensors.vector(COUNTS);
    Program<NDArray> model =
        (p, data) -> {
          NDArray shape = p.param("shape", () -> p.scalar(2));
          NDArray rate = p.sample("rate", Gamma.of(shape, 1));
          p.observe("y", Poisson.of(rate).expand(data.getShape()).toEvent(1), data);
        };
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager);
        InferenceRun<NDArray> run = quiet(model).params(params).run(y)) {
      assertThat(run.params()).isSameAs(params);
      assertThat(run.summary().get("rate").mean()).isCloseTo(20.0 / 7, within(0.1));
    }
  }

  @Test
  void whatCannotBeSampledIsRefused() {
    Program<NDArray> discrete = (p, y) -> p.sample("which", Poisson.of(0.5));

    assertThatThrownBy(() -> quiet(discrete).run(Tensors.vector(COUNTS)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("only discrete ones that are not summed out, [which]");
  }
}
