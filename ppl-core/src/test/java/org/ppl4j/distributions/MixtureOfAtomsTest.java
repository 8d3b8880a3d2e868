package org.ppl4j.distributions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.transforms.Bijections;

/**
 * Mixtures of densities and of values with a probability of their own: by the definition of a
 * density with respect to length and points together.
 */
@ExtendWith(LeakCheck.class)
class MixtureOfAtomsTest {

  private static final double NONE = Double.NEGATIVE_INFINITY;
  private static final NormalDistribution NORMAL = new NormalDistribution(0, 1);

  private static Mixture spikeAndSlab(double spike) {
    return Mixture.of(Categorical.of(spike, 1 - spike), List.of(Delta.of(0), Normal.of(0, 1)));
  }

  private static double[] logProbs(Run run, Distribution distribution, double... values) {
    return Tensors.values(
        distribution.on(run).logProb(run.create(values, new Shape(values.length))));
  }

  @ParameterizedTest
  @EnumSource(FloatType.class)
  void spikeHasItsProbabilityAlone(FloatType type) {
    try (Run run = Run.open(RunConfig.defaults().withFloatType(type), 0)) {
      double log = Math.log(0.8);
      assertThat(logProbs(run, spikeAndSlab(0.2), 0, 1, -2.5, Double.NaN))
          .containsExactly(
              new double[] {
                Math.log(0.2), log + NORMAL.logDensity(1), log + NORMAL.logDensity(-2.5), Double.NaN
              },
              within(1e-6));
    }
  }

  @Test
  void spikeThatNeverIsLeavesTheDensity() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      assertThat(logProbs(run, spikeAndSlab(0), 0)[0])
          .isCloseTo(NORMAL.logDensity(0), within(1e-12));
    }
  }

  @Test
  void gradientIsThatOfTheSpike() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray spike = Autograd.variable(run.create(new double[] {0.2}, new Shape()));
      NDArray loc = Autograd.variable(run.create(new double[] {0.5}, new Shape()));
      Categorical weights = Categorical.of(Tensors.stack(List.of(spike, spike.neg().add(1)), -1));
      Mixture mixture = Mixture.of(weights, List.of(Delta.of(0).on(run), Normal.of(loc, 1)));
      NDArray sum =
          Tensors.total(mixture.logProb(run.create(new double[] {0, 0, 2}, new Shape(3))));
      List<NDArray> gradients = Autograd.grad(sum, List.of(spike, loc));
      assertThat(Tensors.values(gradients.get(0))[0]).isCloseTo(2 / 0.2 - 1 / 0.8, within(1e-12));
      assertThat(Tensors.values(gradients.get(1))[0]).isCloseTo(2 - 0.5, within(1e-12));
    }
  }

  @Test
  void spikesAtOnePlaceAddUp() {
    Mixture three =
        Mixture.of(
            Categorical.of(0.1, 0.2, 0.7),
            List.of(Delta.of(3), Empirical.of(3, 4), Normal.of(0, 1)));
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      assertThat(logProbs(run, three, 3, 4, 5))
          .containsExactly(
              new double[] {
                Math.log(0.1 + 0.2 / 2), Math.log(0.2 / 2), Math.log(0.7) + NORMAL.logDensity(5)
              },
              within(1e-12));
    }
  }

  /** What is below 0 is reported as 0 by one of two instruments. */
  @Test
  void boundOfWhatIsCensoredIsASpike() {
    Mixture reports =
        Mixture.of(
            Categorical.of(0.3, 0.7),
            List.of(Censored.of(Normal.of(1, 1), 0, Double.POSITIVE_INFINITY), Normal.of(0, 1)));
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      double both = Math.log(0.3 * NORMAL.density(1.5 - 1) + 0.7 * NORMAL.density(1.5));
      assertThat(logProbs(run, reports, 0, 1.5, -1))
          .containsExactly(
              new double[] {
                Math.log(0.3) + Math.log(NORMAL.cumulativeProbability(-1)),
                both,
                Math.log(0.7) + NORMAL.logDensity(-1)
              },
              within(1e-12));
    }
  }

  @Test
  void pointsThatAreMappedAreSpikesThere() {
    Distribution mapped = TransformedDistribution.of(Delta.of(2), Bijections.affine(1, 3));
    Categorical weights = Categorical.of(0.4, 0.6);
    Mixture near = Mixture.of(weights, List.of(mapped, Normal.of(0, 5)));
    Mixture far = Mixture.of(weights, List.of(mapped, Normal.of(1000, 1)));
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      assertThat(logProbs(run, near, 7)).containsExactly(logProbs(run, far, 7));
      assertThat(logProbs(run, near, 0)[0])
          .isCloseTo(Math.log(0.6) + new NormalDistribution(0, 5).logDensity(0), within(1e-12));
    }
  }

  /** Of two numbers, the more are at a spike the more singular it is. */
  @Test
  void vectorsCountTheirNumbers() {
    Distribution clipped =
        Censored.of(Normal.of(0, 1), 0, Double.POSITIVE_INFINITY).expand(2).toEvent(1);
    Distribution smooth = Normal.of(0, 1).expand(2).toEvent(1);
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray origin = run.create(new double[] {0, 0}, new Shape(2));
      Mixture mixture =
          Mixture.of(
              Categorical.of(0.2, 0.3, 0.5),
              List.of(Delta.of(origin, 1), clipped.on(run), smooth.on(run)));
      NDArray values = run.create(new double[] {0, 0, 0, 1, 1, 2, -1, 0}, new Shape(4, 2));
      double two = NORMAL.logDensity(1) + NORMAL.logDensity(2);
      assertThat(Tensors.values(mixture.logProb(values)))
          .containsExactly(
              new double[] {
                Math.log(0.2 + 0.3 * 0.25),
                Math.log(0.3 * 0.5) + NORMAL.logDensity(1),
                Math.log(0.8) + two,
                Math.log(0.5) + NORMAL.logDensity(-1) + NORMAL.logDensity(0)
              },
              within(1e-12));
    }
  }

  @Test
  void componentsOfOneFamilyAreHeldAgainstEachOther() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray lows = run.create(new double[] {0, -1e9}, new Shape(2));
      MixtureSameFamily mixture =
          MixtureSameFamily.of(
              Categorical.of(0.3, 0.7),
              Censored.of(Normal.of(0, 1), lows, Double.POSITIVE_INFINITY).on(run));
      assertThat(Tensors.values(mixture.logProb(run.create(new double[] {0, 1}, new Shape(2)))))
          .containsExactly(new double[] {Math.log(0.3 * 0.5), NORMAL.logDensity(1)}, within(1e-12));
    }
  }

  @Test
  void nanOfAComponentIsShown() {
    Mixture mixture =
        Mixture.of(Categorical.of(0.2, 0.8), List.of(Delta.of(0), Normal.of(Tensors.number(0), 1)));
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray nan = run.create(new double[] {Double.NaN}, new Shape());
      Mixture bad =
          Mixture.of(Categorical.of(0.2, 0.8), List.of(Delta.of(0).on(run), Normal.of(nan, 1)));
      assertThat(Tensors.values(bad.logProb(run.create(new double[] {0}, new Shape(1)))))
          .containsExactly(Double.NaN);
      assertThat(logProbs(run, mixture, Double.POSITIVE_INFINITY)).containsExactly(NONE);
    }
  }
}
