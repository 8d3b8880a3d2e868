package org.ppl4j.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.primitives.Doubles;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.internal.table.Attributes;
import org.ppl4j.tensor.internal.table.JavaKernel;
import org.ppl4j.tensor.internal.table.Op;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * A map of vectors that is computed in Java with its Jacobian, whatever it takes: one operation of
 * the table, {@link Op#FUNCTION}, which recorded programs hold too. Its gradients have derivatives
 * in {@link Run#withSecondDerivatives} alone, if it has {@link #curvatures}; else these are 0.
 *
 * <p>Of maps that are equal a recorded program computes one.
 */
public interface JavaMap {

  /**
   * The map at a vector.
   *
   * @param x its N numbers
   * @param y its K results, to be filled
   * @param jacobian (K, N), 0 everywhere, to be filled; null where no derivative is wanted
   */
  void compute(double[] x, double[] y, double @Nullable [][] jacobian);

  /**
   * The map at each of some vectors.
   *
   * @param x (R, N)
   * @param y (R, K), to be filled
   * @param jacobians R of them, as for one vector; null where no derivative is wanted
   */
  default void computeAll(double[][] x, double[][] y, double @Nullable [][][] jacobians) {
    for (int row = 0; row < x.length; row++) {
      compute(x[row], y[row], jacobians == null ? null : jacobians[row]);
    }
  }

  /**
   * Whether many vectors take hardly more time than one. Programs with such a map are not recorded,
   * for a record is computed at one vector after the other.
   */
  default boolean takesMany() {
    return false;
  }

  /**
   * Its second derivatives at a vector.
   *
   * @return of each of K results (N, N), row by row; empty of a map that has none
   */
  default double[][] curvatures(double[] x) {
    return new double[0][];
  }

  /**
   * Its results.
   *
   * @param x {@code (*, N)}
   * @param results K
   * @return {@code (*, K)}
   */
  static NDArray apply(JavaMap map, int results, NDArray x) {
    Run run = Tensors.run(x);
    if (map.takesMany()) {
      run.owned().column().ask("a map that is computed at many vectors at once");
    }
    Shape shape = x.getShape();
    int count = Math.toIntExact(shape.get(shape.dimension() - 1));
    Shape whole = Shapes.concat(Shapes.dropRight(shape, 1), new Shape(results));
    RunArray[] in = new RunArray[count];
    for (int i = 0; i < count; i++) {
      in[i] = (RunArray) Tensors.range(x, -1, i, i + 1L).broadcast(whole);
    }
    NDArray y = KernelRows.apply(Op.FUNCTION, run, Attributes.of(new Rows(map, results), 1), in)[0];
    return run.isCurved() ? curved(map, results, x, y) : y;
  }

  /** The results with ½ dᵀ C d added, where d is 0, so that their second derivatives are C. */
  private static NDArray curved(JavaMap map, int results, NDArray x, NDArray y) {
    Shape shape = x.getShape();
    int count = Math.toIntExact(shape.get(shape.dimension() - 1));
    double[] at = Tensors.values(x);
    double[][] all = new double[at.length / count * results][];
    for (int row = 0; row < at.length / count; row++) {
      double[][] some = map.curvatures(Arrays.copyOfRange(at, row * count, (row + 1) * count));
      if (some.length == 0) {
        return y;
      }
      System.arraycopy(some, 0, all, row * results, results);
    }
    Run run = Tensors.run(x);
    Shape left = Shapes.dropRight(shape, 1);
    Shape whole = Shapes.concat(left, new Shape(results, count, count));
    NDArray curvature = run.create(Doubles.concat(all), whole);
    NDArray away = x.sub(Tensors.detached(x));
    NDArray rows = Tensors.reshape(away, Shapes.concat(left, new Shape(1, count, 1)));
    NDArray columns = Tensors.reshape(away, Shapes.concat(left, new Shape(1, 1, count)));
    return y.add(Tensors.sumRight(rows.mul(curvature).mul(columns), 2).mul(0.5));
  }

  /**
   * The map of each row, as a kernel of its entries, which are repeated K times.
   *
   * @param map of a row
   * @param results K
   */
  record Rows(JavaMap map, int results) implements JavaKernel {

    @Override
    public void compute(double[][] in, double[][] out, double @Nullable [][][] slopes) {
      int rows = out[0].length / results;
      double[][] x = new double[rows][in.length];
      double[][] y = new double[rows][results];
      double @Nullable [][][] jacobians =
          slopes == null ? null : new double[rows][results][in.length];
      for (int row = 0; row < rows; row++) {
        for (int i = 0; i < in.length; i++) {
          x[row][i] = in[i][in[i].length == 1 ? 0 : row * results];
        }
      }
      map.computeAll(x, y, jacobians);
      for (int row = 0; row < rows; row++) {
        System.arraycopy(y[row], 0, out[0], row * results, results);
        for (int k = 0; jacobians != null && slopes != null && k < results; k++) {
          for (int i = 0; i < in.length; i++) {
            slopes[0][i][row * results + k] = jacobians[row][k][i];
          }
        }
      }
    }
  }
}
