package org.ppl4j.flows;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.Arrival;
import org.ppl4j.testing.GradientLaw;
import org.ppl4j.testing.GradientLaw.Argument;
import org.ppl4j.testing.GradientLaw.Body;
import org.ppl4j.testing.LeakCheck;

/** Two layers of each family behind an affine one learn a small density of two coordinates. */
@ExtendWith(LeakCheck.class)
class StackTrainingTest {

  private static final int DIM = 2;
  private static final int ROWS = 40;
  private static final int STEPS = 20;
  private static final double RATE = 0.01;

  static Stream<Named<FlowCase>> cases() {
    return FlowCases.all().stream().map(row -> Named.of(row.name(), row));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aStackLearns(FlowCase row) {
    List<Argument> arguments = new ArrayList<>();
    arguments.add(points());
    Body stack =
        FlowGradients.stack(
            List.of(Affine.of(DIM), row.module().apply(DIM), row.module().apply(DIM)), arguments);
    List<double[]> means = new ArrayList<>();
    List<double[]> squares = new ArrayList<>();
    for (Argument argument : arguments) {
      means.add(new double[argument.values().length]);
      squares.add(new double[argument.values().length]);
    }
    double first = descend(stack, arguments, means, squares, 1);
    double last = first;
    for (int step = 2; step <= STEPS; step++) {
      last = descend(stack, arguments, means, squares, step);
      assertThat(last).as("loss of step %s, at first %s", step, first).isLessThan(first + 0.5);
    }

    assertThat(last).as("loss, at first %s", first).isLessThan(first - 0.1);
    GradientLaw.check("trained stack of " + row, arguments, stack, Arrival.LEAF);
  }

  /** A bent and shifted cloud. */
  private static Argument points() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray noise = FlowTensors.rng("cloud").normal(run, new Shape(ROWS, DIM));
      NDArray a = Tensors.range(noise, -1, 0, 1).mul(1.5).add(1.2);
      NDArray b = Tensors.range(noise, -1, 1, 2).mul(0.5).add(a.square().mul(0.3)).sub(2);
      return Argument.input("points", Tensors.concat(List.of(a, b), -1));
    }
  }

  /** A step of Adam with a rising rate; gives the negative log-density before it, per point. */
  private static double descend(
      Body stack,
      List<Argument> arguments,
      List<double[]> means,
      List<double[]> squares,
      int step) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      List<NDArray> tensors = new ArrayList<>();
      for (Argument argument : arguments) {
        NDArray tensor = run.create(argument.values(), argument.shape());
        tensors.add(argument.hasRows() ? tensor : Autograd.variable(tensor));
      }
      List<NDArray> results = stack.of(run, tensors);
      NDArray loss = results.get(results.size() - 1).square().sum().mul(0.5);
      for (NDArray logDet : results.subList(0, results.size() - 1)) {
        loss = loss.sub(logDet.broadcast(new Shape(ROWS)).sum());
      }
      List<NDArray> leaves = tensors.subList(1, tensors.size());
      List<NDArray> gradients = Autograd.grad(loss.div(ROWS), leaves);
      for (int i = 1; i < arguments.size(); i++) {
        double[] values = arguments.get(i).values();
        double[] gradient = Tensors.values(gradients.get(i - 1));
        for (int j = 0; j < values.length; j++) {
          means.get(i)[j] = 0.9 * means.get(i)[j] + 0.1 * gradient[j];
          squares.get(i)[j] = 0.99 * squares.get(i)[j] + 0.01 * gradient[j] * gradient[j];
          double mean = means.get(i)[j] / (1 - Math.pow(0.9, step));
          double size = Math.sqrt(squares.get(i)[j] / (1 - Math.pow(0.99, step)));
          values[j] -= RATE * Math.min(1, step / 4.0) * mean / (size + 1e-8);
        }
      }
      return Tensors.values(loss)[0] / ROWS;
    }
  }
}
