package org.ppl4j.infer.sbi;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.primitives.Doubles;
import java.util.Arrays;
import org.ppl4j.tensor.Tensors;

/**
 * Parameters with the data that were simulated from them, row by row. Immutable, in no manager's
 * memory.
 */
public final class Simulations {

  private final int rows;
  private final double[] parameters;
  private final double[] data;

  /** Of these numbers, row by row, which are kept. */
  Simulations(int rows, double[] parameters, double[] data) {
    this.rows = rows;
    this.parameters = parameters;
    this.data = data;
  }

  /**
   * Those of a simulator that was run elsewhere.
   *
   * @param parameters (N, P), drawn from the prior
   * @param data (N, C)
   * @throws IllegalArgumentException if there are not as many rows in both, at least one, or a
   *     number is not finite
   */
  public static Simulations of(NDArray parameters, NDArray data) {
    checkMatrix("parameters", parameters);
    checkMatrix("data", data);
    checkArgument(
        parameters.getShape().get(0) == data.getShape().get(0),
        "simulations have %s rows of parameters and %s of data; pass one row of data for each",
        parameters.getShape().get(0),
        data.getShape().get(0));
    return new Simulations(
        Math.toIntExact(data.getShape().get(0)),
        finite("parameters", parameters),
        finite("data", data));
  }

  private static void checkMatrix(String name, NDArray array) {
    Shape shape = array.getShape();
    checkArgument(
        shape.dimension() == 2 && shape.size() > 0,
        "simulations have %s of shape %s, but want rows and columns, at least one of each; pass"
            + " shape (N, columns)",
        name,
        shape);
  }

  private static double[] finite(String name, NDArray array) {
    double[] values = Tensors.values(array);
    int columns = Math.toIntExact(array.getShape().get(1));
    for (int i = 0; i < values.length; i++) {
      checkArgument(
          Double.isFinite(values[i]),
          "simulations have %s in column %s of row %s (from 1) of the %s; leave the row out",
          values[i],
          i % columns + 1,
          i / columns + 1,
          name);
    }
    return values;
  }

  /** How many there are, N. */
  public int rows() {
    return rows;
  }

  /** The parameters, (N, P). */
  public NDArray parameters(NDManager manager) {
    return manager.create(parameters.clone(), new Shape(rows, parameters.length / rows));
  }

  /** The data, (N, C). */
  public NDArray data(NDManager manager) {
    return manager.create(data.clone(), new Shape(rows, data.length / rows));
  }

  /** The numbers of a row's parameters. */
  double[] parameters(int row) {
    return part(parameters, row);
  }

  /** The numbers of a row's data. */
  double[] data(int row) {
    return part(data, row);
  }

  private double[] part(double[] values, int row) {
    int columns = values.length / rows;
    return Arrays.copyOfRange(values, row * columns, (row + 1) * columns);
  }

  /** All parameters, row by row; not a copy. */
  double[] allParameters() {
    return parameters;
  }

  /** All data, row by row; not a copy. */
  double[] allData() {
    return data;
  }

  /** How many parameters a row has, P. */
  public int parameterColumns() {
    return parameters.length / rows;
  }

  /** How many numbers of data a row has, C. */
  public int dataColumns() {
    return data.length / rows;
  }

  /**
   * These, then others.
   *
   * @throws IllegalArgumentException if the others have other columns
   */
  public Simulations and(Simulations others) {
    checkArgument(
        parameterColumns() == others.parameterColumns() && dataColumns() == others.dataColumns(),
        "simulations of %s parameters and %s numbers of data are joined with those of %s and %s;"
            + " join those of one simulator",
        parameterColumns(),
        dataColumns(),
        others.parameterColumns(),
        others.dataColumns());
    return new Simulations(
        rows + others.rows,
        Doubles.concat(parameters, others.parameters),
        Doubles.concat(data, others.data));
  }

  @Override
  public String toString() {
    return "Simulations("
        + rows
        + " rows of "
        + parameterColumns()
        + " parameters and "
        + dataColumns()
        + " numbers of data)";
  }
}
