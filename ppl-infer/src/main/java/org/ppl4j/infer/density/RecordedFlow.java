package org.ppl4j.infer.density;

import static com.google.common.base.Preconditions.checkArgument;

import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.PlainMap;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.file.Family;
import org.ppl4j.tensor.file.StoredMap;
import org.ppl4j.tensor.file.TensorFile;

/**
 * A {@link FlowModel}, recorded: what it computes of one row, and of the context of that if there
 * is one, by Java alone.
 *
 * @param logProb of a row
 * @param cdf of rows of one number
 * @param located both, of rows of one number
 * @param quantile of rows of one number
 * @param made the row that standard normal noise makes
 * @param seed of draws
 * @param batch so many draws are of one stream
 */
record RecordedFlow(
    int dim,
    PlainMap logProb,
    StoredMap cdf,
    StoredMap located,
    StoredMap quantile,
    StoredMap made,
    long seed,
    int batch)
    implements StandardDistribution {

  private static final Family FAMILY = Family.of(RecordedFlow.class, 1);

  static final String KIND = "recorded";

  private static final String LOG_PROB = "recorded.logProb";
  private static final String CDF = "recorded.cdf";
  private static final String LOCATED = "recorded.located";
  private static final String QUANTILE = "recorded.quantile";
  private static final String MADE = "recorded.made";
  private static final String DRAWS = "recorded.draws";

  /** The results of a map for so many rows, one after the other. */
  static double[] each(PlainMap map, int rows, @Nullable Table... tables) {
    double[] all = new double[rows * map.outputs()];
    double[][] in = new double[map.inputs()][];
    for (int i = 0; i < rows; i++) {
      for (int k = 0; k < in.length; k++) {
        Table table = tables[k];
        in[k] = table == null ? new double[0] : table.row(i);
      }
      double[] own = map.of(in);
      System.arraycopy(own, 0, all, i * own.length, own.length);
    }
    return all;
  }

  private static double[] each(PlainMap map, Tables tables) {
    return each(map, tables.rows(), tables.y(), tables.x());
  }

  @Override
  public double[] logProb(Tables tables) {
    return each(logProb, tables);
  }

  @Override
  public double[] cdf(Tables tables) {
    return each(cdf.get(), tables);
  }

  @Override
  public RowDistribution.Located located(Tables tables) {
    return RowDistribution.Located.of(each(located.get(), tables));
  }

  @Override
  public double[] quantile(Tables probabilities) {
    return each(quantile.get(), probabilities);
  }

  @Override
  public Table sample(int count, @Nullable Table x, long call) {
    PlainMap map = made.get();
    double[] noise = new double[count * dim];
    for (int from = 0, piece = 0; from < count; from += batch, piece++) {
      int to = Math.min(from + batch, count);
      Rng rng = Rng.of(seed, Rng.Purpose.PREDICT, call, FlowModel.drawn(piece));
      for (int i = from * dim; i < to * dim; i++) {
        noise[i] = rng.nextNormal();
      }
    }
    return new Table("sample", dim, each(map, count, new Table("noise", dim, noise), x));
  }

  @Override
  public void write(TensorFile.Builder file) {
    file.put(DensityFile.KIND, KIND);
    FAMILY.write(file);
    file.put(LOG_PROB, logProb);
    cdf.write(file, CDF);
    located.write(file, LOCATED);
    quantile.write(file, QUANTILE);
    made.write(file, MADE);
    file.put(DRAWS, seed + " " + batch);
  }

  /** The one in a file. */
  static RecordedFlow read(TensorFile file, int contextDim, int dim) {
    FAMILY.check(file);
    int[] row = contextDim == 0 ? new int[] {dim} : new int[] {dim, contextDim};
    String draws = file.text(DRAWS);
    checkArgument(
        draws != null && draws.matches("-?[0-9]{1,19} [1-9][0-9]{0,8}"),
        "%s has '%s' for '%s', which no scorer has; pass a file that a scorer's save wrote",
        file,
        draws,
        DRAWS);
    int space = draws.indexOf(' ');
    PlainMap logProb = file.map(LOG_PROB, row);
    return new RecordedFlow(
        dim,
        logProb,
        StoredMap.read(file, CDF, row),
        StoredMap.read(file, LOCATED, row),
        StoredMap.read(file, QUANTILE, row),
        StoredMap.read(file, MADE, row),
        Long.parseLong(draws.substring(0, space)),
        Integer.parseInt(draws.substring(space + 1)));
  }

  @Override
  public void close() {}
}
