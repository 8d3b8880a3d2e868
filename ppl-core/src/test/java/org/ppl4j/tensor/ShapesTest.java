package org.ppl4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ShapesTest {

  /** Where the engine's broadcast takes each element from. */
  @Test
  void sourcesOfABroadcast() {
    List<Shape> to = List.of(new Shape(2, 3, 4), new Shape(5), new Shape(), new Shape(2, 0));
    List<List<Shape>> from =
        List.of(
            List.of(
                new Shape(),
                new Shape(4),
                new Shape(3, 1),
                new Shape(2, 1, 4),
                new Shape(1, 3, 4),
                new Shape(2, 3, 4)),
            List.of(new Shape(1), new Shape(5)),
            List.of(new Shape()),
            List.of(new Shape(2, 1)));
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      for (int i = 0; i < to.size(); i++) {
        for (Shape shape : from.get(i)) {
          double[] numbers = LongStream.range(0, shape.size()).asDoubleStream().toArray();
          NDArray wide = run.create(numbers, shape).broadcast(to.get(i));
          double[] wanted = Tensors.values(wide);
          double[] found =
              Arrays.stream(Shapes.sources(shape, to.get(i))).asDoubleStream().toArray();

          assertThat(found).as("%s to %s", shape, to.get(i)).isEqualTo(wanted);
        }
      }
    }
  }
}
