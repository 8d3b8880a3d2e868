package org.ppl4j.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.ppl4j.testing.References.numbers;
import static org.ppl4j.testing.References.objects;
import static org.ppl4j.testing.TensorAssertions.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonObject;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.SingularValueDecomposition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.Arrival;
import org.ppl4j.testing.GradientLaw;
import org.ppl4j.testing.GradientLaw.Argument;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.References;

/** Bounds of networks against singular values by Hipparchus and the reference. */
@ExtendWith(LeakCheck.class)
class LipschitzTest {

  private static final Rng RNG = Rng.of(3, Rng.Purpose.INITIAL, 0, "lipschitz");
  private static final int DOUBLINGS = 6;

  /** After so many doublings a bound is the norm itself, but for rounding. */
  private static final int MANY = 45;

  private static double norm(double[] matrix, Shape shape) {
    int rows = Math.toIntExact(shape.get(0));
    int columns = Math.toIntExact(shape.get(1));
    double[][] all = new double[rows][];
    for (int i = 0; i < rows; i++) {
      all[i] = Arrays.copyOfRange(matrix, i * columns, (i + 1) * columns);
    }
    return new SingularValueDecomposition(new Array2DRowRealMatrix(all)).getNorm();
  }

  private static double value(NDArray x) {
    return Tensors.values(x)[0];
  }

  @ParameterizedTest
  @EnumSource
  void normsAreFromAboveAndNear(FloatType type) {
    boolean isSingle = type == FloatType.FLOAT32;
    double rounding = isSingle ? 1e-5 : 1e-12;
    int judged = 0;
    for (Shape shape :
        List.of(
            new Shape(1, 4),
            new Shape(5, 1),
            new Shape(3, 3),
            new Shape(2, 64),
            new Shape(64, 64))) {
      for (double scale : new double[] {1e-12, 0.3, 1e9}) {
        try (Run run = Run.open(RunConfig.defaults().withFloatType(type), 0)) {
          NDArray matrix = RNG.split("of " + shape).normal(run, shape).mul(scale);
          double expected = norm(Tensors.values(matrix), shape);
          double least = Math.min(shape.get(0), shape.get(1));
          double factor = Math.pow(least, Math.scalb(0.5, -DOUBLINGS));

          assertThat(value(SpectralNorm.bound(matrix, DOUBLINGS)))
              .isBetween(expected * (1 - rounding), expected * factor * (1 + rounding));
          assertThat(value(SpectralNorm.bound(matrix, MANY)) / expected)
              .isCloseTo(1, within(rounding));
          judged++;
        }
      }
    }
    assertThat(judged).isEqualTo(15);
  }

  @Test
  void normsOfTheReferenceAgree() {
    int judged = 0;
    for (JsonObject row : objects(References.read("residual.json").get("cases"))) {
      if (!row.get("kind").getAsString().equals("residual")) {
        continue;
      }
      double[] expected = numbers(row.getAsJsonObject("expected").get("spectral_norms"));
      List<JsonObject> layers = objects(row.getAsJsonObject("given").get("layers"));
      try (Run run = Run.open(RunConfig.defaults(), 0)) {
        for (int i = 0; i < expected.length; i++) {
          double[] weight = numbers(layers.get(i).get("weight"));
          long outputs = layers.get(i).get("bias").getAsJsonArray().size();
          NDArray matrix = run.create(weight, new Shape(outputs, weight.length / outputs));

          assertThat(value(SpectralNorm.bound(matrix, MANY)))
              .isCloseTo(expected[i], within(1e-10 * (1 + expected[i])));
          judged++;
        }
      }
    }
    assertThat(judged).isEqualTo(9);
  }

  /** Not that of the kernel as a matrix, which is smaller. */
  @Test
  void normsOfConvolutionsAreThoseOfTheirMaps() {
    int judged = 0;
    for (JsonObject row : objects(References.read("residual.json").get("cases"))) {
      if (!row.get("kind").getAsString().equals("convolution_norm")) {
        continue;
      }
      JsonObject given = row.getAsJsonObject("given");
      double[] kernel = numbers(given.get("kernel"));
      int outputs = given.get("kernel").getAsJsonArray().size();
      int inputs = kernel.length / outputs / 9;
      int height = given.get("height").getAsInt();
      int width = given.get("width").getAsInt();
      ConvolutionLayer layer = new ConvolutionLayer("0", inputs, outputs, height, width);
      JsonObject expected = row.getAsJsonObject("expected");
      try (Run run = Run.open(RunConfig.defaults(), 0)) {
        NDArray weight = run.create(kernel, new Shape(outputs, inputs, 3, 3));
        NDArray matrix = layer.matrix(NamedTensors.of(Map.of("0.weight", weight)));

        double norm = expected.get("operator_norm").getAsDouble();
        assertThat(norm(Tensors.values(matrix), matrix.getShape())).isCloseTo(norm, within(1e-6));
        assertThat(value(SpectralNorm.bound(matrix, MANY))).isCloseTo(norm, within(1e-6));
        assertThat(value(SpectralNorm.bound(matrix, DOUBLINGS)))
            .isBetween(norm, 1.05 * norm)
            .isGreaterThan(1.5 * expected.get("norm_of_reshaped_kernel").getAsDouble());
        judged++;
      }
    }
    assertThat(judged).isEqualTo(1);
  }

