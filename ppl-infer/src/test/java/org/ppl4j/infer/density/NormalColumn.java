package org.ppl4j.infer.density;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.file.TensorFile;

/** One column that is normal with deviation 1 around the sum of its context, by Hipparchus. */
record NormalColumn(int contextDim) implements RowDistribution {

  private static final NormalDistribution NORMAL = new NormalDistribution();

  private static double mean(@Nullable Table contexts, int row) {
    return contexts == null ? 0 : Arrays.stream(contexts.range(row, row + 1).values()).sum();
  }

  private static double[] each(Tables tables, DoubleUnaryOperator function) {
    double[] result = new double[tables.rows()];
    Arrays.setAll(
        result, i -> function.applyAsDouble(tables.y().number(i, 0) - mean(tables.x(), i)));
    return result;
  }

  @Override
  public int dim() {
    return 1;
  }

  @Override
  public double[] logProb(Tables tables) {
    return each(tables, NORMAL::logDensity);
  }

  @Override
  public double[] cdf(Tables tables) {
    return each(tables, NORMAL::cumulativeProbability);
  }

  @Override
  public double[] quantile(Tables probabilities) {
    double[] result = new double[probabilities.rows()];
    Arrays.setAll(
        result,
        i ->
            mean(probabilities.x(), i)
                + NORMAL.inverseCumulativeProbability(probabilities.y().number(i, 0)));
    return result;
  }

  @Override
  public Table draws(int count, @Nullable Table contexts, long stream) {
    Rng rng = Rng.of(stream, Rng.Purpose.PREDICT, 0, "normal");
    double[] result = new double[count];
    Arrays.setAll(result, i -> mean(contexts, i) + rng.nextNormal());
    return new Table("sample", 1, result);
  }

  @Override
  public RowDistribution recorded() {
    return this;
  }

  @Override
  public void write(TensorFile.Builder file) {
    throw new UnsupportedOperationException("normal column is of tests alone");
  }

  @Override
  public void close() {}
}
