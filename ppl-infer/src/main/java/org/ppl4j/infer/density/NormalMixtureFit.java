package org.ppl4j.infer.density;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.ppl4j.infer.InterruptionException;
import org.ppl4j.internal.math.Cholesky;
import org.ppl4j.internal.math.Order;
import org.ppl4j.tensor.Rng;

/**
 * Finds mixtures of normal distributions by EM, from several starts.
 *
 * <p>The covariance of a component is its own, as if it had been seen in some further rows whose
 * covariance is of the size of its own and of the shape that all components have in common, so that
 * few rows do not make it singular; this is the same in other linear coordinates. The common shape
 * in turn is shrunk as far as that of {@link ShrunkNormal}, which is the same in other units.
 * Sources: Dempster, Laird and Rubin, "Maximum likelihood from incomplete data via the EM
 * algorithm" (1977); for the prior, Fraley and Raftery, "Bayesian regularization for normal mixture
 * estimation" (2007), and Friedman, "Regularized discriminant analysis" (1989).
 */
final class NormalMixtureFit {

  private static final int BLOCK = 256;

  /** Rounds of EM from each start, and of the best of them. */
  private static final int FIRST_ROUNDS = 10;

  private static final int MAX_ROUNDS = 40;

  /** The last round gains no more than this, in nats a row. */
  private static final double STILL = 1e-4;

  private static final int STARTS = 3;
  private static final int ROUNDS_OF_MEANS = 5;

  /** What is less is none. */
  private static final double NO_SHARE = 1e-12;

  /** A component of fewer rows than these is left out. */
  private static final double FEWEST_ROWS = 2;

  /** Rows by which a component's size is known beforehand. */
  private static final double SIZE_PRIOR = 1;

  private final int contextDim;
  private final double[][] rows;
  private final int size;
  private final int count;
  private final Moments all;
  private final ShrunkNormal one;

  /**
   * Of rows.
   *
   * @param contextDim how many numbers are a context, the first ones
   * @param rows by columns
   */
  NormalMixtureFit(int contextDim, double[][] rows) {
    this.contextDim = contextDim;
    this.rows = rows;
    this.size = rows.length;
    this.count = rows[0].length;
    this.all = Moments.of(rows, null, new double[size]);
    this.one = ShrunkNormal.of(contextDim, rows, all);
  }

  /** The normal distribution. */
  NormalMixture one() {
    return new NormalMixture(contextDim, new double[] {1}, ImmutableList.of(one.normal()));
  }

  /**
   * A mixture of so many components, which may be fewer where there are not enough rows.
   *
   * @throws InterruptionException if the thread is interrupted, as it is for {@link #refined}
   */
  NormalMixture of(int components, Rng rng) {
    if (components == 1) {
      return one();
    }
    double[][] white = one.normal().whitened(size, rows, count);
    State best = State.none(one.normal());
    for (int start = 0; start < STARTS; start++) {
      double[][] shares =
          start == STARTS - 1
              ? shells(white, components)
              : clusters(white, components, rng.split(start));
      State state = run(first(shares), FIRST_ROUNDS);
      if (best.normals.isEmpty() || state.logProb > best.logProb) {
        best = state;
      }
    }
    return mixture(run(best, MAX_ROUNDS));
  }

  /** One that was found of other rows, after some rounds with these. */
  NormalMixture refined(NormalMixture found) {
    if (found.components().size() == 1) {
      return one();
    }
    State start =
        new State(found.weights(), found.components(), one.normal(), Double.NEGATIVE_INFINITY);
    return mixture(run(start, MAX_ROUNDS));
  }

  private NormalMixture mixture(State found) {
    return found.normals.isEmpty()
        ? one()
        : new NormalMixture(contextDim, found.weights, found.normals);
  }

  // --- EM

