package org.ppl4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.tensor.internal.table.Op;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.Arrival;
import org.ppl4j.testing.GradientLaw;
import org.ppl4j.testing.GradientLaw.Argument;
import org.ppl4j.testing.GradientLaw.Judged;
import org.ppl4j.testing.LeakCheck;

/** {@link GradientLaw} of every operation of the table. */
@ExtendWith(LeakCheck.class)
class OperationGradientsTest {

  private static final Set<Op> WITHOUT_DERIVATIVE =
      EnumSet.of(Op.ARG_MAX, Op.ARG_MIN, Op.ALL, Op.ANY, Op.ONE_HOT);

  private static final List<Shape> SHAPES =
      List.of(new Shape(2, 3), new Shape(3, 3), new Shape(2, 1, 3));

  static Stream<Op> operations() {
    return Stream.of(RandomProgram.OPS);
  }

  @ParameterizedTest
  @MethodSource("operations")
  void gradientsAreThoseOfDifferences(Op op) {
    Judged judged = judged(op, SHAPES.subList(0, 1), 1, 2);

    assertThat(judged.derivatives()).isPositive();
    assertThat(judged.moving() > 0).as("%s", judged).isNotEqualTo(WITHOUT_DERIVATIVE.contains(op));
  }

  @Test
  @Tag("acceptance")
  @Tag("trust.1")
  void gradientsOfEveryOperation() {
    AcceptancePoint point = new AcceptancePoint("trust.1");
    Judged all = Judged.NONE;
    int without = 0;
    for (Op op : RandomProgram.OPS) {
      Judged judged = judged(op, SHAPES, 5, 6);
      without += judged.moving() > 0 || WITHOUT_DERIVATIVE.contains(op) ? 0 : 1;
      all = all.plus(judged);
    }
    point.shown("derivatives of " + RandomProgram.OPS.length + " operations judged", all.moving());
    point.atMost("operations without a derivative that should have one", without, 0);
  }

  private static Judged judged(Op op, List<Shape> shapes, int seeds, int directions) {
    Judged judged = Judged.NONE;
    for (Use use : RandomProgram.USES) {
      for (int seed = 0; use.op() == op && seed < seeds; seed++) {
        for (Shape shape : shapes) {
          judged = judged.plus(judged(use, shape, seed, directions));
        }
      }
    }
    return judged;
  }

  private static Judged judged(Use use, Shape shape, int seed, int directions) {
    SplittableRandom random = new SplittableRandom(seed);
    Shape[] operands =
        IntStream.range(0, use.operands()).mapToObj(i -> shape).toArray(Shape[]::new);
    Use.Step step = use.maker().make(operands, random);
    if (step == null) {
      return Judged.NONE;
    }
    List<Argument> arguments =
        IntStream.range(0, use.operands())
            .mapToObj(
                i ->
                    new Argument(
                        "operand " + i,
                        random.doubles(shape.size(), -1.5, 1.5).toArray(),
                        shape,
                        false,
                        d -> d))
            .toList();
    GradientLaw.Body body =
        (run, in) -> List.of(step.ours().of(Backend.of(run), in.toArray(NDArray[]::new)));
    Judged judged = Judged.NONE;
    for (Arrival arrival : Arrival.values()) {
      judged = judged.plus(GradientLaw.each(use.op() + "", arguments, body, arrival, directions));
    }
    return judged;
  }

  @Test
  void aGradientCutAtWhatIsNoLeafIsCaught() {
    List<Argument> one =
        List.of(new Argument("x", new double[] {-1, 0.5, 2}, new Shape(3), true, d -> d));
    GradientLaw.Body cut = (run, in) -> List.of(LeafOnly.cut(in.get(0)).exp());

    GradientLaw.check("exp", one, cut, Arrival.LEAF);
    for (Arrival arrival : Arrival.values()) {
      if (arrival != Arrival.LEAF) {
        assertThatThrownBy(() -> GradientLaw.check("exp", one, cut, arrival))
            .isInstanceOf(AssertionError.class)
            .hasMessageContaining(
                "gradient of exp in x that arrives as " + arrival + ", row 0: 0.0");
        assertThatThrownBy(() -> GradientLaw.arrivalsAgree("exp", one, cut))
            .isInstanceOf(AssertionError.class);
      }
    }
  }

  @Test
  void whatMovesNothingIsNotJudged() {
    List<Argument> one =
        List.of(new Argument("x", new double[] {0.5, 2}, new Shape(2), true, d -> d));

    assertThatThrownBy(() -> GradientLaw.check("sign", one, (run, in) -> List.of(in.get(0).sign())))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("derivatives of sign that are not 0");
  }
}
