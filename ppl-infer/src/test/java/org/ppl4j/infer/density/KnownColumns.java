package org.ppl4j.infer.density;

import com.google.common.collect.ImmutableList;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.file.TensorFile;

/** Independent columns, each of a known law. */
record KnownColumns(ImmutableList<KnownLaw> laws) implements RowDistribution {

  static KnownColumns of(KnownLaw... laws) {
    return new KnownColumns(ImmutableList.copyOf(laws));
  }

  @Override
  public int dim() {
    return laws.size();
  }

  @Override
  public int contextDim() {
    return laws.get(0).contextDim();
  }

  @Override
  public double[] logProb(Tables tables) {
    double[] sum = new double[tables.rows()];
    for (int j = 0; j < laws.size(); j++) {
      double[] own =
          laws.get(j).logProb(new Tables(new Table("y", 1, tables.y().numbers(j)), tables.x()));
      for (int i = 0; i < sum.length; i++) {
        sum[i] += own[i];
      }
    }
    return sum;
  }

  @Override
  public double[] cdf(Tables tables) {
    throw new IllegalArgumentException("several columns have no cdf");
  }

  @Override
  public double[] quantile(Tables probabilities) {
    throw new IllegalArgumentException("several columns have no quantiles");
  }

  @Override
  public Table draws(int count, @Nullable Table contexts, long stream) {
    double[] all = new double[count * laws.size()];
    for (int j = 0; j < laws.size(); j++) {
      Table own = laws.get(j).draws(count, contexts, stream * 31 + j);
      for (int i = 0; i < count; i++) {
        all[i * laws.size() + j] = own.number(i, 0);
      }
    }
    return new Table("sample", laws.size(), all);
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
