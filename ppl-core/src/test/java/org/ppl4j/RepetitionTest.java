package org.ppl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.ppl4j.testing.Sandbox.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.Normal;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.NormalDensity;
import org.ppl4j.testing.Sandbox;

/**
 * Data, masks and log weights in three plates: of all shapes whose dims are a plate's or 1, those
 * that lack a plate's dim are refused, and the others count as often as the plates have rows.
 */
@ExtendWith(LeakCheck.class)
final class RepetitionTest {

  /** From the right. */
  private static final long[] SIZES = {2, 3, 4};

  private static final Shape ALL = new Shape(4, 3, 2);

  private final Sandbox sandbox = Sandbox.open();

  @AfterEach
  void close() {
    sandbox.close();
  }

  private static List<Shape> shapes() {
    List<Shape> shapes = new ArrayList<>(List.of(Shapes.scalar()));
    for (int i = 0, from = 0; i < SIZES.length; i++) {
      int to = shapes.size();
      for (Shape right : shapes.subList(from, to).toArray(new Shape[0])) {
        for (long size : new long[] {1, SIZES[i]}) {
          shapes.add(Shapes.concat(new Shape(size), right));
        }
      }
      from = to;
    }
    return shapes;
  }

  /** Runs a statement, and checks the log joint. */
  private void inPlates(double expected, BiConsumer<Ppl, NDArray> statement, NDArray of) {
    double joint =
        number(
            sandbox
                .record(
                    (p, none) -> {
                      try (Plate a = p.plate("a", SIZES[0]);
                          Plate b = p.plate("b", SIZES[1]);
                          Plate c = p.plate("c", SIZES[2])) {
                        statement.accept(p, of);
                      }
                    })
                .logJoint());
    assertThat(joint).isCloseTo(expected, within(1e-12));
  }

  private NDArray filled(Shape shape) {
    double[] values = new double[(int) shape.size()];
    Arrays.fill(values, 0.3);
    return sandbox.manager().create(values, shape);
  }

  @Test
  void whatLacksADimIsRefused() {
    int refused = 0;
    int counted = 0;
    for (Shape shape : shapes()) {
      NDArray of = filled(shape);
      List<BiConsumer<Ppl, NDArray>> statements =
          List.of(
              (p, x) -> p.observe("y", Normal.of(0, 1), x),
              (p, x) -> p.observe("y", Normal.standard(2).toEvent(1), pair(p, x)),
              (p, x) -> p.factor("w", x));
      double[] each = {NormalDensity.log(0.3, 0, 1), 2 * NormalDensity.log(0.3, 0, 1), 0.3};
      for (int i = 0; i < each.length; i++) {
        double expected = ALL.size() * each[i];
        BiConsumer<Ppl, NDArray> statement = statements.get(i);
        if (shape.dimension() < SIZES.length) {
          assertThatThrownBy(() -> inPlates(expected, statement, of))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessageContaining(
                  "shape " + Shapes.concat(shape, i == 1 ? new Shape(2) : new Shape()))
              .hasMessageContaining("plate 'c' would count")
              .hasMessageContaining("shape (4, ");
          refused++;
        } else {
          inPlates(expected, statement, of);
          counted++;
        }
      }
    }
    assertThat(refused).isEqualTo(3 * 7);
    assertThat(counted).isEqualTo(3 * 8);
  }

  private static NDArray pair(Ppl p, NDArray x) {
    return p.run().bind(x).expandDims(-1).broadcast(Shapes.concat(x.getShape(), new Shape(2)));
  }

  /**
   * One number of Java is not a sum, and is observed in each row of a distribution that has them.
   */
  @Test
  void aNumberOfJavaIsThatOfEachRow() {
    double observed = ALL.size() * NormalDensity.log(0.3, 0, 1);
    Distribution all = Normal.of(0, 1).expand(ALL);
    inPlates(observed, (p, x) -> p.observe("y", all, 0.3), filled(Shapes.scalar()));
    double weights = ALL.size() * 0.3;
    inPlates(weights, (p, x) -> p.factor("w", p.scalar(0.3)), filled(Shapes.scalar()));

    Distribution some = Normal.of(0, 1).expand(new Shape(1, 3, 2));
    for (Distribution few : List.of(Normal.of(0, 1), some)) {
      assertThatThrownBy(
              () -> inPlates(observed, (p, x) -> p.observe("y", few, 0.3), filled(Shapes.scalar())))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("would count them 4 times");
    }
  }
}
