package org.ppl4j.infer.density;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.file.Family;
import org.ppl4j.tensor.file.TensorFile;

/**
 * Another distribution of rows of one column, with its probabilities mapped to those that come
 * true: see {@link Recalibration}. It has the same support and the same masses' places.
 */
final class RecalibratedDistribution implements RowDistribution {

  private static final Family FAMILY = Family.of(RecalibratedDistribution.class, 1);

  static final String KIND = "recalibrated";

  private static final String ENTRY = "recalibration";
  private static final String INNER = "inner/";

  private final RowDistribution inner;
  private final Recalibration map;

  /**
   * Of these.
   *
   * @param inner of one column; closed with this
   */
  RecalibratedDistribution(RowDistribution inner, Recalibration map) {
    checkArgument(
        inner.dim() == 1,
        "recalibration is of rows of one column, but these have %s; leave it out",
        inner.dim());
    this.inner = inner;
    this.map = map;
  }

  @Override
  public int dim() {
    return 1;
  }

  @Override
  public int contextDim() {
    return inner.contextDim();
  }

  @Override
  public boolean isContinuous() {
    return inner.isContinuous();
  }

  @Override
  public double[] logProb(Tables tables) {
    return logProb(inner.located(tables), tables);
  }

  private double[] logProb(Located own, Tables tables) {
    double[] upTo = own.cdf();
    double[] below = inner.isContinuous() ? upTo : inner.below(tables);
    double[] logs = own.logProb().clone();
    Arrays.setAll(logs, i -> logs[i] + map.logGain(below[i], upTo[i]));
    return logs;
  }

  @Override
  public Located located(Tables tables) {
    Located own = inner.located(tables);
    return new Located(logProb(own, tables), mapped(own.cdf()));
  }

  @Override
  public double[] cdf(Tables tables) {
    return mapped(inner.cdf(tables));
  }

  private double[] mapped(double[] probabilities) {
    return Arrays.stream(probabilities).map(map::of).toArray();
  }

  @Override
  public double[] below(Tables tables) {
    return mapped(inner.below(tables));
  }

  @Override
  public double[] quantile(Tables probabilities) {
    double[] own = probabilities.y().values().clone();
    Arrays.setAll(own, i -> map.inverse(own[i]));
    return inner.quantile(new Tables(probabilities.y().with(own), probabilities.x()));
  }

  /** Quantiles of uniform noise. */
  @Override
  public Table draws(int count, @Nullable Table contexts, long stream) {
    Rng rng = Rng.of(stream, Rng.Purpose.PREDICT, 0, "density.recalibrated");
    double[] uniform = new double[count];
    Arrays.setAll(uniform, i -> rng.nextUniform());
    return new Table("sample", 1, quantile(new Tables(new Table("uniform", 1, uniform), contexts)));
  }

  @Override
  public double[] distances(Table contexts) {
    return inner.distances(contexts);
  }

  @Override
  public RowDistribution recorded() {
    return new RecalibratedDistribution(inner.recorded(), map);
  }

  @Override
  public void write(TensorFile.Builder file) {
    file.put(DensityFile.KIND, KIND);
    FAMILY.write(file);
    double[] both = {map.mean(), map.deviation()};
    file.put(ENTRY, FloatType.FLOAT64, new Shape(2), both);
    file.put(INNER, inner::write);
  }

  /** The one in a file. */
  static RecalibratedDistribution read(TensorFile file, DensityFile.Reader reader) {
    FAMILY.check(file);
    double[] both = Standardisation.entry(file, ENTRY);
    checkArgument(
        both.length == 2 && both[1] > 0,
        "%s has a recalibration of %s numbers, which none has; pass a file that a density's save"
            + " wrote",
        file,
        both.length);
    return new RecalibratedDistribution(
        reader.read(file.part(INNER)), new Recalibration(both[0], both[1]));
  }

  @Override
  public void close() {
    inner.close();
  }
}
