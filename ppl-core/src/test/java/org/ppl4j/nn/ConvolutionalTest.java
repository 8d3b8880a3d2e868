package org.ppl4j.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.ppl4j.testing.TensorAssertions.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;

/** Convolutions against loops over places, channels and windows. */
@ExtendWith(LeakCheck.class)
class ConvolutionalTest {

  private static final Rng RNG = Rng.of(2, Rng.Purpose.INITIAL, 0, "convolutional");

  private static NamedTensors random(Run run, Network network) {
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    for (TensorSpec spec : network.tensors()) {
      tensors.put(spec.name(), RNG.split(spec.name()).normal(run, spec.shape()));
    }
    return NamedTensors.of(tensors);
  }

  /** One layer by loops: channels of an image {@code [channel][row][column]}, edges repeated. */
  private static double[][][] layer(
      NamedTensors tensors, String name, double[][][] in, int window) {
    double[] weight = Tensors.values(tensors.get(name + ".weight"));
    double[] bias = Tensors.values(tensors.get(name + ".bias"));
    String places = name + ".places";
    int height = in[0].length;
    int width = in[0][0].length;
    double[] ofPlaces =
        tensors.names().contains(places)
            ? Tensors.values(tensors.get(places))
            : new double[height * width * bias.length];
    int half = window / 2;
    double[][][] out = new double[bias.length][height][width];
    for (int o = 0; o < bias.length; o++) {
      for (int r = 0; r < height; r++) {
        for (int c = 0; c < width; c++) {
          double sum = bias[o] + ofPlaces[(r * width + c) * bias.length + o];
          for (int dr = -half; dr <= half; dr++) {
            for (int dc = -half; dc <= half; dc++) {
              int row = Math.min(height - 1, Math.max(0, r + dr));
              int column = Math.min(width - 1, Math.max(0, c + dc));
              int place = (dr + half) * window + dc + half;
              for (int i = 0; i < in.length; i++) {
                sum += weight[(place * in.length + i) * bias.length + o] * in[i][row][column];
              }
            }
          }
          out[o][r][c] = sum;
        }
      }
    }
    return out;
  }

  private static double[][][] tanh(double[][][] x) {
    double[][][] y = new double[x.length][x[0].length][x[0][0].length];
    for (int i = 0; i < x.length; i++) {
      for (int r = 0; r < x[0].length; r++) {
        for (int c = 0; c < x[0][0].length; c++) {
          y[i][r][c] = Math.tanh(x[i][r][c]);
        }
      }
    }
    return y;
  }

  /** Two channels of 3 × 4 places and a context of two entries. */
  private static final Convolutional IMAGE =
      Convolutional.of(new Shape(3, 4), 5).channels(2).window(3).activation(Activation.TANH);

