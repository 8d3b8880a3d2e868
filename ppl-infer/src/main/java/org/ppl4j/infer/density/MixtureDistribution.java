package org.ppl4j.infer.density;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.collect.ImmutableList.toImmutableList;

import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.internal.math.NormalQuantile;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.file.Family;
import org.ppl4j.tensor.file.TensorFile;

/**
 * Each of several distributions with some probability, the same for all contexts: the members of an
 * ensemble, or a flow and the simpler distributions that were fitted beside it.
 */
final class MixtureDistribution implements RowDistribution {

  private static final Family FAMILY = Family.of(MixtureDistribution.class, 1);

  static final String KIND = "mixture";

  /** A quantile is found when the normal score of its probability is so near. */
  private static final double NEAR = 1e-11;

  /** Or the probability itself, but for this share of it. */
  private static final double ROUNDING = 4e-16;

  /** Weights in files sum to 1 but for as much. */
  private static final double ROUNDED = 1e-6;

  /** So much probability within a few roundings of a number is a mass. */
  private static final double MASS = 1e-9;

  private static final int MAX_STEPS = 100;

  private final ImmutableList<RowDistribution> all;
  private final double[] allWeights;
  private final ImmutableList<RowDistribution> components; // those of positive weight
  private final double[] weights;

  /**
   * Of these.
   *
   * @param components of as many columns each, at least one; closed with this
   * @param weights of sum 1, none negative; what has weight 0 answers nothing, and is kept in files
   */
  MixtureDistribution(List<? extends RowDistribution> components, double[] weights) {
    checkArgument(
        !components.isEmpty() && components.size() == weights.length,
        "mixture has %s components and %s weights; pass one weight each",
        components.size(),
        weights.length);
    this.all = ImmutableList.copyOf(components);
    this.allWeights = weights;
    int[] chosen = IntStream.range(0, weights.length).filter(k -> weights[k] > 0).toArray();
    this.components = Arrays.stream(chosen).mapToObj(all::get).collect(toImmutableList());
    this.weights = Arrays.stream(chosen).mapToDouble(k -> weights[k]).toArray();
  }

  /** Of these with equal weights; the one itself if there is one. */
  static RowDistribution ofEqual(List<? extends RowDistribution> components) {
    double[] weights = new double[components.size()];
    Arrays.fill(weights, 1.0 / weights.length);
    return weights.length == 1 ? components.get(0) : new MixtureDistribution(components, weights);
  }

  ImmutableList<RowDistribution> components() {
    return all;
  }

  @Override
  public int dim() {
    return components.get(0).dim();
  }

  @Override
  public int contextDim() {
    return components.get(0).contextDim();
  }

  @Override
  public boolean isContinuous() {
    return components.stream().allMatch(RowDistribution::isContinuous);
  }

  @Override
  public double[] logProb(Tables tables) {
    return LogSums.of(each(component -> component.logProb(tables)), weights);
  }

  @Override
  public double[] cdf(Tables tables) {
    return mean(each(component -> component.cdf(tables)));
  }

  @Override
  public double[] below(Tables tables) {
    return mean(each(component -> component.below(tables)));
  }

  private double[][] each(Function<RowDistribution, double[]> function) {
    return components.stream().map(function).toArray(double[][]::new);
  }

  private double[] mean(double[][] each) {
    double[] mean = new double[each[0].length];
    for (int k = 0; k < each.length; k++) {
      for (int i = 0; i < mean.length; i++) {
        mean[i] += weights[k] * each[k][i];
      }
    }
    return mean;
  }

  @Override
  public double[] mean(int count, @Nullable Table contexts) {
    return mean(each(component -> component.mean(count, contexts)));
  }

  /** Of the components by the same map: what draws are made of stays as simple as it was. */
  @Override
  public RowDistribution recalibrated(Recalibration map) {
    return new MixtureDistribution(
        all.stream().map(component -> component.recalibrated(map)).toList(), allWeights);
  }

  /**
   * By inverse quadratic interpolation of normal scores, and bisection where that is not safe,
   * between the least and the greatest quantile of the components. Source: Chandrupatla, "A new
   * hybrid quadratic/bisection algorithm for finding the zero of a nonlinear function" (1997).
   */
  @Override
  public double[] quantile(Tables probabilities) {
    double[][] all = each(component -> component.quantile(probabilities));
    double[][] sorted = new double[probabilities.rows()][];
    for (int i = 0; i < sorted.length; i++) {
      int row = i;
      sorted[i] = Arrays.stream(all).mapToDouble(own -> own[row]).sorted().toArray();
    }
    return new Search(probabilities, sorted).found();
  }

