package org.ppl4j.tensor.internal.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.common.primitives.ImmutableIntArray;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ppl4j.tensor.internal.graph.Form.Role;
import org.ppl4j.tensor.internal.plan.Plan;
import org.ppl4j.tensor.internal.plan.PlanReplay;
import org.ppl4j.tensor.internal.table.Attributes;
import org.ppl4j.tensor.internal.table.Op;
import org.ppl4j.tensor.internal.table.Sliding;

/** The gradient of a gradient is the slope of the first one, as differences have it. */
class SecondGradientsTest {

  private static final ImmutableIntArray SHAPE = ImmutableIntArray.of(2, 3, 3);

  private static final int SIZE = 18;

  private static final double STEP = 1e-4;

  /** Of central differences: the square of the step times third derivatives of up to 10. */
  private static final double DIFFERENCES = 1e-5;

  private final Graph graph = new Graph();
  private final Lowering lowering = new Lowering(graph);

  @ParameterizedTest
  @EnumSource(
      names = {
        "MAT_MUL",
        "INVERSE",
        "CHOLESKY",
        "SOLVE_TRIANGULAR",
        "CHOLESKY_SOLVE",
        "LOG_ABS_DETERMINANT",
        "SOLVE",
        "MATRIX_EXP",
        "QR",
        "EIGEN",
        "RFFT",
        "IRFFT",
        "CONVOLUTION",
        "TRANSPOSED_CONVOLUTION",
        "PROD",
        "CUM_PROD",
        "SORT",
        "TOP_K",
        "SCATTER",
        "DIGAMMA",
        "POLYGAMMA",
        "I0E",
        "I1E",
        "ERFINV"
      })
  void isTheSlopeOfTheFirst(Op op) {
    SplittableRandom random = new SplittableRandom(7);
    double[] at = random.doubles(SIZE, 0.2, 1).toArray();
    double[] weights = random.doubles(SIZE, -1, 1).toArray();
    double[] direction = random.doubles(SIZE, -1, 1).toArray();

    Node x = graph.input(Role.VARIABLE, 0, SHAPE);
    Node y = graph.apply(Op.SIN, result(op, x));
    Node first = Gradients.of(graph, graph.sumAll(y), List.of(x)).get(0);
    Node along = graph.sumAll(graph.apply(Op.MUL, first, graph.constant(weights, SHAPE)));
    Node second = Gradients.of(graph, along, List.of(x)).get(0);
    Plan plan = Plan.of(List.of(x), List.of(graph.copy(along), graph.copy(second)));

    PlanReplay replay = plan.replay();
    double above = value(replay, at, direction, STEP);
    double below = value(replay, at, direction, -STEP);
    assertThat(value(replay, at, direction, 0)).isNotZero();
    double[] gradient = new double[SIZE];
    replay.get(1, gradient, 0, SIZE);
    double slope = 0;
    for (int i = 0; i < SIZE; i++) {
      slope += gradient[i] * direction[i];
    }
    assertThat(slope).isNotZero();
    assertThat(slope)
        .isCloseTo((above - below) / (2 * STEP), within(DIFFERENCES * (1 + Math.abs(slope))));
  }

  private static double value(PlanReplay replay, double[] at, double[] direction, double step) {
    double[] x = at.clone();
    for (int i = 0; i < SIZE; i++) {
      x[i] += step * direction[i];
    }
    replay.set(0, x, 0, SIZE);
    replay.run();
    return replay.number(0);
  }

  /** Of a positive definite matrix {@code x xᵀ + I}, or of elements between 0 and 1. */
  private Node result(Op op, Node x) {
    double[] identity = {1, 0, 0, 0, 1, 0, 0, 0, 1};
    Node product = graph.product(x, graph.transpose(x));
    Node one = graph.constant(identity, ImmutableIntArray.of(3, 3));
    Node matrix = graph.apply(Op.ADD, product, one);
    Node elements = graph.apply(Op.SIN, x);
    Attributes axis = Attributes.of(1L);
    return switch (op) {
      case MAT_MUL, SOLVE -> one(op, Attributes.NONE, matrix, x);
      case SOLVE_TRIANGULAR -> one(op, Attributes.of(true), matrix, x);
      case CHOLESKY_SOLVE -> one(op, Attributes.NONE, x, one(Op.CHOLESKY, Attributes.NONE, matrix));
      case INVERSE, CHOLESKY, LOG_ABS_DETERMINANT -> one(op, Attributes.NONE, matrix);
      case MATRIX_EXP -> one(op, Attributes.NONE, x);
      case QR -> {
        List<Node> parts = lowering.of(op, Attributes.NONE, matrix);
        yield graph.apply(Op.ADD, parts.get(0), squares(parts.get(1)));
      }
      case EIGEN -> {
        List<Node> parts = lowering.of(op, Attributes.NONE, matrix);
        yield graph.apply(Op.ADD, squares(parts.get(1)), graph.unsqueeze(squares(parts.get(0)), 1));
      }
      case RFFT -> squares(one(op, Attributes.NONE, elements));
      case IRFFT -> {
        Node pairs = graph.slice(elements, 2, 0, 1, 2);
        yield graph.apply(
            Op.ADD,
            squares(one(op, Attributes.of(4L), pairs)),
            graph.sumAll(squares(one(op, Attributes.of(5L), pairs))));
      }
      case CONVOLUTION -> {
        Node image = graph.reshape(graph.apply(Op.EXP, x), ImmutableIntArray.of(1, 2, 3, 3));
        Node kernel = graph.slice(graph.slice(image, 2, 0, 1, 2), 3, 1, 1, 2);
        yield one(op, Sliding.of(new long[] {1, 2, 1, 1, 0, 1, 2}).with(), image, kernel);
      }
      case TRANSPOSED_CONVOLUTION -> {
        Node image = graph.reshape(graph.apply(Op.EXP, x), ImmutableIntArray.of(1, 2, 3, 3));
        Node kernel = graph.reshape(graph.slice(x, 1, 1, 1, 2), ImmutableIntArray.of(2, 1, 2, 3));
        yield one(op, Sliding.of(new long[] {1, 2, 1, 1, 0, 1, 2}).with(1, 0), image, kernel);
      }
      case PROD, CUM_PROD, SORT -> squares(one(op, axis, elements));
      case TOP_K -> squares(one(op, Attributes.of(2, 1, 0, 1), elements));
      case SCATTER -> {
        double[] places = {2, 0, 1, 1, 2, 0};
        Node index = graph.constant(places, ImmutableIntArray.of(2, 1, 3));
        yield squares(one(op, axis, elements, index, graph.apply(Op.EXP, x)));
      }
      case POLYGAMMA -> one(op, Attributes.of(2L), graph.apply(Op.EXP, x));
      default -> one(op, Attributes.NONE, elements);
    };
  }

  private Node squares(Node x) {
    return graph.apply(Op.SQUARE, x);
  }

  private Node one(Op op, Attributes attributes, Node... in) {
    return lowering.of(op, attributes, in).get(0);
  }
}
