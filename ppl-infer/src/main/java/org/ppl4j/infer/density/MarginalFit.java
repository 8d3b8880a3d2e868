package org.ppl4j.infer.density;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.primitives.Doubles;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.InterruptionException;
import org.ppl4j.infer.internal.GeneralizedPareto;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;

/**
 * Learns the normal scores of columns of so many numbers: by their quantiles in the middle, unless
 * it is to be smooth, and generalized Pareto tails, which may be anything from a sharp end to a
 * heavy tail. A tail of probability p_u that begins at u has the quantiles u ± σ ((p / p_u)^−k − 1)
 * / k.
 */
final class MarginalFit {

  /** What a column's map is between its tails. */
  enum Middle {

    /** Through quantiles, so that the scores are normal, with kinks of their density in between. */
    QUANTILES,

    /** One smooth piece, which leaves the column's shape as it is. */
    SMOOTH
  }

  /** With fewer numbers a column has no tails to learn. */
  static final int FEWEST = 200;

  /** The tails of n numbers have a probability of so much by √n each. */
  private static final double TAIL = 2;

  /** The last knot is where this share of one of the numbers lies beyond. */
  private static final double LAST = 0.05;

  /** The greatest distance of two knots of a tail. */
  private static final double TAIL_STEP = 0.5;

  /** There are ∛n knots in the middle by this. */
  private static final double MIDDLE = 1.5;

  /** A gain is no accident from so many standard errors on. */
  private static final double ERRORS = 2;

  /** A gain of one number counts no more than this, and no less than minus this. */
  private static final double MAX_GAIN = 10;

  /** A column of contexts is heavy from so many deviations of its middle half on. */
  private static final double HEAVY = 4;

  /** With more columns of contexts it is not judged how a column depends on them. */
  private static final int MAX_CONTEXT_COLUMNS = 256;

  /** So many rows with contexts are judged in each half. */
  private static final int MAX_JUDGED = 2000;

  /** So many without, which cost less. */
  private static final int MAX_PLAIN = 20_000;

  private final double[] scores; // of the knots
  private final double[] probabilities; // of less
  private final int tail; // the last knot of the lower tail

