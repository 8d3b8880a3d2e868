package org.ppl4j.distributions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.ToIntBiFunction;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.DistributionCase;
import org.ppl4j.testing.DistributionCases;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.UndefinedLaws;

/** NaN in, NaN out, for every row of the table of distributions and both float types. */
@ExtendWith(LeakCheck.class)
class UndefinedTest {

  @Test
  void parametersShow() {
    judged(FloatType.FLOAT64, UndefinedLaws::parametersShow, 2400);
  }

  @ParameterizedTest
  @EnumSource(FloatType.class)
  void valuesShow(FloatType type) {
    judged(type, UndefinedLaws::valuesShow, 400);
  }

  @ParameterizedTest
  @EnumSource(FloatType.class)
  void probabilitiesShow(FloatType type) {
    judged(type, UndefinedLaws::probabilitiesShow, 500);
  }

  @Test
  void plainNumbersAreRefused() {
    judged(FloatType.FLOAT64, UndefinedLaws::plainNumbersAreRefused, 130);
  }

  @ParameterizedTest
  @EnumSource(FloatType.class)
  void infinityIsFar(FloatType type) {
    judged(type, UndefinedLaws::infinityIsFar, 800);
  }

  /** Every row, and at least so many quantities. */
  private static void judged(
      FloatType type, ToIntBiFunction<Run, DistributionCase> law, int least) {
    int judged = 0;
    for (DistributionCase row : DistributionCases.all()) {
      try (Run run = Run.open(RunConfig.defaults().withFloatType(type), 0)) {
        judged += law.applyAsInt(run, row);
      }
    }
    assertThat(judged).as("judged quantities").isGreaterThanOrEqualTo(least);
  }

  /** A NaN that a formula swallows: as a value, as a parameter, as a probability, in a draw. */
  @ParameterizedTest
  @EnumSource(Swallowed.class)
  void aSwallowedNaNIsCaught(Swallowed where) {
    DistributionCase row =
        DistributionCase.of("faulty", p -> new Faulty(p.get(0), p.get(1), where))
            .numbers(0.3, 1.7)
            .inside(0.4, 1);
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      assertThatThrownBy(
              () -> {
                UndefinedLaws.parametersShow(run, row);
                UndefinedLaws.valuesShow(run, row);
                UndefinedLaws.infinityIsFar(run, row);
              })
          .isInstanceOf(AssertionError.class);
    }
  }

  private enum Swallowed {
    VALUE,
    DENSITY,
    DRAW,
    DENSITY_OF_DRAW,
    NEIGHBOURS,
    INFINITY
  }

  /** A normal distribution with a fault. */
  private static final class Faulty extends Distribution {

    private final NDArray loc;
    private final NDArray scale;
    private final Swallowed where;

    Faulty(NDArray loc, NDArray scale, Swallowed where) {
      super(new Shape(), Argument.real("loc", loc), Argument.positive("scale", scale));
      this.loc = loc;
      this.scale = scale;
      this.where = where;
    }

    private static NDArray swallowed(NDArray x) {
      return Tensors.where(x.isNaN(), Tensors.number(0), x);
    }

    @Override
    public Constraint support() {
      return Constraint.REAL;
    }

    @Override
    protected NDArray doLogProb(NDArray value) {
      NDArray x = where == Swallowed.VALUE ? swallowed(value) : value;
      NDArray near = where == Swallowed.INFINITY ? x.clip(-9, 9) : x;
      NDArray logProb = Normal.of(loc, scale).logProb(near);
      return switch (where) {
        case DENSITY -> swallowed(logProb);
        case NEIGHBOURS -> logProb.add(loc.sum().mul(0));
        default -> logProb;
      };
    }

    @Override
    protected Draw doDraw(Rng rng, Shape batch) {
      Draw draw = Normal.of(loc, scale).expand(batch).draw(rng);
      NDArray value = where == Swallowed.DRAW ? swallowed(draw.value()) : draw.value();
      boolean swallows = where == Swallowed.DENSITY_OF_DRAW;
      return Draw.of(value, () -> swallows ? swallowed(draw.logProb()) : draw.logProb());
    }

    @Override
    public Distribution withParameters(UnaryOperator<NDArray> operator) {
      return new Faulty(operator.apply(loc), operator.apply(scale), where);
    }
  }
}