  /**
   * Brackets of quantiles that become narrower: low has a cdf that is less, or is the quantile;
   * that of high is as much or more. Where there may be atoms, quantiles of components are tried
   * first, one of which is that of all at an atom.
   */
  private final class Search {

    private final boolean isContinuous = isContinuous();
    private final Tables probabilities;
    private final double[][] sorted;
    private final double[] low;
    private final double[] high;
    private final double[] below;
    private final double[] above;

    /** Whether the low end of each moved last, or the high one. */
    private final boolean[] lowMoved;

    /** The end that was given up last, NaN before. */
    private final double[] left;

    private final double[] atLeft;

    Search(Tables probabilities, double[][] sorted) {
      this.probabilities = probabilities;
      this.sorted = sorted;
      this.low = Arrays.stream(sorted).mapToDouble(own -> own[0]).toArray();
      this.high = Arrays.stream(sorted).mapToDouble(own -> own[own.length - 1]).toArray();
      this.below = new double[low.length];
      this.above = new double[low.length];
      this.lowMoved = new boolean[low.length];
      this.left = new double[low.length];
      this.atLeft = new double[low.length];
      Arrays.fill(left, Double.NaN);
    }

    double[] found() {
      int[] open = open(IntStream.range(0, low.length).toArray());
      misses(open, low, below);
      misses(open, high, above);
      open = Arrays.stream(open).filter(i -> !isAtEnd(i)).toArray();
      for (int step = 0; step < MAX_STEPS && open.length > 0; step++) {
        double[] tried = new double[low.length];
        for (int i : open) {
          tried[i] = next(i, step);
        }
        double[] miss = new double[low.length];
        misses(open, tried, miss);
        for (int i : open) {
          narrow(i, tried[i], miss[i]);
        }
        open = open(open);
      }
      atAtoms();
      return high;
    }

    /**
     * Where there is a mass within what is left, it is where a component jumps: its quantile of a
     * probability within its jump.
     */
    private void atAtoms() {
      int[] left =
          IntStream.range(0, low.length)
              .filter(i -> low[i] < high[i] && Double.isFinite(high[i] - low[i]))
              .toArray();
      if (left.length == 0) {
        return;
      }
      Table contexts = probabilities.view(left).x();
      double[][] from = each(component -> component.cdf(at(left, low, contexts)));
      double[][] to = each(component -> component.cdf(at(left, high, contexts)));
      for (int k = 0; k < components.size(); k++) {
        double[] inside = new double[left.length];
        for (int i = 0; i < inside.length; i++) {
          inside[i] = (from[k][i] + to[k][i]) / 2;
        }
        double[] atoms =
            components.get(k).quantile(new Tables(new Table("p", 1, inside), contexts));
        for (int i = 0; i < left.length; i++) {
          if (to[k][i] - from[k][i] > MASS) {
            high[left[i]] = atoms[i];
          }
        }
      }
    }

    private Tables at(int[] rows, double[] numbers, @Nullable Table contexts) {
      double[] some = Arrays.stream(rows).mapToDouble(i -> numbers[i]).toArray();
      return new Tables(new Table("y", 1, some), contexts);
    }

    /** Where the least quantile of a component is that of all, as at an atom that all have. */
    private boolean isAtEnd(int i) {
      if (below[i] >= 0) {
        high[i] = low[i];
      }
      return below[i] >= 0 || !(above[i] >= 0);
    }

    private int[] open(int[] rows) {
      return Arrays.stream(rows)
          .filter(i -> low[i] < high[i] && Double.isFinite(high[i] - low[i]))
          .filter(
              i -> high[i] - low[i] > 4 * Math.ulp(Math.max(Math.abs(low[i]), Math.abs(high[i]))))
          .toArray();
    }

    private double next(int i, int step) {
      int component = step + 1;
      if (!isContinuous && component < sorted[i].length - 1) {
        double own = sorted[i][component];
        if (own > low[i] && own < high[i]) {
          return own;
        }
      }
      double width = high[i] - low[i];
      double share = lowMoved[i] ? share(i) : 1 - share(i);
      double least = 2 * Math.ulp(Math.max(Math.abs(low[i]), Math.abs(high[i]))) / width;
      return low[i] + width * Math.max(least, Math.min(share, 1 - least));
    }

