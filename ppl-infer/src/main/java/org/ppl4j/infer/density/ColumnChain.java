package org.ppl4j.infer.density;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.file.Family;
import org.ppl4j.tensor.file.TensorFile;

/**
 * Rows of columns of several kinds, by the chain rule: p(y | x) is the product of its factors, each
 * of one column or of several, given x and the columns of the factors before it. Columns that
 * follow from others come back by their rules.
 *
 * <p>The log-probability of a row of which cells are missing, in columns that had such cells when
 * they were learned, is that of the cells that are there: their factors were learned where those
 * before are missing too. It is of the measure of its factors: a mass for categories, counts and
 * atoms, a density for others. A row that breaks a rule beyond rounding has −∞. Draws are whole.
 */
final class ColumnChain implements RowDistribution {

  private static final Family FAMILY = Family.of(ColumnChain.class, 1);

  static final String KIND = "chain";

  private static final String COLUMNS = "chain.columns";
  private static final String CONTEXT_DIM = "chain.contexts";
  private static final String FACTORS = "chain.factors";
  private static final String RULES = "chain.rules";

  /**
   * One factor.
   *
   * @param columns which columns it makes, from 0, in the order of its rows
   * @param mayBeMissing whether its one column may be
   */
  record Factor(ImmutableIntArray columns, boolean mayBeMissing, RowDistribution distribution) {}

  private final ImmutableList<SeenColumn> seen;
  private final int contextDim;
  private final ImmutableList<Factor> factors;
  private final ImmutableList<ColumnRule> rules;
  private final @Nullable Reach reach;

  /**
   * Of these.
   *
   * @param seen how each column is seen
   * @param contextDim how many columns a context has; 0 without
   * @param factors in their order; closed with this
   * @param rules of all columns that no factor makes
   * @param reach of contexts; null without
   */
  ColumnChain(
      List<SeenColumn> seen,
      int contextDim,
      List<Factor> factors,
      List<ColumnRule> rules,
      @Nullable Reach reach) {
    this.seen = ImmutableList.copyOf(seen);
    this.contextDim = contextDim;
    this.factors = ImmutableList.copyOf(factors);
    this.rules = ImmutableList.copyOf(rules);
    this.reach = reach;
  }

  @Override
  public int dim() {
    return seen.size();
  }

  @Override
  public int contextDim() {
    return contextDim;
  }

  // --- contexts of factors

  /**
   * Contexts with columns of their rows beside them.
   *
   * @param contexts one a row; null without
   * @param rows whole ones, of which the columns are taken
   * @param columns which
   * @return null without contexts and columns
   */
  static @Nullable Table beside(
      @Nullable Table contexts, List<SeenColumn> seen, Table rows, int[] columns) {
    int own = contexts == null ? 0 : contexts.columns();
    int width = own + Arrays.stream(columns).map(j -> seen.get(j).width()).sum();
    if (columns.length == 0) {
      return contexts;
    }
    double[] values = new double[rows.rows() * width];
    for (int i = 0; i < rows.rows(); i++) {
      int at = i * width;
      for (int j = 0; j < own; j++) {
        values[at + j] = contexts == null ? 0 : contexts.number(i, j);
      }
      at += own;
      for (int j : columns) {
        seen.get(j).put(rows.number(i, j), values, at);
        at += seen.get(j).width();
      }
    }
    return width == 0 ? null : new Table("x", width, values);
  }

  /** The columns of the factors before one. */
  private int[] before(int factor) {
    return factors.subList(0, factor).stream()
        .flatMapToInt(one -> one.columns().stream())
        .toArray();
  }

  private @Nullable Table contexts(int factor, Tables tables) {
    return beside(tables.x(), seen, tables.y(), before(factor));
  }

  // --- answers

  @Override
  public double[] logProb(Tables tables) {
    double[] sum = new double[tables.rows()];
    for (int f = 0; f < factors.size(); f++) {
      Factor factor = factors.get(f);
      int[] there =
          IntStream.range(0, sum.length)
              .filter(
                  i ->
                      !factor.mayBeMissing()
                          || !Double.isNaN(tables.y().number(i, factor.columns().get(0))))
              .toArray();
      if (there.length > 0) {
        Tables some = tables.view(there);
        Table own = some.y().places(factor.columns().toArray());
        double[] logs = factor.distribution().logProb(new Tables(own, contexts(f, some)));
        for (int k = 0; k < there.length; k++) {
          sum[there[k]] += logs[k];
        }
      }
    }
    for (int i = 0; i < sum.length; i++) {
      for (ColumnRule rule : rules) {
        if (!rule.isKept(tables.y(), i) && !Double.isNaN(sum[i])) {
          sum[i] = Double.NEGATIVE_INFINITY;
        }
      }
    }
    return sum;
  }

