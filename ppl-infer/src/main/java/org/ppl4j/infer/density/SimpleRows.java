package org.ppl4j.infer.density;

import com.google.common.base.Suppliers;
import com.google.common.collect.ImmutableList;
import com.google.common.primitives.Doubles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.InterruptionException;
import org.ppl4j.tensor.Rng;

/**
 * A simple distribution of rows: additive regressions, given contexts polynomial ones too, and
 * mixtures of normal distributions of several numbers of components, of rows as they are and in
 * normal scores, each with a weight by what it says of rows that it was not learned from. Those are
 * each fifth of few rows in turn, and one fifth of many. More rows than a number of columns calls
 * for are judged by some of them: it takes milliseconds, beside a flow.
 */
record SimpleRows(ImmutableList<Part> parts) {

  private static final int[] COMPONENTS = {2, 3, 5, 8, 12, 18};

  /**
   * So many numbers of components that are worse than what was, one after the other, are enough.
   */
  private static final int WORSE = 2;

  private static final int FOLDS = 5;

  private static final int FEW_ROWS = 500;

  /** No more rows say what has a part, nor more rows times the square of columns. */
  private static final int MOST_ROWS = 4000;

  private static final double MOST_PRODUCTS = 2e7;

  /** So many times as many are learned from in the end. */
  private static final int MORE = 10;

  /** More columns have one component. */
  private static final int MOST_COLUMNS = 100;

  /** The fewest rows for each number of a component's mean, and one more. */
  private static final int FEWEST_ROWS = 2;

  /** A simple distribution in units, and its weight. */
  record Part(StandardDistribution standard, DataUnits units, double weight) {

    /** The normal distribution of rows; given contexts the linear regression. */
    static Part normal(DataUnits units, Tables rows) {
      return new Part(Learning.of(units, some(units, rows, MORE)).normals().one(), units, 1);
    }

    /** The same of more rows. */
    Part refined(Tables rows) {
      StandardDistribution better;
      if (standard instanceof NormalMixture mixture) {
        better = Learning.of(units, some(units, rows, MORE)).normals().refined(mixture);
      } else if (standard instanceof PolynomialRegressions polynomial) {
        better = Learning.of(units, some(units, rows, 1)).polynomialLike(polynomial);
      } else {
        better = Learning.of(units, some(units, rows, 1)).additive();
      }
      return new Part(better, units, weight);
    }

    /** In place of both, where another is the same, since components of it were left out. */
    Part with(Part other) {
      return new Part(standard, units, weight + other.weight);
    }

    InUnits rows() {
      return new InUnits(standard, units);
    }

    /** Whether it is a normal distribution of rows as they are. */
    boolean isNormal() {
      return standard instanceof NormalMixture mixture
          && mixture.components().size() == 1
          && !units.y().hasMargins();
    }

    @Override
    public String toString() {
      return standard + (units.y().hasMargins() ? " in normal scores" : "");
    }
  }

  /** That of rows, which have noise in their cells. */
  static SimpleRows of(DataUnits units, Tables rows, Rng rng) {
    List<Candidate> candidates = new ArrayList<>();
    List<double[]> logs = new ArrayList<>();
    Folds.of(units.withoutMargins(), rows, rng).addTo(candidates, logs);
    if (units.y().hasMargins()) {
      Folds.of(units, rows, rng).addTo(candidates, logs);
    }
    int[] order =
        IntStream.range(0, logs.size())
            .boxed()
            .sorted(Comparator.comparing(k -> candidates.get(k).kind()))
            .mapToInt(Integer::intValue)
            .toArray();
    double[][] sorted = Arrays.stream(order).mapToObj(logs::get).toArray(double[][]::new);
    double[] weights = Stacking.weights(sorted, sorted[0].length);
    Map<String, Part> parts = new LinkedHashMap<>(); // by what they are
    for (int k = 0; k < order.length; k++) {
      if (weights[k] > 0) {
        Candidate own = candidates.get(order[k]);
        Learning learning = Learning.of(own.units(), some(own.units(), rows, 1));
        StandardDistribution found = own.kind().of(learning, own.like(), rng.split("all"));
        Part part = new Part(found, own.units(), weights[k]);
        parts.merge(part.toString(), part, Part::with);
      }
    }
    return new SimpleRows(ImmutableList.copyOf(parts.values()));
  }

  /** All parts with their weights. */
  RowDistribution distribution() {
    return new MixtureDistribution(parts.stream().map(Part::rows).toList(), weights());
  }

  /** The weights of the parts. */
  double[] weights() {
    return parts.stream().mapToDouble(Part::weight).toArray();
  }

  /** What learns from rows by columns. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Learning(
      int contextDim, double[][] columns, Supplier<NormalMixtureFit> ofNormals) {

    static Learning of(DataUnits units, Tables rows) {
      double[][] columns = NormalMixture.columns(units.standard(rows).tables(), 0, rows.rows());
      int contextDim = units.contextDim();
      return new Learning(
          contextDim, columns, Suppliers.memoize(() -> new NormalMixtureFit(contextDim, columns)));
    }

    NormalMixtureFit normals() {
      return ofNormals.get();
    }

    AdditiveRegressions additive() {
      return AdditiveFit.of(contextDim, columns);
    }

    PolynomialRegressions polynomial(Regressions.Order order) {
      return PolynomialFit.of(contextDim, order, columns);
    }

    PolynomialRegressions polynomialLike(PolynomialRegressions other) {
      return PolynomialFit.like(other, columns);
    }
  }

  /** The simplest first. */
  private enum Family {
    NORMAL,
    ADDITIVE,
    POLYNOMIAL,
    POLYNOMIAL_FROM_LAST,
    MIXTURE
  }

