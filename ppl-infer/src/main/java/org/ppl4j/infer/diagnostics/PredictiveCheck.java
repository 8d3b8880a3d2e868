package org.ppl4j.infer.diagnostics;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import com.google.common.math.Quantiles;
import com.google.common.math.Stats;
import com.google.common.primitives.Doubles;
import com.google.common.primitives.ImmutableDoubleArray;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * A posterior predictive check: whether data that a fitted model makes, y_rep, are like those that
 * it was given, y, in a figure T of them. Their Bayesian p-value is
 *
 * <pre>{@code
 * p = Pr(T(y_rep) > T(y) | y) + Pr(T(y_rep) = T(y) | y) / 2
 * }</pre>
 *
 * <p>near 0 or 1 if the model hardly makes data like them, and for figures that it was fitted to,
 * as the mean, mostly near ½: check what it was not. (Halves of equal ones matter for counts, where
 * they are many.)
 *
 * <pre>{@code
 * try (Samples made = Predictive.of(model, run).draw(data, 1000)) {
 *   System.out.println(PredictiveCheck.of("most", y, made.values("y"), Doubles::max));
 * }
 * }</pre>
 *
 * <p>Source: Gelman, Carlin, Stern, Dunson, Vehtari and Rubin, "Bayesian data analysis" (2013),
 * section 6.3; Gelman, Meng and Stern (1996).
 *
 * @param name of the figure
 * @param observed T(y)
 * @param replicated T(y_rep) of each replication
 */
public record PredictiveCheck(String name, double observed, ImmutableDoubleArray replicated) {

  /** A p-value nearer to 0 or 1 speaks against the model. */
  private static final double LEAST = 0.005;

  /** Of these figures, at least one of a replication. */
  public PredictiveCheck {
    requireNonNull(name, "name");
    checkArgument(!replicated.isEmpty(), "check '%s' has no replications; draw at least one", name);
  }

  /**
   * Of a figure.
   *
   * @param name of it
   * @param observed the data y (N)
   * @param replicated the replications (R, N), row by row, draws that count alike
   * @param figure T, of N numbers, which it must not change
   * @throws IllegalArgumentException if there are no data, one is NaN, or the replications are not
   *     whole ones, at least one
   */
  public static PredictiveCheck of(
      String name, double[] observed, double[] replicated, ToDoubleFunction<double[]> figure) {
    int size = observed.length;
    checkArgument(size > 0, "check '%s' is of no data; pass at least one observation", name);
    for (int i = 0; i < size; i++) {
      checkArgument(
          !Double.isNaN(observed[i]),
          "check '%s' is of data whose observation %s is NaN; leave it out here and in the"
              + " replications",
          name,
          i + 1);
    }
    checkArgument(
        replicated.length > 0 && replicated.length % size == 0,
        "check '%s' has %s replicated numbers, but there are %s data; pass as many for each"
            + " replication, of at least one",
        name,
        replicated.length,
        size);
    ImmutableDoubleArray.Builder figures = ImmutableDoubleArray.builder();
    for (int from = 0; from < replicated.length; from += size) {
      figures.add(figure.applyAsDouble(Arrays.copyOfRange(replicated, from, from + size)));
    }
    return new PredictiveCheck(name, figure.applyAsDouble(observed.clone()), figures.build());
  }

  /**
   * Of the usual figures: mean, standard deviation, least, median and greatest.
   *
   * @throws IllegalArgumentException as {@link #of}
   */
  public static ImmutableList<PredictiveCheck> usual(double[] observed, double[] replicated) {
    return ImmutableList.of(
        of("mean", observed, replicated, Stats::meanOf),
        of("sd", observed, replicated, PredictiveCheck::sd),
        of("least", observed, replicated, Doubles::min),
        of("median", observed, replicated, y -> Quantiles.median().compute(y)),
        of("greatest", observed, replicated, Doubles::max));
  }

  /** The standard deviation of data (divisor N − 1; 0 of one). */
  public static double sd(double[] y) {
    return y.length > 1 ? Stats.of(y).sampleStandardDeviation() : 0;
  }

  /**
   * How often the model makes data with a greater figure, as above; NaN if that of the data is. A
   * replication whose figure is NaN counts half.
   */
  public double pValue() {
    if (Double.isNaN(observed)) {
      return Double.NaN;
    }
    double sum = 0;
    for (int i = 0; i < replicated.length(); i++) {
      double figure = replicated.get(i);
      sum += figure > observed ? 1 : figure < observed ? 0 : 0.5;
    }
    return sum / replicated.length();
  }

  /** What speaks against the model: that it hardly makes data with such a figure. */
  public Optional<String> warning() {
    double p = pValue();
    return Math.min(p, 1 - p) >= LEAST
        ? Optional.empty()
        : Optional.of(
            "the model hardly makes data with such a figure (%s); give it what they have and it lacks, such as heavier tails, more spread, or groups"
                .formatted(this));
  }

  /** The figure of the data, the middle 90% of those of the replications, and the p-value. */
  @Override
  public String toString() {
    Map<Integer, Double> quantiles =
        Quantiles.percentiles().indexes(5, 95).compute(replicated.toArray());
    return String.format(
        Locale.ROOT,
        "%s: observed %.4g, replicated %.4g to %.4g, p = %.3f",
        name,
        observed,
        quantiles.get(5),
        quantiles.get(95),
        pValue());
  }
}
