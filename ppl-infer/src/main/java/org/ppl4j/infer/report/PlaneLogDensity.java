package org.ppl4j.infer.report;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;

/** A log-density in the plane, up to a constant. */
@FunctionalInterface
public interface PlaneLogDensity {

  /**
   * The log-density of each point.
   *
   * @param points x and y in turn (2 N)
   * @return N numbers; −∞ where there is no density
   */
  double[] at(double[] points);

  /**
   * One in the operations of a run, without gradients, some thousand points at once.
   *
   * @param config of the run: the one of the parameter store, if there is one
   * @param logDensity from points (N, 2) to log-densities (N)
   */
  static PlaneLogDensity of(RunConfig config, UnaryOperator<NDArray> logDensity) {
    int batch = 2 * 8192;
    return points -> {
      double[] result = new double[points.length / 2];
      for (int from = 0; from < points.length; from += batch) {
        double[] some = Arrays.copyOfRange(points, from, Math.min(points.length, from + batch));
        try (Run run = Run.open(config, 0)) {
          double[] values =
              run.withoutGradients(
                  () ->
                      Tensors.values(
                          logDensity.apply(run.create(some, new Shape(some.length / 2, 2)))));
          System.arraycopy(values, 0, result, from / 2, values.length);
        }
      }
      return result;
    };
  }
}
