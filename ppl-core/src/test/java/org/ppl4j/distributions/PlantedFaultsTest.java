package org.ppl4j.distributions;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Rng;
import org.ppl4j.testing.DistributionCase;
import org.ppl4j.testing.DistributionLaws;
import org.ppl4j.testing.IntegralLaws;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.SamplingLaws;

/** A law that cannot fail proves nothing: each is shown a distribution that breaks it. */
@ExtendWith(LeakCheck.class)
class PlantedFaultsTest {

  @Test
  void anErrorOfOneMillionthInTheDensityIsCaught() {
    caught(IntegralLaws::densityIntegrates, new Fault(1e-6, 1, false, false));
    caught(DistributionLaws::drawKnowsItsDensity, new Fault(1e-6, 1, false, false));
    caught(DistributionLaws::densityIsTheOracles, new Fault(1e-6, 1, false, false));
  }

  @Test
  void aWrongScaleOfTheSamplerIsCaught() {
    caught(SamplingLaws.FULL::scoreIsZeroOnAverage, new Fault(0, 1.01, false, false));
    caught(SamplingLaws.FULL::moments, new Fault(0, 1.01, false, false));
    caught(SamplingLaws.FULL::drawsFollowTheDensity, new Fault(0, 1.05, false, false));
  }

  @Test
  void aWrongDerivativeOfDrawsIsCaught() {
    caught(SamplingLaws.QUICK::drawsHaveTheirGradient, new Fault(0, 1, true, false));
    caught(
        row -> SamplingLaws.QUICK.drawsHaveTheirGradient(row.severalNoises()),
        new Fault(0, 1, true, false));
    caught(DistributionLaws::drawKnowsItsDensity, new Fault(0, 1, true, false));
  }

  @Test
  void aWrongDerivativeOfTheDensityIsCaught() {
    caught(DistributionLaws::densityHasItsGradient, new Fault(0, 1, false, true));
  }

  @Test
  void aWrongProbabilityOfTheSamplerIsCaught() {
    DistributionCase row =
        DistributionCase.of("faulty", p -> new Biased(Bernoulli.probs(p.get(0))))
            .numbers(0.3)
            .inside(0, 1);
    assertThatThrownBy(() -> SamplingLaws.FULL.drawsFollowTheDensity(row))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("χ²");
    assertThatThrownBy(() -> SamplingLaws.FULL.scoreIsZeroOnAverage(row))
        .isInstanceOf(AssertionError.class);
    assertThatThrownBy(() -> SamplingLaws.FULL.moments(row)).isInstanceOf(AssertionError.class);
  }

  /** Draws as if it were 0.02 likelier. */
  private static final class Biased extends WrappedDistribution {

    Biased(Bernoulli base) {
      super(base, base.batchShape(), base.eventShape());
    }

    @Override
    protected Draw doDraw(Rng rng, Shape batch) {
      NDArray probs = ((Bernoulli) base).probs().add(0.02);
      NDArray value = Bernoulli.probs(probs).expand(batch).draw(rng).value();
      return Draw.of(value, () -> base.logProb(value));
    }

    @Override
    public Distribution withParameters(UnaryOperator<NDArray> operator) {
      return new Biased((Bernoulli) base.withParameters(operator));
    }
  }

  @Test
  void aWrongCdfIsCaught() {
    DistributionCase row =
        DistributionCase.of("faulty", p -> new Shifted(Normal.of(p.get(0), p.get(1))))
            .numbers(0.3, 1.7)
            .inside(-2, 0.1, 3);
    assertThatThrownBy(() -> IntegralLaws.cdfInverts(row)).isInstanceOf(AssertionError.class);
    assertThatThrownBy(() -> SamplingLaws.QUICK.drawsFollowTheDensity(row))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("Kolmogorov");
  }

  /** Whose cdf is too steep. */
  private static final class Shifted extends WrappedDistribution {

    Shifted(Distribution base) {
      super(base, base.batchShape(), base.eventShape());
    }

    @Override
    protected NDArray doCdf(NDArray value) {
      return base.cdf(value).pow(1.1);
    }

    @Override
    protected NDArray doSf(NDArray value) {
      return doCdf(value).mul(-1).add(1);
    }

    @Override
    public Distribution withParameters(UnaryOperator<NDArray> operator) {
      return new Shifted(base.withParameters(operator));
    }
  }

  private static void caught(Consumer<DistributionCase> law, Fault fault) {
    DistributionCase row =
        DistributionCase.of("faulty", p -> new Faulty(p.get(0), p.get(1), fault))
            .numbers(0.3, 1.7)
            .inside(-2, 0.1, 3)
            .oracle(p -> new NormalDistribution(p[0], p[1]));
    assertThatThrownBy(() -> law.accept(row)).isInstanceOf(AssertionError.class);
  }

  /** What is wrong: an offset of the density, a factor of the noise, a gradient halved. */
  private record Fault(double offset, double factor, boolean halvesDraws, boolean halvesDensity) {}

  /** A normal distribution with a fault. */
  private static final class Faulty extends Distribution {

    private final NDArray loc;
    private final NDArray scale;
    private final Fault fault;

    Faulty(NDArray loc, NDArray scale, Fault fault) {
      super(new Shape(), Argument.real("loc", loc), Argument.positive("scale", scale));
      this.loc = loc;
      this.scale = scale;
      this.fault = fault;
    }

    @Override
    public Constraint support() {
      return Constraint.REAL;
    }

    /** The same value with half its derivative. */
    private static NDArray halved(NDArray x) {
      return x.add(x.stopGradient()).mul(0.5);
    }

    @Override
    protected NDArray doLogProb(NDArray value) {
      NDArray s = fault.halvesDensity() ? halved(scale) : scale;
      return Normal.of(loc, s).logProb(value).add(fault.offset());
    }

    @Override
    protected Draw doDraw(Rng rng, Shape batch) {
      NDArray s = fault.halvesDraws() ? halved(scale) : scale;
      Draw draw = Normal.of(loc, scale).expand(batch).draw(rng);
      NDArray noise = draw.value().stopGradient().sub(loc.stopGradient()).div(s.stopGradient());
      return Draw.of(noise.mul(fault.factor()).mul(s).add(loc), draw::logProb);
    }

    @Override
    public Distribution withParameters(UnaryOperator<NDArray> operator) {
      return new Faulty(operator.apply(loc), operator.apply(scale), fault);
    }

    @Override
    protected NDArray doMean() {
      return loc;
    }

    @Override
    protected NDArray doVariance() {
      return scale.square();
    }
  }
}
