package org.ppl4j.infer.internal;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Map;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/** Arrays of draws, row by row. */
public final class SampleRows {

  private SampleRows() {}

  /**
   * How many draws there are, the same number of each site; −1 if there is no site.
   *
   * @throws IllegalArgumentException if they are not as many of each
   */
  public static long count(Map<String, NDArray> sites) {
    long draws = -1;
    for (Map.Entry<String, NDArray> site : sites.entrySet()) {
      checkState(
          !site.getValue().isReleased(),
          "samples of site '%s' were closed before; pass arrays that are open",
          site.getKey());
      Shape shape = site.getValue().getShape();
      checkArgument(
          shape.dimension() > 0 && (draws < 0 || shape.get(0) == draws),
          "samples of site '%s' have shape %s, but their first dim must be the draws%s",
          site.getKey(),
          shape,
          draws < 0 ? "" : ", " + draws + " of them");
      draws = shape.get(0);
    }
    return draws;
  }

  /** The rows of a site that were chosen, in its data type. */
  public static NDArray of(NDArray site, int[] chosen, NDManager manager) {
    double[] values = Tensors.values(site);
    int size = Math.toIntExact(site.getShape().slice(1).size());
    double[] rows = new double[chosen.length * size];
    for (int i = 0; i < chosen.length; i++) {
      System.arraycopy(values, chosen[i] * size, rows, i * size, size);
    }
    Shape shape = Shapes.concat(new Shape(chosen.length), site.getShape().slice(1));
    return typed(manager, rows, shape, site.getDataType());
  }

  /** Numbers in a data type. */
  public static NDArray typed(NDManager manager, double[] values, Shape shape, DataType type) {
    NDArray doubles = manager.create(values, shape);
    if (type == DataType.FLOAT64) {
      return doubles;
    }
    try (doubles) {
      return doubles.toType(type, true);
    }
  }
}
