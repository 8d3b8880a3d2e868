package org.ppl4j.infer.density;

import org.hipparchus.distribution.RealDistribution;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.hipparchus.random.RandomGenerator;
import org.hipparchus.random.Well19937a;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.file.TensorFile;

/**
 * A distribution of one number by Hipparchus: loc + slope · x + a draw, and what is less than a
 * floor is on it.
 *
 * @param noise of the draw
 * @param floor −∞ without
 */
record KnownLaw(RealDistribution noise, double slope, double floor) implements RowDistribution {

  static KnownLaw of(RealDistribution noise) {
    return new KnownLaw(noise, 0, Double.NEGATIVE_INFINITY);
  }

  static KnownLaw normal(double mean, double deviation) {
    return of(new NormalDistribution(mean, deviation));
  }

  KnownLaw slope(double other) {
    return new KnownLaw(noise, other, floor);
  }

  KnownLaw floor(double other) {
    return new KnownLaw(noise, slope, other);
  }

  private double mean(@Nullable Table x, int row) {
    return x == null ? 0 : slope * x.number(row, 0);
  }

  private interface Function {
    double of(double number, double mean);
  }

  private double[] each(Tables tables, Function function) {
    double[] result = new double[tables.rows()];
    for (int i = 0; i < result.length; i++) {
      result[i] = function.of(tables.y().number(i, 0), mean(tables.x(), i));
    }
    return result;
  }

  @Override
  public int dim() {
    return 1;
  }

  @Override
  public int contextDim() {
    return slope == 0 ? 0 : 1;
  }

  @Override
  public double[] logProb(Tables tables) {
    return each(
        tables,
        (y, mean) ->
            y > floor
                ? noise.logDensity(y - mean)
                : y == floor
                    ? Math.log(noise.cumulativeProbability(y - mean))
                    : Double.NEGATIVE_INFINITY);
  }

  @Override
  public double[] cdf(Tables tables) {
    return each(tables, (y, mean) -> y < floor ? 0 : noise.cumulativeProbability(y - mean));
  }

  @Override
  public double[] below(Tables tables) {
    return each(tables, (y, mean) -> y <= floor ? 0 : noise.cumulativeProbability(y - mean));
  }

  @Override
  public double[] quantile(Tables probabilities) {
    return each(
        probabilities, (p, mean) -> Math.max(floor, mean + noise.inverseCumulativeProbability(p)));
  }

  @Override
  public Table draws(int count, @Nullable Table contexts, long stream) {
    RandomGenerator random = new Well19937a(stream);
    double[] draws = new double[count];
    for (int i = 0; i < count; i++) {
      draws[i] = random.nextDouble();
    }
    return new Table("sample", 1, quantile(new Tables(new Table("p", 1, draws), contexts)));
  }

  @Override
  public RowDistribution recorded() {
    return this;
  }

  @Override
  public void write(TensorFile.Builder file) {
    throw new UnsupportedOperationException("known");
  }

  @Override
  public void close() {}
}