  /**
   * A kind of distribution.
   *
   * @param components of normal distributions; 0 of regressions
   */
  private record Kind(Family family, int components) implements Comparable<Kind> {

    static final Kind NORMAL = new Kind(Family.NORMAL, 1);
    static final Kind ADDITIVE = new Kind(Family.ADDITIVE, 0);
    static final Kind POLYNOMIAL = new Kind(Family.POLYNOMIAL, 0);
    static final Kind POLYNOMIAL_FROM_LAST = new Kind(Family.POLYNOMIAL_FROM_LAST, 0);

    /** That of rows; like one of other rows, unless that is null. */
    StandardDistribution of(Learning learning, @Nullable PolynomialRegressions like, Rng rng) {
      if (like != null) {
        return learning.polynomialLike(like);
      }
      return switch (family) {
        case NORMAL, MIXTURE -> learning.normals().of(components, rng);
        case ADDITIVE -> learning.additive();
        case POLYNOMIAL -> learning.polynomial(Regressions.Order.FIRST_TO_LAST);
        case POLYNOMIAL_FROM_LAST -> learning.polynomial(Regressions.Order.LAST_TO_FIRST);
      };
    }

    @Override
    public int compareTo(Kind other) {
      return Comparator.comparing(Kind::family)
          .thenComparingInt(Kind::components)
          .compare(this, other);
    }
  }

  private static int columns(DataUnits units) {
    return units.contextDim() + units.y().freeDim();
  }

  /** As many rows as are used, so many times, evenly spread. */
  private static Tables some(DataUnits units, Tables rows, int times) {
    int columns = columns(units);
    return rows.evenly((int) (times * Math.min(MOST_ROWS, MOST_PRODUCTS / columns / columns)));
  }

  /**
   * What may have a part.
   *
   * @param like that of a fold, if it is of polynomial regressions; else null
   */
  private record Candidate(DataUnits units, Kind kind, @Nullable PolynomialRegressions like) {}

  /** Parts of rows in some units, each of which is held out once. */
  private record Folds(DataUnits units, int rows, List<Fold> folds, Rng rng) {

    static Folds of(DataUnits units, Tables all, Rng rng) {
      Tables rows = some(units, all, 1);
      int n = rows.rows();
      int[] order = Split.order(rng.split("folds"), n);
      List<Fold> folds = new ArrayList<>();
      for (int k = 0; k < (n <= FEW_ROWS ? FOLDS : 1); k++) {
        int from = (int) ((long) n * k / FOLDS);
        int to = (int) ((long) n * (k + 1) / FOLDS);
        if (from < to) {
          int[] others =
              IntStream.range(0, n).filter(i -> i < from || i >= to).map(i -> order[i]).toArray();
          DataUnits.Standard held = units.standard(rows.view(Arrays.copyOfRange(order, from, to)));
          folds.add(new Fold(Learning.of(units, rows.view(others)), held));
        }
      }
      return new Folds(units, n, folds, rng);
    }

    /** Adds candidates and the log-densities of held-out rows under them. */
    void addTo(List<Candidate> candidates, List<double[]> logs) {
      double best = add(Kind.NORMAL, candidates, logs);
      if (columns(units) > MOST_COLUMNS) {
        return;
      }
      if (columns(units) > 1) {
        best = Math.max(best, add(Kind.ADDITIVE, candidates, logs));
        int dim = columns(units) - units.contextDim();
        if (PolynomialFit.isOf(rows, units.contextDim(), dim)) {
          best = Math.max(best, add(Kind.POLYNOMIAL, candidates, logs));
          if (dim > 1) {
            best = Math.max(best, add(Kind.POLYNOMIAL_FROM_LAST, candidates, logs));
          }
        }
      }
      int worse = 0;
      for (int components : COMPONENTS) {
        if (worse == WORSE || components * FEWEST_ROWS * (columns(units) + 1) > rows) {
          break;
        }
        double mean = add(new Kind(Family.MIXTURE, components), candidates, logs);
        worse = mean > best ? 0 : worse + 1;
        best = Math.max(best, mean);
      }
    }

    /** Adds one, and gives the mean. */
    private double add(Kind kind, List<Candidate> candidates, List<double[]> logs) {
      double[][] each = new double[folds.size()][];
      PolynomialRegressions like = null;
      for (int k = 0; k < each.length; k++) {
        InterruptionException.check("simple distributions", null);
        StandardDistribution found = kind.of(folds.get(k).learning(), like, rng.split(k));
        like = found instanceof PolynomialRegressions polynomial ? polynomial : null;
        each[k] = folds.get(k).logProb(found);
      }
      double[] held = Doubles.concat(each);
      candidates.add(new Candidate(units, kind, like));
      logs.add(held);
      return Arrays.stream(held).average().orElseThrow();
    }
  }

  /**
   * A part of rows that is held out.
   *
   * @param learning from the others
   */
  private record Fold(Learning learning, DataUnits.Standard held) {

    double[] logProb(StandardDistribution found) {
      double[] logs = found.logProb(held.tables());
      for (int i = 0; i < logs.length; i++) {
        logs[i] += held.gain(i);
      }
      return logs;
    }
  }
}
