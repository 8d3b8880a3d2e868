package org.ppl4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ppl4j.testing.LeakCheck;

@ExtendWith(LeakCheck.class)
final class FlatVectorTest {

  private static final List<Shape> SHAPES =
      List.of(new Shape(2), new Shape(), new Shape(0), new Shape(1, 3));

  @ParameterizedTest
  @EnumSource(FloatType.class)
  void piecesHaveTheNumbersInOrderAndTheirGradientIsOfTheWhole(FloatType type) {
    RunConfig config = RunConfig.defaults().withFloatType(type);
    try (FlatVector vector = FlatVector.zeros(config, 6);
        Run run = Run.open(config, 0)) {
      vector.assign(0, new double[] {1, 2, 3, 4, 5, 6});
      List<NDArray> pieces = vector.cut(run, SHAPES);
      NDArray loss = pieces.get(0).square().sum().add(pieces.get(3).sum().mul(pieces.get(1)));
      NDArray gradient = Autograd.flatGrad(loss, List.of(vector.variable(run)));

      assertThat(pieces).extracting(NDArray::getShape).isEqualTo(SHAPES);
      assertThat(Tensors.values(pieces.get(3))).containsExactly(4, 5, 6);
      assertThat(Tensors.values(gradient)).containsExactly(2, 4, 15, 3, 3, 3);
    }
  }

  @ParameterizedTest
  @EnumSource(FloatType.class)
  void theGradientIsReadIntoAnArrayThatIsUsedAgain(FloatType type) {
    RunConfig config = RunConfig.defaults().withFloatType(type);
    double[] all = new SplittableRandom(2).doubles(2500).map(x -> (float) x).toArray();
    double[] into = new double[all.length];
    try (FlatVector vector = FlatVector.zeros(config, all.length);
        Run run = Run.open(config, 0)) {
      vector.assign(0, all);
      NDArray x = vector.variable(run);
      for (double factor : new double[] {0.5, 2}) {
        Autograd.flatGrad(x.square().sum().mul(factor), List.of(x), into);
        assertThat(into).isEqualTo(Arrays.stream(all).map(a -> 2 * factor * a).toArray());
      }
      assertThatThrownBy(() -> Autograd.flatGrad(x.sum(), List.of(x), new double[3]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "gradient in 2500 elements is read into an array of 3; pass an array of as many");
    }
  }

  @Test
  void onePieceIsTheWhole() {
    RunConfig config = RunConfig.defaults();
    try (FlatVector vector = FlatVector.zeros(config, 2);
        Run run = Run.open(config, 0)) {
      NDArray piece = vector.cut(run, List.of(new Shape(2, 1))).get(0);
      NDArray gradient = Autograd.flatGrad(piece.sum(), List.of(vector.variable(run)));

      assertThat(Tensors.values(gradient)).containsExactly(1, 1);
    }
  }

  @ParameterizedTest
  @EnumSource(FloatType.class)
  void partsAreReadAndWrittenInPlace(FloatType type) {
    RunConfig config = RunConfig.defaults().withFloatType(type);
    double[] numbers = new SplittableRandom(1).doubles(3000).map(x -> (float) x).toArray();
    try (FlatVector vector = FlatVector.zeros(config, 3003);
        Run run = Run.open(config, 0)) {
      NDArray seen = vector.in(run);
      vector.write(2, numbers, 0, numbers.length);
      double[] read = new double[numbers.length + 1];
      vector.read(2, read, 1, numbers.length);

      assertThat(Arrays.copyOfRange(read, 1, read.length)).containsExactly(numbers);
      assertThat(Tensors.values(seen)).containsExactly(vector.values());
      assertThat(vector.values()).startsWith(0, 0, numbers[0]).endsWith(numbers[2999], 0);
      vector.write(1, new double[] {9, 1 + 1e-12, 9}, 1, 1);
      assertThat(vector.values()[1]).isEqualTo(type == FloatType.FLOAT32 ? 1 : 1 + 1e-12);
      assertThat(vector.part()).isBetween(1, 3003);
    }
  }

  @Test
  void partsLieInTheVector() {
    try (FlatVector vector = FlatVector.zeros(RunConfig.defaults(), 5)) {
      assertThatThrownBy(() -> vector.read(3, new double[3], 0, 3))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "part of 3 elements from 3 does not lie in a vector of 5; pass a part that does");
      assertThatThrownBy(() -> vector.write(-1, new double[3], 0, 3))
          .hasMessageContaining("part of 3 elements from -1");
    }
  }

  @Test
  void shapesHoldAllNumbers() {
    RunConfig config = RunConfig.defaults();
    try (FlatVector vector = FlatVector.zeros(config, 5);
        Run run = Run.open(config, 0)) {
      assertThatThrownBy(() -> vector.cut(run, SHAPES))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "vector of size 5 is cut into tensors of shapes [(2), (), (0), (1, 3)], which hold 6"
                  + " elements; pass shapes that hold as many as the vector");
    }
  }
}
