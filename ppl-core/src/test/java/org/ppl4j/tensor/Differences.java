package org.ppl4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;

/** Compares gradients with differences of values. */
final class Differences {

  /** Richardson's extrapolation of central differences leaves an error near 1e-11 at this step. */
  private static final double STEP = 1e-4;

  private static final double TOLERANCE = 1e-7;

  private Differences() {}

  /** Values from −1 to 1 that depend on the seed alone. */
  static double[] values(long seed, Shape shape) {
    SplittableRandom random = new SplittableRandom(seed);
    return random.doubles(shape.size(), -1, 1).toArray();
  }

  /**
   * Asserts that the gradient of a weighted sum of the function's result agrees with differences,
   * for random arguments of these shapes.
   */
  static void check(Run run, Function<List<NDArray>, NDArray> function, Shape... shapes) {
    double[][] points = new double[shapes.length][];
    for (int i = 0; i < shapes.length; i++) {
      points[i] = values(31 + i, shapes[i]);
    }
    List<NDArray> variables = new ArrayList<>();
    for (int i = 0; i < shapes.length; i++) {
      variables.add(Autograd.variable(run.create(points[i], shapes[i])));
    }
    List<NDArray> gradients = Autograd.grad(loss(run, function, variables), variables);
    for (int i = 0; i < shapes.length; i++) {
      assertThat(gradients.get(i).getShape()).isEqualTo(shapes[i]);
      double[] gradient = gradients.get(i).toDoubleArray();
      for (int j = 0; j < gradient.length; j++) {
        double near = central(run, function, shapes, points, i, j, STEP);
        double far = central(run, function, shapes, points, i, j, 2 * STEP);
        double difference = (4 * near - far) / 3;
        assertThat(gradient[j])
            .as("gradient with respect to element %s of argument %s", j, i)
            .isCloseTo(difference, within(TOLERANCE * (1 + Math.abs(difference))));
      }
    }
  }

  private static double central(
      Run run,
      Function<List<NDArray>, NDArray> function,
      Shape[] shapes,
      double[][] points,
      int argument,
      int element,
      double step) {
    double[] losses = new double[2];
    for (int side = 0; side < 2; side++) {
      List<NDArray> arguments = new ArrayList<>();
      for (int i = 0; i < shapes.length; i++) {
        double[] point = Arrays.copyOf(points[i], points[i].length);
        if (i == argument) {
          point[element] += side == 0 ? -step : step;
        }
        arguments.add(run.create(point, shapes[i]));
      }
      losses[side] = loss(run, function, arguments).toDoubleArray()[0];
    }
    return (losses[1] - losses[0]) / (2 * step);
  }

  private static NDArray loss(
      Run run, Function<List<NDArray>, NDArray> function, List<NDArray> arguments) {
    NDArray result = function.apply(arguments);
    return result.mul(run.create(values(99, result.getShape()), result.getShape())).sum();
  }
}
