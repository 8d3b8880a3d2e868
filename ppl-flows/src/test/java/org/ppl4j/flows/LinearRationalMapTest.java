package org.ppl4j.flows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/** The map in Java against the formulas of {@link LinearRational}. */
@ExtendWith(LeakCheck.class)
final class LinearRationalMapTest {

  private static final long SEED = 20261125;
  private static final double BOUND = 3;

  private static final List<String> WHAT =
      List.of("values", "log-derivatives", "gradient in numbers", "gradient in values");

  /** Images, and the gradient of a sum of them with weights in the raw numbers and the values. */
  private static List<double[]> find(
      FloatType type, int bins, boolean isForward, boolean onHost, double scale, long... batch) {
    SplittableRandom random = new SplittableRandom(SEED);
    LinearRational family = LinearRational.of(bins, BOUND);
    int parameters = family.parameters();
    double[] raw = random.doubles(5L * parameters, -scale, scale).toArray();
    double[] values = random.doubles(new Shape(batch).size(), -4, 4).toArray();
    values[0] = BOUND;
    values[1] = -BOUND;
    try (Run run = Run.open(RunConfig.defaults().withFloatType(type), 0)) {
      if (!onHost) {
        run.keepHigherDerivatives();
      }
      NDArray numbers = Autograd.variable(run.create(raw, new Shape(5, parameters)));
      NDArray x = Autograd.variable(run.create(values, new Shape(batch)));
      Transform spline = family.map(numbers);
      Mapped mapped = isForward ? spline.forward(x) : spline.inverse(x);
      NDArray weights = run.create(random.doubles(values.length, -1, 1).toArray(), x.getShape());
      NDArray sum = mapped.value().mul(weights).add(mapped.logDet().square()).sum();
      List<NDArray> gradients = Autograd.grad(sum, List.of(numbers, x));
      return List.of(
          Tensors.values(mapped.value()),
          Tensors.values(mapped.logDet()),
          Tensors.values(gradients.get(0)),
          Tensors.values(gradients.get(1)));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "8, true, 2",
    "8, false, 2",
    "16, true, 8",
    "16, false, 8",
    "1, true, 3",
    "1, false, 3",
    "3, true, 1e4",
    "3, false, 1e4"
  })
  void agreesWithTheFormulas(int bins, boolean isForward, double scale) {
    for (FloatType type : FloatType.values()) {
      List<double[]> wanted = find(FloatType.FLOAT64, bins, isForward, false, scale, 7, 5);
      List<double[]> found = find(type, bins, isForward, true, scale, 7, 5);
      // the engine's softplus is x above 20, 2e-9 off; steep bins multiply single precision's
      // rounding
      double tolerance = type == FloatType.FLOAT64 ? scale < 10 ? 1e-11 : 1e-8 : 1e-2;

      for (int i = 0; i < WHAT.size(); i++) {
        assertClose(WHAT.get(i), found.get(i), wanted.get(i), tolerance);
      }
    }
  }

  /** Numbers with one row for all values, with a row each, and values that are not finite. */
  @Test
  void batchesAreBroadcast() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      LinearRational family = LinearRational.of(4, BOUND);
      int parameters = family.parameters();
      SplittableRandom random = new SplittableRandom(SEED);
      double[] raw = random.doubles(2L * parameters, -2, 2).toArray();
      NDArray rows = Autograd.variable(run.create(raw, new Shape(2, 1, parameters)));
      double[] values = {0.3, Double.POSITIVE_INFINITY, -1.2};
      NDArray x = Autograd.variable(run.create(values, new Shape(3)));
      Mapped mapped = family.map(rows).forward(x);
      NDArray gradient = Autograd.grad(Tensors.total(mapped.logDet()), List.of(rows)).get(0);

      assertThat(mapped.value().getShape()).isEqualTo(new Shape(2, 3));
      assertThat(Tensors.values(mapped.value())[4]).isEqualTo(Double.POSITIVE_INFINITY);
      assertThat(Tensors.values(mapped.logDet())[4]).isZero();
      double[] first = Tensors.values(family.map(rows.get("0, 0")).forward(x).value());
      assertThat(first).containsExactly(Arrays.copyOf(Tensors.values(mapped.value()), 3));
      assertThat(Tensors.values(gradient)).doesNotContain(Double.NaN);
    }
  }

  @Test
  void gradientsThatAreDifferentiatedAgainNeedTheFormulas() {
    try (Run run = Run.open(RunConfig.defaults(), 7)) {
      LinearRational family = LinearRational.of(4, BOUND);
      NDArray raw = run.full(0.3, new Shape(family.parameters()));
      NDArray x = Autograd.variable(run.create(new double[] {0.5}, new Shape(1)));
      NDArray value = family.map(raw).forward(x).value().square().sum();

      assertThatThrownBy(() -> Autograd.grad(value, List.of(x), true))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "gradient of run 7 is to be differentiated again, but the run has used maps of which"
                  + " only first derivatives are known, as splines do; call"
                  + " run.keepHigherDerivatives() before them");
    }
    try (Run run = Run.open(RunConfig.defaults(), 7)) {
      run.keepHigherDerivatives();
      LinearRational family = LinearRational.of(4, BOUND);
      NDArray raw = run.full(0.3, new Shape(family.parameters()));
      double step = 1e-5;
      double[] at = {0.5 - step, 0.5, 0.5 + step};
      NDArray x = Autograd.variable(run.create(at, new Shape(3)));
      NDArray sum = family.map(raw).forward(x).logDet().sum();
      NDArray slope = Autograd.grad(sum, List.of(x), true).get(0);
      double[] slopes = Tensors.values(slope);
      double second = Tensors.values(Autograd.grad(slope.sum(), List.of(x)).get(0))[1];

      assertThat(second).isEqualTo((slopes[2] - slopes[0]) / (2 * step), within(1e-6));
    }
  }

  @Test
  void manyValuesAreLeftToTheFormulas() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      LinearRational family = LinearRational.of(4, BOUND);
      NDArray raw = run.full(0.3, new Shape(family.parameters()));
      long before = run.operations();
      Mapped few = family.map(raw).forward(run.full(0.5, new Shape(5000)));
      long cost = run.operations() - before;
      Mapped many = family.map(raw).forward(run.full(0.5, new Shape(5001)));

      assertThat(cost).isEqualTo(2);
      assertThat(run.operations() - before - cost).isGreaterThan(20);
      assertThat(Tensors.values(many.value())[0])
          .isEqualTo(Tensors.values(few.value())[0], within(1e-14));
    }
  }

  private static void assertClose(String what, double[] found, double[] wanted, double tolerance) {
    assertThat(found).hasSameSizeAs(wanted);
    for (int i = 0; i < found.length; i++) {
      assertThat(found[i])
          .as("seed %s, %s, element %s", SEED, what, i)
          .isEqualTo(wanted[i], within(tolerance * (1 + Math.abs(wanted[i]))));
    }
  }
}
