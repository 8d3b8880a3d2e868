package org.ppl4j.infer.sbi;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.primitives.Doubles;
import com.google.common.primitives.ImmutableDoubleArray;
import java.nio.file.Path;
import java.util.Arrays;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.file.TensorFile;

/**
 * Parameters with the data that were simulated from them, row by row, and those parameters of which
 * the simulator could not make data. Immutable, in no manager's memory.
 *
 * <p>What is learned of them is about parameters that the simulator can simulate: many failures in
 * one part of the prior are a prior without that part.
 */
public final class Simulations {

  /**
   * A simulation that failed.
   *
   * @param parameters of which
   * @param reason what the simulator returned or threw
   */
  public record Failure(ImmutableDoubleArray parameters, String reason) {}

  private final int rows;
  private final double[] parameters;
  private final double[] data;
  private final ImmutableList<Failure> failures;

  /** Of these numbers, row by row, which are kept. */
  Simulations(int rows, double[] parameters, double[] data, ImmutableList<Failure> failures) {
    this.rows = rows;
    this.parameters = parameters;
    this.data = data;
    this.failures = failures;
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
        finite("data", data),
        ImmutableList.of());
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

  /** Those that failed, in their order; they are not among the rows. */
  public ImmutableList<Failure> failures() {
    return failures;
  }

  /** How many were tried: the rows and the failures. */
  public int tried() {
    return rows + failures.size();
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

  private double[] part(double[] values, int row) {
    int columns = values.length / rows;
    return Arrays.copyOfRange(values, row * columns, (row + 1) * columns);
  }

  /** Whether they are the first of these rows of parameters, all that were tried. */
  boolean isOf(double[] all) {
    int columns = parameterColumns();
    int good = 0;
    int failed = 0;
    for (int i = 0; i < tried() && (i + 1) * columns <= all.length; i++) {
      double[] row = Arrays.copyOfRange(all, i * columns, (i + 1) * columns);
      if (good < rows && Arrays.equals(row, parameters(good))) {
        good++;
      } else if (failed < failures.size()
          && failures.get(failed).parameters().equals(ImmutableDoubleArray.copyOf(row))) {
        failed++;
      }
    }
    return good + failed == tried();
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
        Doubles.concat(data, others.data),
        ImmutableList.<Failure>builder().addAll(failures).addAll(others.failures).build());
  }

  // --- files

  private static final String PARAMETERS = "simulations/parameters";
  private static final String DATA = "simulations/data";
  private static final String FAILED = "simulations/failed";

  /**
   * Writes them to a file, over one that is there.
   *
   * @throws java.io.UncheckedIOException if that fails; the old file is as it was
   */
  public void save(Path file) {
    TensorFile.Builder builder = TensorFile.builder();
    write(builder);
    builder.write(file);
  }

  /** Adds them to a file. */
  void write(TensorFile.Builder builder) {
    put(builder, PARAMETERS, rows, parameters);
    put(builder, DATA, rows, data);
    double[] failed =
        failures.stream().flatMapToDouble(failure -> failure.parameters().stream()).toArray();
    put(builder, FAILED, failures.size(), failed);
    for (int i = 0; i < failures.size(); i++) {
      builder.put(FAILED + "/" + i, failures.get(i).reason());
    }
  }

  private static void put(TensorFile.Builder builder, String name, int rows, double[] values) {
    if (rows > 0) {
      Shape shape = new Shape(rows, values.length / rows);
      builder.put(name, FloatType.FLOAT64, shape, values);
    }
  }

  /**
   * Reads what {@link #save} wrote.
   *
   * @throws java.io.UncheckedIOException if there is no such file or reading fails
   * @throws IllegalArgumentException if it is another file
   */
  public static Simulations load(Path file) {
    return read(TensorFile.read(file));
  }

  /** Those in a file. */
  static Simulations read(TensorFile read) {
    TensorFile.Entry parameters = read.entries().get(PARAMETERS);
    TensorFile.Entry data = read.entries().get(DATA);
    checkArgument(
        parameters != null && data != null && parameters.shape().get(0) == data.shape().get(0),
        "%s has no simulations; pass a file that their save wrote",
        read);
    ImmutableList.Builder<Failure> failures = ImmutableList.builder();
    TensorFile.Entry failed = read.entries().get(FAILED);
    for (int i = 0; failed != null && i < failed.shape().get(0); i++) {
      int columns = Math.toIntExact(failed.shape().get(1));
      double[] row = Arrays.copyOfRange(failed.values(), i * columns, (i + 1) * columns);
      failures.add(
          new Failure(
              ImmutableDoubleArray.copyOf(row), String.valueOf(read.text(FAILED + "/" + i))));
    }
    return new Simulations(
        Math.toIntExact(requireNonNull(data).shape().get(0)),
        requireNonNull(parameters).values(),
        requireNonNull(data).values(),
        failures.build());
  }

  /** How many there are, and how many failed and why the first of them did. */
  @Override
  public String toString() {
    String all =
        "Simulations("
            + rows
            + " rows of "
            + parameterColumns()
            + (parameterColumns() == 1 ? " parameter and " : " parameters and ")
            + dataColumns()
            + (dataColumns() == 1 ? " number" : " numbers")
            + " of data)";
    return failures.isEmpty()
        ? all
        : all
            + ", without %s of %s that failed, the first with parameters %s: %s"
                .formatted(
                    failures.size(),
                    tried(),
                    failures.get(0).parameters(),
                    failures.get(0).reason());
  }
}