  /** Components, and the mean log-density of rows and contexts under those before them. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record State(
      double[] weights, List<JointNormal> normals, JointNormal shape, double logProb) {

    /** Without components, where there are none of such moments. */
    static State none(JointNormal shape) {
      return new State(new double[0], List.of(), shape, Double.NaN);
    }
  }

  private State first(double[][] shares) {
    List<Moments> moments = new ArrayList<>();
    for (double[] own : shares) {
      moments.add(Moments.of(rows, own, one.normal().mean()));
    }
    return next(moments, one.normal(), Double.NEGATIVE_INFINITY);
  }

  private State run(State start, int rounds) {
    State state = start;
    for (int round = 0; round < rounds && !start.normals.isEmpty(); round++) {
      InterruptionException.check("a mixture of normal distributions", null);
      State next = round(state);
      if (!Double.isFinite(next.logProb)) {
        return State.none(start.shape);
      }
      boolean isStill = next.logProb - state.logProb < STILL && round > 0;
      state = next;
      if (isStill) {
        break;
      }
    }
    return state;
  }

  private State round(State state) {
    int components = state.weights.length;
    List<Moments.Sums> sums = new ArrayList<>();
    for (JointNormal normal : state.normals) {
      sums.add(new Moments.Sums(normal.mean()));
    }
    double[] logWeights = Arrays.stream(state.weights).map(Math::log).toArray();
    double total = 0;
    double[] row = new double[size];
    for (int from = 0; from < count; from += BLOCK) {
      int of = Math.min(BLOCK, count - from);
      double[][] block = part(from, of);
      double[][] logs = new double[components][];
      for (int k = 0; k < components; k++) {
        JointNormal normal = state.normals.get(k);
        logs[k] = normal.logProb(0, size, normal.whitened(size, block, of), of);
        for (int i = 0; i < of; i++) {
          logs[k][i] += logWeights[k];
        }
      }
      double[] all = LogSums.of(logs);
      for (int i = 0; i < of; i++) {
        total += all[i];
        for (int j = 0; j < size; j++) {
          row[j] = block[j][i];
        }
        for (int k = 0; k < components; k++) {
          double share = Math.exp(logs[k][i] - all[i]);
          if (share > NO_SHARE) {
            sums.get(k).add(row, share);
          }
        }
      }
    }
    return next(sums.stream().map(Moments.Sums::moments).toList(), state.shape, total / count);
  }

  /** Components of these moments. */
  private State next(List<Moments> all, JointNormal shapeBefore, double logProb) {
    List<Moments> kept = all.stream().filter(own -> own.weight() >= FEWEST_ROWS).toList();
    double total = kept.stream().mapToDouble(Moments::weight).sum();
    double[] sizes = sizes(kept, shapeBefore);
    double[] pooled = new double[size * size];
    for (int k = 0; k < sizes.length; k++) {
      double[] own = kept.get(k).covariance();
      double times = kept.get(k).weight() / total / sizes[k];
      for (int i = 0; i < pooled.length; i++) {
        pooled[i] += times * own[i];
      }
    }
    double[] common = new Moments(total, one.normal().mean(), pooled).shrunk(one.share());
    JointNormal shape = JointNormal.of(one.normal().mean(), common);
    if (shape == null) {
      return State.none(shapeBefore);
    }
    double[] weights = new double[sizes.length];
    List<JointNormal> normals = new ArrayList<>();
    for (int k = 0; k < sizes.length; k++) {
      Moments own = kept.get(k);
      if (isPoint(own)) {
        return State.none(shape);
      }
      weights[k] = own.weight() / total;
      double[] covariance = own.shrunk(0);
      for (int i = 0; i < covariance.length; i++) {
        covariance[i] =
            (own.weight() * covariance[i] + size * sizes[k] * common[i]) / (own.weight() + size);
      }
      JointNormal normal = JointNormal.of(own.mean(), covariance);
      if (normal == null) {
        return State.none(shape);
      }
      normals.add(normal);
    }
    return new State(weights, normals, shape, logProb);
  }

  /** Whether a column is one number in a component alone: a density there has no bound. */
  private boolean isPoint(Moments component) {
    return IntStream.range(0, size).anyMatch(j -> component.isConstant(j) && !all.isConstant(j));
  }

  /** The size of each covariance beside a shape, whose weighted geometric mean is 1. */
  private double[] sizes(List<Moments> all, JointNormal shape) {
    double[] precision = Cholesky.inverse(shape.factor(), size);
    double[] sizes = new double[all.size()];
    double logs = 0;
    double total = 0;
    for (int k = 0; k < sizes.length; k++) {
      double trace = 0;
      for (int i = 0; i < precision.length; i++) {
        trace += precision[i] * all.get(k).covariance()[i];
      }
      double weight = all.get(k).weight();
      sizes[k] = (weight * trace / size + SIZE_PRIOR) / (weight + SIZE_PRIOR);
      logs += weight * Math.log(sizes[k]);
      total += weight;
    }
    double mean = Math.exp(logs / total);
    Arrays.setAll(sizes, k -> sizes[k] / mean);
    return sizes;
  }

  private double[][] part(int from, int of) {
    return Arrays.stream(rows)
        .map(column -> Arrays.copyOfRange(column, from, from + of))
        .toArray(double[][]::new);
  }

  // --- starts

  /** Whose row is whose: of rows as far from the middle as others are, in whitened units. */
  private double[][] shells(double[][] white, int components) {
    double[] squares = new double[count];
    for (double[] column : white) {
      for (int i = 0; i < count; i++) {
        squares[i] += column[i] * column[i];
      }
    }
    int[] order = Order.ascending(squares);
    int[] owners = new int[count];
    for (int place = 0; place < count; place++) {
      owners[order[place]] = (int) ((long) place * components / count);
    }
    return shares(owners, components);
  }

  /**
   * By means that are near, in whitened units. The first are rows far from each other, each the
   * best of a few: Arthur and Vassilvitskii, "k-means++: the advantages of careful seeding" (2007).
   */
  private double[][] clusters(double[][] white, int components, Rng rng) {
    double[][] means = new double[components][];
    double[] nearest = new double[count];
    Arrays.fill(nearest, Double.POSITIVE_INFINITY);
    int[] owners = new int[count];
    means[0] = row(white, (int) rng.nextLong(count));
    claim(white, means[0], 0, nearest, owners);
    for (int k = 1; k < components; k++) {
      means[k] = far(white, nearest, 2 + (int) Math.log(components), rng);
      claim(white, means[k], k, nearest, owners);
    }
    for (int round = 0; round < ROUNDS_OF_MEANS; round++) {
      for (int k = 0; k < components; k++) {
        means[k] = mean(white, owners, k, means[k]);
      }
      Arrays.fill(nearest, Double.POSITIVE_INFINITY);
      for (int k = 0; k < components; k++) {
        claim(white, means[k], k, nearest, owners);
      }
    }
    return shares(owners, components);
  }

  /** Of so many rows, by chance as the squares of their distances from means, the best mean. */
  private double[] far(double[][] white, double[] nearest, int tries, Rng rng) {
    double all = Arrays.stream(nearest).sum();
    double least = Double.POSITIVE_INFINITY;
    double[] best = new double[0];
    for (int one = 0; one < tries; one++) {
      double rest = rng.nextUniform() * all;
      int chosen = 0;
      while (chosen < count - 1 && rest >= nearest[chosen]) {
        rest -= nearest[chosen++];
      }
      double[] mean = row(white, chosen);
      double[] left = nearest.clone();
      claim(white, mean, 0, left, new int[count]);
      double sum = Arrays.stream(left).sum();
      if (!(sum >= least)) {
        least = sum;
        best = mean;
      }
    }
    return best;
  }

  private static double[] row(double[][] columns, int row) {
    return Arrays.stream(columns).mapToDouble(column -> column[row]).toArray();
  }

  /** Gives a component the rows that are nearer to it than to those before. */
  private void claim(
      double[][] white, double[] mean, int component, double[] nearest, int[] owners) {
    double[] squares = new double[count];
    for (int j = 0; j < size; j++) {
      double[] column = white[j];
      for (int i = 0; i < count; i++) {
        squares[i] += (column[i] - mean[j]) * (column[i] - mean[j]);
      }
    }
    for (int i = 0; i < count; i++) {
      if (squares[i] < nearest[i]) {
        nearest[i] = squares[i];
        owners[i] = component;
      }
    }
  }

  private double[] mean(double[][] white, int[] owners, int component, double[] ifNone) {
    double[] sum = new double[size];
    int own = 0;
    for (int i = 0; i < count; i++) {
      if (owners[i] == component) {
        own++;
        for (int j = 0; j < size; j++) {
          sum[j] += white[j][i];
        }
      }
    }
    int divisor = own;
    return own == 0 ? ifNone : Arrays.stream(sum).map(x -> x / divisor).toArray();
  }

  private double[][] shares(int[] owners, int components) {
    double[][] shares = new double[components][count];
    for (int i = 0; i < count; i++) {
      shares[owners[i]][i] = 1;
    }
    return shares;
  }
}
