package org.ppl4j.infer.approximation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.DiagonalMatrix;
import org.hipparchus.linear.QRDecomposition;
import org.hipparchus.linear.RealMatrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppl4j.infer.approximation.Lbfgs.Iterate;
import org.ppl4j.infer.approximation.Lbfgs.Minimum;
import org.ppl4j.infer.approximation.Lbfgs.Objective;
import org.ppl4j.infer.approximation.Lbfgs.Stop;

/** Functions whose minimum is known. */
class LbfgsTest {

  /** Rosenbrock's function in D numbers; its minimum is 0 at 1, 1, … */
  private static double rosenbrock(double[] x, double[] gradient) {
    Arrays.fill(gradient, 0);
    double sum = 0;
    for (int i = 0; i + 1 < x.length; i++) {
      double curve = x[i + 1] - x[i] * x[i];
      double off = 1 - x[i];
      sum += 100 * curve * curve + off * off;
      gradient[i] += -400 * curve * x[i] - 2 * off;
      gradient[i + 1] += 200 * curve;
    }
    return sum;
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 10, 100})
  void findsRosenbrocksMinimum(int size) {
    double[] start = new double[size];
    Arrays.setAll(start, i -> i % 2 == 0 ? -1.2 : 1); // the usual one

    Minimum minimum = Lbfgs.standard().minimize(LbfgsTest::rosenbrock, start);

    assertThat(minimum.stop().isConverged()).isTrue();
    assertThat(minimum.value()).isLessThan(1e-8); // it ends where it expects 2e-9 to be left
    assertThat(minimum.x()).hasSize(size);
    for (double x : minimum.x()) {
      assertThat(x).isCloseTo(1, within(1e-4)); // the root of the value
    }
    assertThat(minimum.evaluations()).isLessThan(20 * (10 + size));
  }

  /** ½ (x − m)ᵀ A (x − m) with curvatures from 1e-3 to 1e3, in mixed directions. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 20})
  void findsTheMinimumOfQuadraticFunctions(int size) {
    SplittableRandom random = new SplittableRandom(5);
    double[][] any = new double[size][];
    Arrays.setAll(any, i -> random.doubles(size, -1, 1).toArray());
    RealMatrix q = new QRDecomposition(new Array2DRowRealMatrix(any)).getQ();
    double[] curvatures = new double[size];
    Arrays.setAll(curvatures, k -> Math.pow(10, size == 1 ? 3 : -3 + 6.0 * k / (size - 1)));
    RealMatrix a = q.multiply(new DiagonalMatrix(curvatures)).multiply(q.transpose());
    double[] middle = random.doubles(size, -2, 2).toArray();
    Objective quadratic =
        (x, gradient) -> {
          double[] off = Vectors.minus(x, middle);
          double[] slope = a.operate(off);
          System.arraycopy(slope, 0, gradient, 0, size);
          return Vectors.dot(off, slope) / 2;
        };

    Minimum minimum =
        Lbfgs.standard()
            .withMemory(40)
            .withTolerances(0, 1e-18)
            .minimize(quadratic, new double[size]);

    assertThat(minimum.stop()).isEqualTo(Stop.GRADIENT);
    for (int i = 0; i < size; i++) {
      // Where g · H g is 1e-18, the direction of curvature 1e-3 is 3e-8 off.
      assertThat(minimum.x()[i]).isCloseTo(middle[i], within(1e-6));
    }
  }

  /** x − log x for x > 0, whose minimum is at 1; nothing below 0. */
  @Test
  void keepsAwayFromWhereThereIsNoValue() {
    Objective barrier =
        (x, gradient) -> {
          gradient[0] = 1 - 1 / x[0];
          return x[0] > 0 ? x[0] - Math.log(x[0]) : Double.NaN;
        };
    for (double start : new double[] {1e-6, 1e-2, 0.5, 3, 50, 1e4}) {
      List<Iterate> seen = new ArrayList<>();
      Minimum minimum =
          Lbfgs.standard().minimize(barrier, new double[] {start}, iterate -> seen.add(iterate));
      assertThat(minimum.stop().isConverged()).isTrue();
      assertThat(minimum.x()[0]).isCloseTo(1, within(1e-4));
      assertThat(seen).allMatch(Iterate::isFinite).hasSize(minimum.last().number() + 1);
      assertThat(seen.get(0).x()).containsExactly(start);
      assertThat(seen.get(seen.size() - 1)).isSameAs(minimum.last());
      for (int i = 1; i < seen.size(); i++) {
        assertThat(seen.get(i).number()).isEqualTo(i);
        assertThat(seen.get(i).value()).isLessThanOrEqualTo(seen.get(i - 1).value());
      }
    }
  }

  /** For as many evaluations as a search makes there is no value; a new memory goes on after it. */
  @Test
  void startsAnewWhereNoStepIsGood() {
    int[] evaluations = {0};
    Objective broken =
        (x, gradient) -> {
          double value = rosenbrock(x, gradient);
          int number = evaluations[0]++;
          return number >= 10 && number < 50 ? Double.NaN : value;
        };
    Minimum minimum = Lbfgs.standard().minimize(broken, new double[] {-1.2, 1});

    assertThat(minimum.stop().isConverged()).isTrue();
    assertThat(minimum.value()).isLessThan(1e-8);
    assertThat(minimum.evaluations()).isEqualTo(evaluations[0]).isGreaterThan(50);
  }

  @Test
  void saysWhyItEnded() {
    Objective bowl =
        (x, gradient) -> {
          gradient[0] = 2 * x[0];
          return x[0] * x[0];
        };
    Objective slide =
        (x, gradient) -> {
          gradient[0] = -1;
          return -x[0];
        };
    Objective liar =
        (x, gradient) -> {
          gradient[0] = -1;
          return x[0];
        };
    double[] one = {1};
    Lbfgs lbfgs = Lbfgs.standard();

    assertThat(lbfgs.minimize(bowl, new double[] {0}).stop()).isEqualTo(Stop.GRADIENT);
    assertThat(lbfgs.minimize(bowl, one).stop().isConverged()).isTrue();
    assertThat(lbfgs.withMaxIterations(3).minimize(slide, one).stop()).isEqualTo(Stop.ITERATIONS);
    Minimum told = lbfgs.minimize(slide, one, step -> step.number() < 2);
    assertThat(told.stop()).isEqualTo(Stop.TOLD);
    assertThat(told.last().number()).isEqualTo(2);
    assertThat(lbfgs.minimize(liar, one).stop()).isEqualTo(Stop.LINE_SEARCH);
    assertThat(lbfgs.minimize(liar, one).stop().isConverged()).isFalse();
    assertThat(lbfgs.withTolerances(0.5, 0).minimize(LbfgsTest::rosenbrock, new double[2]).stop())
        .hasToString("converged: the value no longer changes");
  }

  @Test
  void refusesWhatItCannotUse() {
    Lbfgs lbfgs = Lbfgs.standard();
    assertThatThrownBy(() -> lbfgs.minimize((x, gradient) -> Double.NaN, new double[1]))
        .hasMessage(
            "L-BFGS starts where the value is NaN and the gradient is finite; start where both"
                + " are");
    assertThatThrownBy(() -> lbfgs.minimize((x, gradient) -> 0, new double[0]))
        .hasMessage("L-BFGS starts at no numbers; pass at least one");
    assertThatThrownBy(() -> lbfgs.withMemory(0))
        .hasMessage("L-BFGS has memory 0, but needs at least 1");
    assertThatThrownBy(() -> lbfgs.withMaxIterations(0))
        .hasMessage("L-BFGS has 0 iterations, but needs at least 1");
    assertThatThrownBy(() -> lbfgs.withTolerances(-1, 0))
        .hasMessage("L-BFGS has value tolerance -1.0, but it must be from 0 to below 1");
    assertThatThrownBy(() -> lbfgs.withTolerances(0, 2))
        .hasMessage("L-BFGS has gradient tolerance 2.0, but it must be from 0 to below 1");
  }
}