  /** y[o, r, c] = Σ K[o, i, a, b] x[i, r + a − 1, c + b − 1], as a matrix by loops. */
  private static double[] matrix(double[] kernel, int outputs, int inputs, int height, int width) {
    int places = height * width;
    double[] matrix = new double[inputs * places * outputs * places];
    for (int at = 0; at < inputs * places; at++) {
      int i = at / places;
      int row = at % places / width;
      int column = at % width;
      for (int to = 0; to < outputs * places; to++) {
        int a = row - to % places / width + 1;
        int b = column - to % width + 1;
        if (a >= 0 && a < 3 && b >= 0 && b < 3) {
          int o = to / places;
          matrix[at * outputs * places + to] = kernel[((o * inputs + i) * 3 + a) * 3 + b];
        }
      }
    }
    return matrix;
  }

  @Test
  void theBoundHoldsOverImages() {
    double bound = 0.9;
    int[] channels = {2, 3, 4, 1};
    LipschitzNetwork network =
        Lipschitz.of(3, 4).images(new Shape(2, 2, 3)).bound(bound).network(12, 6);
    for (double scale : new double[] {0.3, 30}) {
      try (Run run = Run.open(RunConfig.defaults(), 0)) {
        NamedTensors bounded = network.bounded(tensors(run, network, new Shape(), scale));
        double product = Math.pow(Activation.LIPSWISH.steepest(), 2);
        for (int i = 0; i < 3; i++) {
          double[] kernel = Tensors.values(bounded.get(i + ".weight"));
          double[] all = matrix(kernel, channels[i + 1], channels[i], 2, 3);
          product *= norm(all, new Shape(channels[i] * 6L, channels[i + 1] * 6L));
        }

        assertThat(product).isLessThanOrEqualTo(bound * (1 + 1e-12)).isGreaterThan(0.93 * bound);
      }
    }
  }

  @Test
  void slopesOverImagesAreThoseOfTheJacobian() {
    LipschitzNetwork network = Lipschitz.of(3, 2).images(new Shape(2, 1, 3)).network(6, 6);
    for (Shape batch : List.of(new Shape(), new Shape(4))) {
      try (Run run = Run.open(RunConfig.defaults(), 0)) {
        NamedTensors tensors = tensors(run, network, batch, 1);
        NDArray x = Autograd.variable(RNG.split("x").normal(run, new Shape(4, 6)));
        ValueAndSlopes moved = network.along(tensors, x, run.eye(6), RNG, false);

        NDArray y = network.apply(tensors, x, RNG, false);
        assertClose("value", moved.value(), y, 1e-15);
        for (int i = 0; i < 6; i++) {
          NDArray row = Autograd.grad(Tensors.range(y, -1, i, i + 1L).sum(), List.of(x)).get(0);
          NDArray slopes = Tensors.range(moved.slopes(), -1, i, i + 1L).squeeze(-1);
          assertClose("output " + i, slopes, row, 1e-13);
        }
      }
    }
  }

