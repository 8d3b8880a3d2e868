package org.ppl4j.flows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.ppl4j.testing.TensorAssertions.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.ode.VariancePreserving;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.transforms.DiffusionTransform;

/** Diffusions beyond the laws of all flows and the reference. */
@ExtendWith(LeakCheck.class)
class DiffusionTest {

  private static final int ROWS = 5;

  private static NDArray times(Run run) {
    return run.create(new double[] {1e-6, 0.01, 0.2, 0.7, 1}, new Shape(ROWS, 1));
  }

  private static DiffusionTransform bound(Run run, Diffusion diffusion) {
    NamedTensors tensors = FlowTensors.random(run, diffusion.tensors(), 1);
    return (DiffusionTransform) diffusion.bind(tensors, FlowTensors.rng("noise"), false);
  }

  /** What is left of a row falls at half the rate; the rest of the variance is noise. */
  @Test
  void theSignalFallsAtHalfTheRate() {
    for (VariancePreserving sde : List.of(VariancePreserving.of(), VariancePreserving.of(5, 1))) {
      try (Run run = Run.open(RunConfig.defaults(), 0)) {
        NDArray time = Autograd.variable(times(run));
        NDArray signal = sde.signal(time);
        NDArray slope = Autograd.grad(signal.sum(), List.of(time)).get(0);

        assertClose("slope", slope, sde.rate(time).mul(signal).mul(-0.5), 1e-14);
        NDArray variance = signal.square().add(sde.noise(time).square());
        assertClose("variance", variance, run.ones(variance.getShape()), 1e-14);
        assertClose("time", sde.time(sde.angle(time)), time, 1e-12);
        assertThat(Tensors.values(sde.angle(time))[ROWS - 1])
            .isCloseTo(sde.lastAngle(), within(1e-14));
      }
    }
  }

  /**
   * The velocity at a time of the flow is that of the score at the time of the diffusion with this
   * angle: −dx/dφ times the last angle, dx/dt = −β / 2 · (x + score), dφ/dt = β / 2 · cot φ.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void aNetworksVelocityIsThatOfItsScore(int dim) {
    VariancePreserving sde = VariancePreserving.of();
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      DiffusionTransform transform = bound(run, Diffusion.of(dim, sde));
      NDArray x = FlowTensors.rng("inputs").normal(run, new Shape(ROWS, dim));
      NDArray time = times(run);
      NDArray ratio = sde.noise(time).div(sde.signal(time));
      NDArray flow = sde.angle(time).div(sde.lastAngle()).neg().add(1);

      NDArray score = transform.score(time, x);
      NDArray expected = x.add(score).mul(ratio).mul(sde.lastAngle());

      assertClose("velocity", transform.velocity(flow, x), expected, 1e-11);
      assertThat(Tensors.values(expected.abs().max())[0]).isGreaterThan(0.1);
      DiffusionTransform given = bound(run, Diffusion.of(dim, sde).score(transform::score));
      assertClose("of a score", given.velocity(flow, x), expected, 1e-11);
    }
  }

  /** Rows that the diffusion draws backwards with the exact score of a mixture are of it. */
  @Test
  void drawsByTheExactScoreAreOfTheRowsDistribution() {
    VariancePreserving sde = VariancePreserving.of();
    int count = 20_000;
    double[] means = {-1, 1};
    double width = 0.3;
    Score score =
        (time, x) -> {
          NDArray signal = sde.signal(time);
          NDArray variance = signal.mul(width).square().add(sde.noise(time).square());
          NDArray balance = signal.mul(x).mul(means[1] - means[0]).div(variance);
          NDArray share = balance.mul(0.5).tanh();
          return signal.mul(share).mul(means[1]).sub(x).div(variance);
        };
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      DiffusionTransform transform = bound(run, Diffusion.of(1, sde).score(score));
      NDArray start = FlowTensors.rng("start").normal(run, new Shape(count, 1));
      double[] drawn =
          run.withoutGradients(
              () -> Tensors.values(transform.drawn(start, 100, FlowTensors.rng("way"))));
      double[] again =
          run.withoutGradients(
              () -> Tensors.values(transform.drawn(start, 100, FlowTensors.rng("way"))));
      assertThat(again).containsExactly(drawn);

      Arrays.sort(drawn);
      NormalDistribution left = new NormalDistribution(means[0], width);
      NormalDistribution right = new NormalDistribution(means[1], width);
      double largest = 0;
      for (int i = 0; i < count; i++) {
        double cdf =
            (left.cumulativeProbability(drawn[i]) + right.cumulativeProbability(drawn[i])) / 2;
        largest = Math.max(largest, Math.abs(cdf - (i + 0.5) / count));
      }
      // Kolmogorov's bound of one in a thousand, and 0.005 for the steps.
      assertThat(largest).isLessThan(1.95 / Math.sqrt(count) + 0.005);
    }
  }

  @Test
  void whatCannotBeIsRefused() {
    assertThatThrownBy(() -> Diffusion.of(0, VariancePreserving.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("diffusion needs at least 1 coordinate, but dim is 0");
    for (double rate : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> VariancePreserving.of(0.1, rate))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("sde has rate " + rate + ", but it must be positive and finite");
    }
    Diffusion given =
        Diffusion.of(2, VariancePreserving.ornsteinUhlenbeck(5)).score((time, x) -> x.neg());
    assertThatThrownBy(() -> given.conditional(3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has no parameters that a context could move");
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      DiffusionTransform transform = bound(run, given);
      NDArray x = run.zeros(new Shape(1, 2));
      assertThatThrownBy(() -> transform.drawn(x, 0, FlowTensors.rng("way")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("diffusion is drawn in 0 steps, but needs at least 1");
    }
  }
}