  private static double[][][] image(double[] x) {
    double[][][] image = new double[4][3][4];
    for (int i = 0; i < 4; i++) {
      for (int place = 0; place < 12; place++) {
        image[i][place / 4][place % 4] = i < 2 ? x[12 * i + place] : x[24 + i - 2];
      }
    }
    return image;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void isTheSumOverWindows(boolean located) {
    Network network = (located ? IMAGE.located() : IMAGE).network(26, 24 * 3);
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NamedTensors tensors = random(run, network);
      NDArray x = RNG.split("x").normal(run, new Shape(2, 26));
      NDArray output = network.apply(tensors, x, RNG, false);

      assertThat(output.getShape()).isEqualTo(new Shape(2, 72));
      double[] all = Tensors.values(x);
      double[] expected = new double[144];
      for (int row = 0; row < 2; row++) {
        double[] one = java.util.Arrays.copyOfRange(all, 26 * row, 26 * row + 26);
        double[][][] hidden = tanh(layer(tensors, "0", image(one), 3));
        double[][][] last = layer(tensors, "last", hidden, 3);
        for (int channel = 0; channel < 2; channel++) {
          for (int place = 0; place < 12; place++) {
            for (int k = 0; k < 3; k++) {
              expected[72 * row + (12 * channel + place) * 3 + k] =
                  last[channel * 3 + k][place / 4][place % 4];
            }
          }
        }
      }
      assertClose("output", Tensors.reshape(output, new Shape(144)), 1e-12, expected);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void outputsOfAnotherNumberSeeAllPlaces(boolean located) {
    Network network = (located ? IMAGE.located() : IMAGE).network(26, 7);
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NamedTensors tensors = random(run, network);
      NDArray x = RNG.split("x").normal(run, new Shape(26));
      double[][][] hidden = tanh(layer(tensors, "0", image(Tensors.values(x)), 3));
      double[] weight = Tensors.values(tensors.get("last.weight"));
      double[] expected = Tensors.values(tensors.get("last.bias"));
      for (int place = 0; place < 12; place++) {
        for (int i = 0; i < 5; i++) {
          for (int o = 0; o < 7; o++) {
            expected[o] += weight[(5 * place + i) * 7 + o] * hidden[i][place / 4][place % 4];
          }
        }
      }

      assertClose("output", network.apply(tensors, x, RNG, false), 1e-12, expected);
    }
  }

  @Test
  void aPlaceOfASignalSeesItsNeighbours() {
    Network network = Convolutional.of(new Shape(9), 4).activation(Activation.TANH).network(9, 18);
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray x = Autograd.variable(RNG.split("x").normal(run, new Shape(9)));
      NDArray y = network.apply(random(run, network), x, RNG, false);
      for (int i = 0; i < 18; i++) {
        double[] slope =
            Tensors.values(Autograd.grad(Tensors.range(y, -1, i, i + 1L).sum(), List.of(x)).get(0));
        for (int j = 0; j < 9; j++) {
          boolean near = Math.abs(i / 2 - j) <= 2; // two layers of windows of 3
          assertThat(slope[j] != 0).as("output %s, input %s", i, j).isEqualTo(near);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aBatchOfParametersActsRowByRow(boolean located) {
    Network network = (located ? IMAGE.located() : IMAGE).network(26, 24);
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NamedTensors tensors = random(run, network);
      NDArray factors = run.create(new double[] {1, -0.5, 2}, new Shape(3));
      NamedTensors batch =
          tensors.map(
              tensor ->
                  tensor
                      .expandDims(0)
                      .mul(
                          Tensors.reshape(
                              factors,
                              tensor.getShape().dimension() == 1
                                  ? new Shape(3, 1)
                                  : new Shape(3, 1, 1))));
      NDArray x = RNG.split("x").normal(run, new Shape(3, 26));
      NDArray all = network.apply(batch, x, RNG, false);
      NDArray second =
          network.apply(
              tensors.map(tensor -> tensor.mul(-0.5)),
              Tensors.range(x, -2, 1, 2).squeeze(-2),
              RNG,
              false);

      assertClose("second row", Tensors.range(all, -2, 1, 2).squeeze(-2), second, 1e-12);
    }
  }

  @Test
  void sizesAreChecked() {
    assertThatThrownBy(() -> Convolutional.of(new Shape()))
        .hasMessage(
            "convolutional network has places (), but needs at least 1 along each of 1 or more"
                + " axes");
    assertThatThrownBy(() -> Convolutional.of(new Shape(4), 3, 0))
        .hasMessage("convolutional network has a hidden layer of 0 channels, but needs at least 1");
    assertThatThrownBy(() -> IMAGE.channels(0))
        .hasMessage("convolutional network has 0 channels, but needs at least 1");
    assertThatThrownBy(() -> IMAGE.window(4))
        .hasMessage("convolutional network has windows of 4 places, but needs an odd number");
    assertThatThrownBy(() -> IMAGE.network(23, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "convolutional network has 23 inputs, but 2 channels of places (3, 4) are 24; give it"
                + " the shape of what passes");
  }
}
