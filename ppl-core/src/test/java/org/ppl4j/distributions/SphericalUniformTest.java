package org.ppl4j.distributions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;

/**
 * The laws of distributions are of parameters or of densities that vary, of which this has none: it
 * is no row of their table.
 */
@ExtendWith(LeakCheck.class)
class SphericalUniformTest {

  private static final int DRAWS = 40_000;

  /** Of the areas 2 π, 4 π, 2 π² and π⁵ / 12. */
  @ParameterizedTest
  @CsvSource({
    "2, 1.8378770664093454836",
    "3, 2.5310242469692907930",
    "4, 2.9826069522587457",
    "10, 3.2387427794590002"
  })
  void theDensityIsThatOfTheArea(int size, double logArea) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      SphericalUniform uniform = SphericalUniform.of(size);
      Distribution bound = uniform.on(run);
      NDArray zeros = run.zeros(new Shape(5, size));
      Draw draw = bound.expand(new Shape(5)).draw(rng());

      assertThat(Tensors.values(bound.entropy()))
          .containsExactly(new double[] {logArea}, within(1e-12));
      for (NDArray logProb : new NDArray[] {draw.logProb(), bound.logProb(draw.value())}) {
        assertThat(logProb.getShape()).isEqualTo(new Shape(5));
        assertThat(Tensors.values(logProb)).containsOnly(new double[] {-logArea}, within(1e-12));
      }
      double[] normal = Tensors.values(ProjectedNormal.of(zeros).logProb(draw.value()));
      assertThat(normal).containsOnly(new double[] {-logArea}, within(1e-11));
    }
  }

  private static Rng rng() {
    return Rng.of(7, Rng.Purpose.MODEL, 0, "x");
  }

  /** The means of entries, of their squares and of products, within 5 standard errors. */
  @ParameterizedTest
  @EnumSource(FloatType.class)
  void drawsAreUnitVectorsOfEveryDirection(FloatType type) {
    try (Run run = Run.open(RunConfig.defaults().withFloatType(type), 0)) {
      Distribution uniform = SphericalUniform.of(3).on(run).expand(new Shape(DRAWS));
      NDArray x = uniform.draw(rng()).value();

      assertThat(Constraint.SPHERE.check(x).all().getBoolean()).isTrue();
      double[] sums = new double[3];
      double[][] products = new double[3][3];
      double[] values = Tensors.values(x);
      for (int i = 0; i < values.length; i++) {
        sums[i % 3] += values[i] / DRAWS;
        for (int j = 0; j < 3; j++) {
          products[i % 3][j] += values[i] * values[i / 3 * 3 + j] / DRAWS;
        }
      }
      double error = 5 / Math.sqrt(3.0 * DRAWS);
      for (int i = 0; i < 3; i++) {
        assertThat(sums[i]).isEqualTo(0, within(error));
        for (int j = 0; j < 3; j++) {
          assertThat(products[i][j]).isEqualTo(i == j ? 1 / 3.0 : 0, within(error));
        }
      }
      NDArray variance = SphericalUniform.of(3).on(run).variance();
      assertThat(Tensors.values(variance)).containsOnly(new double[] {1 / 3.0}, within(1e-7));
    }
  }

  @Test
  void valuesElsewhereAreImpossibleAndOthersUndefined() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      double[] values = {0.6, 0.8, 0.6, 0.7, Double.NaN, 1, Double.POSITIVE_INFINITY, 0};
      NDArray x = run.create(values, new Shape(4, 2));

      double[] logProb = Tensors.values(SphericalUniform.of(2).on(run).logProb(x));

      assertThat(logProb[0]).isEqualTo(-Math.log(2 * Math.PI), within(1e-12));
      assertThat(logProb[1]).isEqualTo(Double.NEGATIVE_INFINITY);
      assertThat(logProb[2]).isNaN();
      assertThat(logProb[3]).isEqualTo(Double.NEGATIVE_INFINITY);
    }
  }

  @Test
  void directionsNeedTwoEntries() {
    assertThat(SphericalUniform.of(3)).hasToString("SphericalUniform(3)");
    assertThatThrownBy(() -> SphericalUniform.of(1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("SphericalUniform has vectors of size 1; directions need at least 2");
  }
}
