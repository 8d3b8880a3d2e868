package org.ppl4j.distributions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.DistributionCase;
import org.ppl4j.testing.DistributionCases;
import org.ppl4j.testing.LeakCheck;

/**
 * At an edge of the support the log-density is its limit from within if the edge is a member, and
 * −∞ if it is not: for every row of the table, and where the limit is a number, 0 and infinite.
 */
@ExtendWith(LeakCheck.class)
class EdgesTest {

  /** Steps from an edge at 0, and the relative ones from another; the log-density is smooth. */
  private static final double[] FROM_ZERO = {1e-18, 1e-24, 1e-30};

  private static final double[] RELATIVE = {1e-4, 1e-5, 1e-6};

  /** Of a log-density that has a limit, over the last step. */
  private static final double TOLERANCE = 1e-4;

  /** How much a log-density without a limit grows at least from step to step. */
  private static final double GROWTH = 0.1;

  private static final List<DistributionCase> SPECIAL =
      List.of(
          DistributionCase.of("Beta even", p -> Beta.of(p.get(0), p.get(1))).numbers(1, 1),
          DistributionCase.of("Beta sloping", p -> Beta.of(p.get(0), p.get(1))).numbers(1, 2),
          DistributionCase.of("Beta peaks", p -> Beta.of(p.get(0), p.get(1))).numbers(0.5, 0.25),
          DistributionCase.of("Kumaraswamy even", p -> Kumaraswamy.of(p.get(0), p.get(1)))
              .numbers(1, 1),
          DistributionCase.of("Gamma one", p -> Gamma.of(p.get(0), p.get(1))).numbers(1, 2),
          DistributionCase.of("Weibull one", p -> Weibull.of(p.get(0), p.get(1))).numbers(2, 1),
          DistributionCase.of("Chi2 two", p -> Chi2.of(p.get(0))).numbers(2),
          DistributionCase.of("FisherSnedecor two", p -> FisherSnedecor.of(p.get(0), p.get(1)))
              .numbers(2, 5),
          DistributionCase.of("Uniform wide", p -> Uniform.of(p.get(0), p.get(1))).numbers(-3, 5),
          DistributionCase.of(
                  "TruncatedNormal", p -> TruncatedNormal.of(p.get(0), p.get(1), -1.0, 2.0))
              .numbers(0.3, 1.7),
          DistributionCase.of("Truncated gamma", p -> Truncated.of(Gamma.of(p.get(0), 1), 2, 3))
              .numbers(1.5));

  @Test
  void areTheLimitsFromWithin() {
    int judged = 0;
    for (FloatType type : FloatType.values()) {
      try (Run run = Run.open(RunConfig.defaults().withFloatType(type), 0)) {
        for (DistributionCase row :
            Stream.concat(DistributionCases.all().stream(), SPECIAL.stream()).toList()) {
          judged += judge(row.name(), row.in(run), row);
          judged += judge(row.name(), row.ofNumbers(run), row);
        }
      }
    }
    assertThat(judged).as("judged edges").isGreaterThanOrEqualTo(180);
  }

  @Test
  void aDensityThatStopsShortOfAnEdgeIsCaught() {
    DistributionCase row =
        DistributionCase.of("faulty", p -> new Stopping(Exponential.of(p.get(0)))).numbers(2);
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      assertThatThrownBy(() -> judge("faulty", row.in(run), row))
          .isInstanceOf(AssertionError.class);
    }
  }

  /** Without density at 0, which is in its support. */
  private static final class Stopping extends WrappedDistribution {

    Stopping(Distribution base) {
      super(base, base.batchShape(), base.eventShape());
    }

    @Override
    NDArray guarded(NDArray value) {
      return Tensors.where(value.gt(0), base.guarded(value), Double.NEGATIVE_INFINITY);
    }

    @Override
    public Distribution withParameters(UnaryOperator<NDArray> operator) {
      return new Stopping(base.withParameters(operator));
    }
  }

  @CanIgnoreReturnValue
  private static int judge(String what, Distribution distribution, DistributionCase row) {
    Constraint support = distribution.support();
    if (distribution.eventShape().dimension() > 0
        || distribution.batchShape().dimension() > 0
        || support.isDiscrete()
        || row.atoms().length > 0) {
      return 0;
    }
    return at(what, distribution, Truncation.lowest(support), 1)
        + at(what, distribution, Truncation.highest(support), -1);
  }

  private static int at(String what, Distribution d, @Nullable NDArray bound, int inwards) {
    if (bound == null) {
      return 0;
    }
    Run run = d.run();
    double edge = Tensors.values(bound)[0];
    double found = logProb(run, d, edge);
    String where = "%s at its edge %s".formatted(what, edge);
    assertThat(found).as(where).isNotNaN();
    if (Tensors.values(d.support().check(number(run, edge)))[0] == 0) {
      assertThat(found).as(where).isEqualTo(Double.NEGATIVE_INFINITY);
      return 1;
    }
    if (what.equals("LogitNormal wide")) {
      // It rises towards its ends and vanishes nearer to 1 than any float.
      assertThat(found).as(where).isEqualTo(Double.NEGATIVE_INFINITY);
      return 1;
    }
    double[] near = new double[3];
    for (int i = 0; i < 3; i++) {
      double step = edge == 0 ? FROM_ZERO[i] : Math.abs(edge) * RELATIVE[i];
      near[i] = logProb(run, d, edge + inwards * step);
    }
    if (Double.isInfinite(found)) {
      double sign = Math.signum(found);
      assertThat(sign * (near[1] - near[0])).as(where).isGreaterThan(GROWTH);
      assertThat(sign * (near[2] - near[1])).as(where).isGreaterThan(GROWTH);
    } else {
      assertThat(near[2]).as(where).isCloseTo(found, within(TOLERANCE * (1 + Math.abs(found))));
    }
    return 1;
  }

  private static double logProb(Run run, Distribution distribution, double value) {
    return Tensors.values(distribution.logProb(number(run, value)))[0];
  }

  private static NDArray number(Run run, double value) {
    return run.create(new double[] {value}, new Shape());
  }
}
