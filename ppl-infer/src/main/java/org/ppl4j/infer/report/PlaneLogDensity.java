package org.ppl4j.infer.report;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.ppl4j.infer.InterruptionException;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;

/** A log-density in the plane, up to a constant. */
@FunctionalInterface
public interface PlaneLogDensity {

  /** Numbers of the points of a part. */
  int PART = 2 * 4096;

  /**
   * The log-density of each point.
   *
   * @param points x and y in turn (2 N)
   * @return N numbers; −∞ where there is no density
   */
  double[] at(double[] points);

  /**
   * The log-density of points, some thousand at a time.
   *
   * @param points x and y in turn (2 N)
   * @return N numbers
   * @throws IllegalArgumentException if {@link #at} does not return a number a point
   * @throws InterruptionException if the thread is interrupted meanwhile
   */
  default double[] inParts(double[] points) {
    double[] result = new double[points.length / 2];
    for (int from = 0; from < points.length; from += PART) {
      InterruptionException.check("a density in the plane", null);
      double[] some = Arrays.copyOfRange(points, from, Math.min(points.length, from + PART));
      double[] values = at(some);
      checkArgument(
          values.length == some.length / 2,
          "log-density of %s points has %s numbers; return one a point",
          some.length / 2,
          values.length);
      System.arraycopy(values, 0, result, from / 2, values.length);
    }
    return result;
  }

  /**
   * One in the operations of a run, without gradients.
   *
   * @param config of the run: the one of the parameter store, if there is one
   * @param logDensity from points (N, 2) to log-densities (N)
   */
  static PlaneLogDensity of(RunConfig config, UnaryOperator<NDArray> logDensity) {
    return points -> {
      try (Run run = Run.open(config, 0)) {
        Shape shape = new Shape(points.length / 2, 2);
        return run.withoutGradients(
            () -> Tensors.values(logDensity.apply(run.create(points, shape))));
      }
    };
  }
}