  /** For columns of so many numbers, at least half of {@link #FEWEST}. */
  private MarginalFit(int count, Middle between) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Normal normal = Normal.of(0, 1);
      double[] ends =
          run.withoutGradients(
              () ->
                  Tensors.values(normal.icdf(tensor(run, LAST / count, TAIL / Math.sqrt(count)))));
      this.tail = (int) Math.ceil((ends[1] - ends[0]) / TAIL_STEP);
      int middle = between == Middle.SMOOTH ? 1 : (int) Math.ceil(Math.cbrt(count) / MIDDLE);
      this.scores = new double[2 * tail + middle + 1];
      int last = scores.length - 1;
      for (int i = 0; i <= tail; i++) {
        scores[i] = ends[0] + (ends[1] - ends[0]) * i / tail;
        scores[last - i] = -scores[i];
      }
      for (int i = 1; i < middle; i++) {
        scores[tail + i] = ends[1] * (1 - 2.0 * i / middle);
      }
      this.probabilities =
          run.withoutGradients(() -> Tensors.values(normal.cdf(tensor(run, scores))));
    }
  }

  private static NDArray tensor(Run run, double... numbers) {
    return run.create(numbers, new Shape(numbers.length));
  }

  /**
   * The map of each column of a table in standard units; none for one that a normal distribution,
   * whose mean and variance follow the contexts {@linkplain NormalRegression smoothly}, describes
   * no worse, judged by each half of the rows for the other, or in which many numbers are the same.
   *
   * @param contexts one a row, in standard units; null without
   * @param middle what they are between the tails
   * @param rng halves the table
   * @throws InterruptionException if the thread is interrupted meanwhile
   */
  static Marginals of(Table table, @Nullable Table contexts, Middle middle, Rng rng) {
    int rows = table.rows();
    if (rows < FEWEST || (contexts != null && contexts.columns() > MAX_CONTEXT_COLUMNS)) {
      return Marginals.none(table.columns());
    }
    MarginalFit whole = new MarginalFit(rows, middle);
    MarginalFit half = new MarginalFit(rows / 2, middle);
    int[] order = Split.order(rng, rows);
    Part one = Part.of(table, contexts, Arrays.copyOf(order, rows / 2), rng);
    Part two = Part.of(table, contexts, Arrays.copyOfRange(order, rows - rows / 2, rows), rng);
    return new Marginals(
        IntStream.range(0, table.columns())
            .mapToObj(
                j -> {
                  InterruptionException.check("the fit of marginals", null);
                  return half.helps(one, two, j)
                      ? whole.fit(table.numbers(j))
                      : Optional.<Marginal>empty();
                })
            .toList());
  }

  /**
   * The map of each column of contexts in standard units; none for one that has no heavy tails, or
   * in which many numbers are the same. What a network reads is to lie within reach, and not far
   * from all others in a few rows.
   */
  static Marginals ofContexts(Table contexts) {
    if (contexts.rows() < FEWEST) {
      return Marginals.none(contexts.columns());
    }
    MarginalFit whole = new MarginalFit(contexts.rows(), Middle.QUANTILES);
    return new Marginals(
        IntStream.range(0, contexts.columns())
            .mapToObj(j -> contexts.numbers(j))
            .map(
                numbers ->
                    Standardisation.deviation(numbers)
                            > HEAVY * Standardisation.MiddleHalf.of(numbers).deviation()
                        ? whole.fit(numbers)
                        : Optional.<Marginal>empty())
            .toList());
  }

  /**
   * Some rows.
   *
   * @param rows all of them
   * @param count so many of them are judged
   * @param contexts of those that are judged; null without
   * @param basis of functions of the contexts
   */
  private record Part(Table rows, int count, @Nullable Table contexts, SmoothBasis basis) {

    static Part of(Table table, @Nullable Table contexts, int[] rows, Rng rng) {
      int count = Math.min(rows.length, contexts == null ? MAX_PLAIN : MAX_JUDGED);
      Table judged = contexts == null ? null : contexts.view(Arrays.copyOf(rows, count));
      return new Part(table.view(rows), count, judged, SmoothBasis.of(judged, rng));
    }

    double[] judged(int column) {
      return Arrays.copyOf(rows.numbers(column), count);
    }

    NormalRegression regression(double[] numbers) {
      return NormalRegression.of(basis, numbers, contexts);
    }
  }

  private boolean helps(Part one, Part two, int column) {
    Optional<Marginal> ofOne = fit(one.rows().numbers(column));
    Optional<Marginal> ofTwo = fit(two.rows().numbers(column));
    if (ofOne.isEmpty() || ofTwo.isEmpty()) {
      return false;
    }
    double[] gains =
        Doubles.concat(gains(ofTwo.get(), two, one, column), gains(ofOne.get(), one, two, column));
    double mean = Arrays.stream(gains).average().orElseThrow();
    double square = Arrays.stream(gains).map(gain -> (gain - mean) * (gain - mean)).sum();
    return mean * gains.length > ERRORS * Math.sqrt(square);
  }

  /** How much likelier each number is if the scores are normal than if the numbers are. */
  private static double[] gains(Marginal margin, Part learned, Part judged, int column) {
    double[] known = learned.judged(column);
    double[] numbers = judged.judged(column);
    double[] gains =
        learned
            .regression(scores(margin, known))
            .logProb(scores(margin, numbers), judged.contexts());
    double[] plain = learned.regression(known).logProb(numbers, judged.contexts());
    for (int i = 0; i < gains.length; i++) {
      double gain = gains[i] + margin.score(numbers[i]).logSlope() - plain[i];
      gains[i] = Math.max(-MAX_GAIN, Math.min(gain, MAX_GAIN));
    }
    return gains;
  }

  private static double[] scores(Marginal margin, double[] numbers) {
    return Arrays.stream(numbers).map(y -> margin.score(y).value()).toArray();
  }

  /** The map of a column; empty if it does not ascend, as where many numbers are the same. */
  private Optional<Marginal> fit(double[] column) {
    int last = scores.length - 1;
    double[] ascending = Arrays.stream(column).sorted().toArray();
    double[] turned = Arrays.stream(column).map(y -> -y).sorted().toArray();
    double mass = probabilities[tail];
    Tail low = Tail.of(ascending, mass);
    Tail high = Tail.of(turned, mass);
    double[] numbers = new double[scores.length];
    double[] slopes = new double[scores.length];
    for (int i = 0; i <= tail; i++) {
      double density = Math.exp(-scores[i] * scores[i] / 2) / Math.sqrt(2 * Math.PI);
      numbers[i] = low.quantile(probabilities[i]);
      slopes[i] = low.slope(probabilities[i]) * density;
      numbers[last - i] = -high.quantile(probabilities[i]);
      slopes[last - i] = high.slope(probabilities[i]) * density;
    }
    for (int i = tail + 1; i < last - tail; i++) {
      numbers[i] = quantile(ascending, probabilities[i]);
    }
    if (ascending[0] < numbers[0]) { // farther out than the law of the tail
      numbers[0] = ascending[0];
      slopes[0] = (numbers[1] - numbers[0]) / (scores[1] - scores[0]);
    }
    if (-turned[0] > numbers[last]) {
      numbers[last] = -turned[0];
      slopes[last] = (numbers[last] - numbers[last - 1]) / (scores[last] - scores[last - 1]);
    }
    for (int i = tail + 1; i < last - tail; i++) {
      double below = (numbers[i] - numbers[i - 1]) / (scores[i] - scores[i - 1]);
      double above = (numbers[i + 1] - numbers[i]) / (scores[i + 1] - scores[i]);
      slopes[i] = Math.sqrt(below * above);
    }
    return Marginal.isMap(scores, numbers, slopes)
        ? Optional.of(new Marginal(scores, numbers, slopes))
        : Optional.empty();
  }

  /** The number below which this share is, between neighbours. */
  private static double quantile(double[] ascending, double p) {
    double place = p * ascending.length - 0.5;
    int low = (int) Math.max(0, Math.min(Math.floor(place), ascending.length - 2));
    double share = Math.max(0, Math.min(place - low, 1));
    return ascending[low] + share * (ascending[low + 1] - ascending[low]);
  }

  /**
   * A lower tail.
   *
   * @param start where it begins
   * @param mass its probability
   * @param law of the distance from there
   */
  private record Tail(double start, double mass, GeneralizedPareto law) {

    static Tail of(double[] ascending, double mass) {
      double start = MarginalFit.quantile(ascending, mass);
      int count = 0;
      while (ascending[count] < start) {
        count++;
      }
      double[] distances = new double[count];
      int all = count;
      Arrays.setAll(distances, i -> start - ascending[all - 1 - i]);
      GeneralizedPareto none = new GeneralizedPareto(0, 0); // no map has it
      return new Tail(start, mass, count == 0 ? none : GeneralizedPareto.likeliest(distances));
    }

    double quantile(double p) {
      double log = Math.log(mass / p);
      double factor = law.shape() == 0 ? log : Math.expm1(law.shape() * log) / law.shape();
      return start - law.scale() * factor;
    }

    /** How fast the quantile grows with p. */
    double slope(double p) {
      return law.scale() * Math.exp(law.shape() * Math.log(mass / p)) / p;
    }
  }
}