  @Test
  void gradientsOfNormsAreThoseOfDifferences() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      for (Shape shape : List.of(new Shape(1, 3), new Shape(4, 3), new Shape(2, 5, 5))) {
        NDArray matrix = RNG.split("slopes " + shape).normal(run, shape);
        GradientLaw.check(
            "norm of " + shape,
            List.of(Argument.parameter("matrix", matrix)),
            (ofRun, in) -> List.of(SpectralNorm.bound(in.get(0), DOUBLINGS)),
            Arrival.LEAF);
      }
    }
  }

  /** In a batch too, beside one that is not. */
  @Test
  void theNormOfZeroIsZeroWithoutSlope() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray matrices =
          Autograd.variable(Tensors.stack(List.of(run.zeros(new Shape(2, 2)), run.eye(2)), 0));
      NDArray norms = SpectralNorm.bound(matrices, DOUBLINGS);
      NDArray gradient = Autograd.grad(norms.sum(), List.of(matrices)).get(0);

      double[] values = Tensors.values(norms);
      assertThat(values[0]).isZero();
      assertThat(values[1]).isCloseTo(Math.pow(2, 1.0 / 128), within(1e-14));
      assertThat(Tensors.values(gradient)).startsWith(0, 0, 0, 0).doesNotContain(Double.NaN);
    }
  }

  private static NamedTensors tensors(Run run, Network network, Shape batch, double scale) {
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    for (TensorSpec spec : network.tensors()) {
      Shape shape = batch.addAll(spec.shape());
      tensors.put(spec.name(), RNG.split(spec.name()).normal(run, shape).mul(scale));
    }
    return NamedTensors.of(tensors);
  }

  /** By singular values, and by what it does to pairs of inputs. */
  @ParameterizedTest
  @EnumSource
  void theBoundHoldsForAnyWeights(Activation activation) {
    double bound = 0.9;
    LipschitzNetwork network = Lipschitz.of(8, 6).activation(activation).bound(bound).network(3, 2);
    for (double scale : new double[] {0.3, 1, 30}) {
      try (Run run = Run.open(RunConfig.defaults(), 0)) {
        NamedTensors tensors = tensors(run, network, new Shape(), scale);
        NamedTensors bounded = network.bounded(tensors);
        double product = Math.pow(activation.steepest(), 2);
        for (String name : List.of("0.weight", "1.weight", "2.weight")) {
          NDArray weight = bounded.get(name);
          product *= norm(Tensors.values(weight), weight.getShape());
        }
        assertThat(product).isLessThanOrEqualTo(bound * (1 + 1e-12)).isGreaterThan(0.95 * bound);

        NDArray x = RNG.split("x").normal(run, new Shape(200, 3));
        NDArray move = RNG.split("move").normal(run, new Shape(200, 3)).mul(0.1);
        NDArray change =
            network
                .apply(tensors, x.add(move), RNG, false)
                .sub(network.apply(tensors, x, RNG, false));
        NDArray ratio = length(change).div(length(move));
        double steepest = Arrays.stream(Tensors.values(ratio)).max().orElseThrow();
        assertThat(steepest).isBetween(1e-4 * bound, bound);
      }
    }
  }

  private static NDArray length(NDArray x) {
    return x.square().sum(new int[] {-1}).sqrt();
  }

  @Test
  void weightsWithinTheBoundStayAsTheyAre() {
    LipschitzNetwork network = Lipschitz.of(4).network(2, 2);
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NamedTensors tensors = tensors(run, network, new Shape(), 0.2);
      NamedTensors bounded = network.bounded(tensors);

      for (String name : tensors.names()) {
        assertClose(name, bounded.get(name), tensors.get(name), 0);
      }
    }
  }

  @Test
  void eachOfABatchOfWeightsHasItsOwnBound() {
    LipschitzNetwork network = Lipschitz.of(4).network(2, 3);
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NamedTensors all = tensors(run, network, new Shape(5), 1);
      NDArray x = RNG.split("x").normal(run, new Shape(5, 2));
      NDArray together = network.apply(all, x, RNG, false);
      for (long i = 0; i < 5; i++) {
        long at = i;
        NamedTensors one = all.map(t -> t.get(at));

        NDArray alone = network.apply(one, x.get(at), RNG, false);

        assertClose("weights " + i, together.get(at), alone, 1e-14);
      }
    }
  }

  /** Biases are what a context may move. */
  @Test
  void movedBiasesAreThoseOfTheLayers() {
    LipschitzNetwork network = Lipschitz.of(4, 3).network(2, 2);
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NamedTensors tensors = tensors(run, network, new Shape(), 1);
      NDArray moves = run.arange(network.biases());
      NamedTensors moved = network.moved(tensors, moves);

      assertThat(network.biases()).isEqualTo(9);
      assertClose("weight", moved.get("1.weight"), tensors.get("1.weight"), 0);
      assertClose("bias", moved.get("1.bias").sub(tensors.get("1.bias")), 1e-15, 4, 5, 6);
      assertClose("last bias", moved.get("2.bias").sub(tensors.get("2.bias")), 1e-15, 7, 8);
    }
  }

  @ParameterizedTest
  @EnumSource
  void noSlopeOfAnActivationIsSteeper(Activation activation) {
    int places = 4001;
    double[] grid = new double[places];
    Arrays.setAll(grid, i -> (i - places / 2) / 100.0);
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray x = run.create(grid, new Shape(places));
      double[] slopes = Tensors.values(activation.slope(x, activation.apply(x)).abs());
      double largest = Arrays.stream(slopes).max().orElseThrow();

      assertThat(largest).isBetween(activation.steepest() - 1e-5, activation.steepest());
    }
  }

  @Test
  void whatCannotBeIsRefused() {
    assertThatThrownBy(() -> Lipschitz.of(3, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("lipschitz network has a hidden layer of width 0, but needs at least 1");
    assertThatThrownBy(() -> Lipschitz.of(3).bound(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("lipschitz network has bound 0.0, but it must be positive and finite");
    assertThatThrownBy(() -> Lipschitz.of(3).network(0, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("lipschitz network is to take 0 numbers to 2, but needs at least 1 of each");
    assertThatThrownBy(() -> Lipschitz.of(3).images(new Shape(4, 4)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("lipschitz network is over images (4, 4), but these are (C, H, W)");
    assertThatThrownBy(() -> Lipschitz.of(3).images(new Shape(1, 4, 4)).network(8, 16))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "lipschitz network over images (1, 4, 4) is to take 8 numbers to 16, but it takes 16 to"
                + " a multiple of 16");
  }
}