    /** How far from the end that moved last to the other, as a share. */
    private double share(int i) {
      double end = lowMoved[i] ? low[i] : high[i];
      double other = lowMoved[i] ? high[i] : low[i];
      double atEnd = lowMoved[i] ? below[i] : above[i];
      double atOther = lowMoved[i] ? above[i] : below[i];
      if (Double.isNaN(left[i])) {
        double line = atEnd / (atEnd - atOther);
        return line > 0 && line < 1 ? line : 0.5;
      }
      double place = (end - other) / (left[i] - other);
      double value = (atEnd - atOther) / (atLeft[i] - atOther);
      boolean isSafe = value * value < place && (1 - value) * (1 - value) < 1 - place;
      double curve =
          atEnd / (atOther - atEnd) * atLeft[i] / (atOther - atLeft[i])
              + (left[i] - end)
                  / (other - end)
                  * atEnd
                  / (atLeft[i] - atEnd)
                  * atOther
                  / (atLeft[i] - atOther);
      return isSafe && curve > 0 && curve < 1 ? curve : 0.5;
    }

    private void narrow(int i, double at, double miss) {
      if (Math.abs(miss) < NEAR) {
        low[i] = at;
        high[i] = at;
        return;
      }
      boolean isLow = miss < 0;
      left[i] = isLow ? low[i] : high[i];
      atLeft[i] = isLow ? below[i] : above[i];
      (isLow ? low : high)[i] = at;
      (isLow ? below : above)[i] = miss;
      lowMoved[i] = isLow;
    }

    /** By how much the score of the cdf is more than wanted, at numbers of some rows. */
    private void misses(int[] rows, double[] numbers, double[] into) {
      if (rows.length == 0) {
        return;
      }
      Tables some = probabilities.view(rows);
      double[] cdf = cdf(at(rows, numbers, some.x()));
      for (int k = 0; k < rows.length; k++) {
        into[rows[k]] = miss(cdf[k], some.y().number(k, 0));
      }
    }

    private double miss(double cdf, double wanted) {
      return Math.abs(cdf - wanted) <= ROUNDING * wanted
          ? 0
          : NormalQuantile.of(cdf) - NormalQuantile.of(wanted);
    }
  }

  @Override
  public Table draws(int count, @Nullable Table contexts, long stream) {
    Rng rng = Rng.of(stream, Rng.Purpose.PREDICT, 0, "density.component");
    int[] chosen = new int[count];
    Arrays.setAll(chosen, i -> component(rng.nextUniform()));
    double[] values = new double[count * dim()];
    for (int k = 0; k < components.size(); k++) {
      int component = k;
      int[] own = IntStream.range(0, count).filter(i -> chosen[i] == component).toArray();
      if (own.length > 0) {
        Table given = contexts == null ? null : contexts.view(own);
        Table drawn = components.get(k).draws(own.length, given, RowDistribution.part(stream, k));
        for (int i = 0; i < own.length; i++) {
          for (int j = 0; j < dim(); j++) {
            values[own[i] * dim() + j] = drawn.number(i, j);
          }
        }
      }
    }
    return new Table("sample", dim(), values);
  }

  private int component(double uniform) {
    int k = 0;
    for (double rest = uniform - weights[0]; rest >= 0 && k < weights.length - 1; ) {
      rest -= weights[++k];
    }
    return k;
  }

  /** Those of the first, as all have learned from the same. */
  @Override
  public Tables noisy(Tables tables, Rng noise) {
    return components.get(0).noisy(tables, noise);
  }

  /** Those of the first, as all have learned from the same. */
  @Override
  public double[] distances(Table contexts) {
    return components.get(0).distances(contexts);
  }

  @Override
  public RowDistribution recorded() {
    return new MixtureDistribution(
        components.stream().map(RowDistribution::recorded).toList(), weights);
  }

  @Override
  public void write(TensorFile.Builder file) {
    file.put(DensityFile.KIND, KIND);
    FAMILY.write(file);
    file.put("weights", FloatType.FLOAT64, new Shape(allWeights.length), allWeights);
    for (int k = 0; k < allWeights.length; k++) {
      file.put("component/" + k + "/", all.get(k)::write);
    }
  }

  /** The one in a file. */
  static MixtureDistribution read(TensorFile file, DensityFile.Reader reader) {
    FAMILY.check(file);
    double[] weights = Standardisation.entry(file, "weights");
    checkArgument(
        weights.length > 0,
        "%s has a mixture without weights; pass a file that a density's save wrote",
        file);
    checkArgument(
        Arrays.stream(weights).allMatch(weight -> weight >= 0)
            && Math.abs(Arrays.stream(weights).sum() - 1) < ROUNDED,
        "%s has a mixture with weights %s, which are no shares of 1; pass a file that a density's"
            + " save wrote",
        file,
        Arrays.toString(weights));
    return new MixtureDistribution(reader.readAll(file, "component/", weights.length), weights);
  }

  @Override
  public void close() {
    all.forEach(RowDistribution::close);
  }
}
