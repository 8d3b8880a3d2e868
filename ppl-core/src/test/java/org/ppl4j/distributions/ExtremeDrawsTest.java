package org.ppl4j.distributions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;

/** Draws of families with extreme parameters are finite, and so are their log-densities. */
@ExtendWith(LeakCheck.class)
class ExtremeDrawsTest {

  private static final List<Double> EXTREMES = List.of(1e-3, 1e-2, 1.0, 1e2, 1e4);

  private interface Family extends Function<List<NDArray>, Distribution> {}

  private static Named<Family> family(String name, Family family) {
    return Named.of(name, family);
  }

  static Stream<Named<Family>> families() {
    return Stream.of(
        family("Weibull", p -> Weibull.of(p.get(0), p.get(1))),
        family("Pareto", p -> Pareto.of(p.get(0), p.get(1))),
        family("Kumaraswamy", p -> Kumaraswamy.of(p.get(0), p.get(1))),
        family("SkewLogistic", p -> SkewLogistic.of(number(0), p.get(0), p.get(1))),
        family("AsymmetricLaplace", p -> AsymmetricLaplace.of(number(0), p.get(0), p.get(1))),
        family("LogitNormal", p -> LogitNormal.of(p.get(0), p.get(1))),
        family("ContinuousBernoulli", p -> ContinuousBernoulli.logits(p.get(0).sub(p.get(1)))),
        family("Gumbel", p -> Gumbel.of(p.get(0), p.get(1))),
        family(
            "TruncatedNormal",
            p -> TruncatedNormal.of(number(0), p.get(1), p.get(0), p.get(0).add(1))),
        family(
            "TruncatedNormal above",
            p ->
                TruncatedNormal.of(
                    number(0), p.get(1), p.get(0), number(Double.POSITIVE_INFINITY))));
  }

  @ParameterizedTest
  @MethodSource("families")
  void areFinite(Family family) {
    for (FloatType type : FloatType.values()) {
      for (double first : EXTREMES) {
        for (double second : EXTREMES) {
          try (Run run = Run.open(RunConfig.defaults().withFloatType(type), 0)) {
            List<NDArray> parameters =
                List.of(
                    Autograd.variable(run.scalar(first)), Autograd.variable(run.scalar(second)));
            Distribution distribution = family.apply(parameters).on(run).expand(new Shape(500));
            Draw draw = distribution.draw(Rng.of(3, Rng.Purpose.MODEL, 0, "extreme"));
            String where = "%s of (%s, %s)".formatted(type, first, second);

            allFinite(where, draw.value(), draw.logProb(), distribution.logProb(draw.value()));
            allFinite(
                where + ", derivatives",
                Autograd.grad(draw.logProb().sum(), parameters, true).toArray(NDArray[]::new));
          }
        }
      }
    }
  }

  private static void allFinite(String where, NDArray... tensors) {
    for (NDArray tensor : tensors) {
      for (double value : Tensors.values(tensor)) {
        assertThat(value).as(where).isFinite();
      }
    }
  }
}