  /** The factor of rows of one column. */
  private RowDistribution one() {
    checkArgument(
        dim() == 1 && factors.size() == 1,
        "density is of rows of %s columns, but a cdf and quantiles are of one; learn the column"
            + " given the others",
        dim());
    return factors.get(0).distribution();
  }

  @Override
  public double[] cdf(Tables tables) {
    return one().cdf(tables);
  }

  @Override
  public double[] below(Tables tables) {
    return one().below(tables);
  }

  @Override
  public Tables noisy(Tables tables, Rng noise) {
    return one().noisy(tables, noise);
  }

  @Override
  public double[] quantile(Tables probabilities) {
    return one().quantile(probabilities);
  }

  @Override
  public Table draws(int count, @Nullable Table contexts, long stream) {
    int dim = dim();
    double[] values = new double[count * dim];
    Table rows = new Table("sample", dim, values);
    for (int f = 0; f < factors.size(); f++) {
      Factor factor = factors.get(f);
      Table given = contexts(f, new Tables(rows, contexts));
      Table drawn = factor.distribution().draws(count, given, RowDistribution.part(stream, f));
      for (int k = 0; k < factor.columns().length(); k++) {
        for (int i = 0; i < count; i++) {
          values[i * dim + factor.columns().get(k)] = drawn.number(i, k);
        }
      }
    }
    for (ColumnRule rule : rules) {
      for (int i = 0; i < count; i++) {
        values[i * dim + rule.column()] = rule.of(values, i * dim);
      }
    }
    return rows;
  }

  // --- files

  private static String name(String what, int number) {
    return what + "/" + number;
  }

  @Override
  public double[] distances(Table contexts) {
    return reach == null ? new double[contexts.rows()] : reach.distances(contexts);
  }

  @Override
  public RowDistribution recalibrated(Recalibration map) {
    RowDistribution only = one().recalibrated(map);
    Factor factor = new Factor(ImmutableIntArray.of(0), factors.get(0).mayBeMissing(), only);
    return new ColumnChain(seen, contextDim, ImmutableList.of(factor), rules, reach);
  }

  @Override
  public RowDistribution recorded() {
    List<Factor> all =
        factors.stream()
            .map(
                factor ->
                    new Factor(
                        factor.columns(), factor.mayBeMissing(), factor.distribution().recorded()))
            .toList();
    return new ColumnChain(seen, contextDim, all, rules, reach);
  }

  @Override
  public void write(TensorFile.Builder file) {
    file.put(DensityFile.KIND, KIND);
    FAMILY.write(file);
    file.put(COLUMNS, Integer.toString(dim()));
    file.put(CONTEXT_DIM, Integer.toString(contextDim));
    file.put(FACTORS, Integer.toString(factors.size()));
    file.put(RULES, Integer.toString(rules.size()));
    for (int j = 0; j < dim(); j++) {
      seen.get(j).write(file, name(COLUMNS, j));
    }
    for (int f = 0; f < factors.size(); f++) {
      Factor factor = factors.get(f);
      double[] own = new double[1 + factor.columns().length()];
      own[0] = factor.mayBeMissing() ? 1 : 0;
      for (int k = 1; k < own.length; k++) {
        own[k] = factor.columns().get(k - 1);
      }
      DensityFile.put(file, name(FACTORS, f), own);
      file.put("factor/" + f + "/", factor.distribution()::write);
    }
    for (int r = 0; r < rules.size(); r++) {
      rules.get(r).write(file, name(RULES, r));
    }
    if (reach != null) {
      reach.write(file);
    }
  }

  /** The one in a file. */
  static ColumnChain read(TensorFile file, DensityFile.Reader reader) {
    FAMILY.check(file);
    List<SeenColumn> seen = new ArrayList<>();
    for (int j = 0; j < DensityFile.count(file, COLUMNS); j++) {
      seen.add(SeenColumn.read(file, name(COLUMNS, j)));
    }
    List<ColumnRule> rules = new ArrayList<>();
    for (int r = 0; r < DensityFile.count(file, RULES); r++) {
      rules.add(ColumnRule.read(file, name(RULES, r)));
    }
    int contextDim = DensityFile.count(file, CONTEXT_DIM);
    int count = DensityFile.count(file, FACTORS);
    List<RowDistribution> all = reader.readAll(file, "factor/", count);
    List<Factor> factors = new ArrayList<>();
    for (int f = 0; f < count; f++) {
      double[] own = DensityFile.numbers(file, name(FACTORS, f), 2);
      ImmutableIntArray columns =
          ImmutableIntArray.copyOf(IntStream.range(1, own.length).map(k -> (int) own[k]));
      factors.add(new Factor(columns, own[0] > 0, all.get(f)));
    }
    return new ColumnChain(seen, contextDim, factors, rules, Reach.read(file, contextDim));
  }

  @Override
  public void close() {
    factors.forEach(factor -> factor.distribution().close());
  }
}
