package org.ppl4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
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
