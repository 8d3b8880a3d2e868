package org.ppl4j.studies.tables;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.hipparchus.stat.regression.OLSMultipleLinearRegression;
import org.ppl4j.flows.Flows;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.density.ConditionalDensity;
import org.ppl4j.infer.density.ConditionalDensityEstimator;
import org.ppl4j.infer.density.DensityScores;
import org.ppl4j.infer.density.Training;
import org.ppl4j.tensor.RunConfig;

/**
 * Densities of regression tables on rows that they have not seen: each table in five splits, a
 * fifth of the rows for the test and the others for all that is learned.
 */
final class RegressionStudy {

  static final int SPLITS = 5;

  /** Of the order of rows, of which each split has every fifth. */
  private static final long ORDER = 20261201;

  private static final int THREADS = 2;

  private RegressionStudy() {}

  /**
   * What one split of a table says.
   *
   * @param scores of the rows for the test
   * @param leastSquares the mean log-density of them by a linear regression with normal errors
   */
  record Split(RegressionTable table, int number, DensityScores scores, double leastSquares) {

    double logProb() {
      return scores.scores().get(0).logProb();
    }

    /** How many rows the interval of a level holds. */
    int held(double level) {
      return (int) Math.rint(scores.rows() * scores.coverage("y", level));
    }

    CoverageLaw law(double level) {
      return CoverageLaw.of(scores.rows(), scores.calibrationRows("y"), level);
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%-24s %d: log-density %8.4f, least squares %8.4f, held of %d %s",
          table.name(),
          number,
          logProb(),
          leastSquares,
          scores.rows(),
          DensityScores.LEVELS.stream().mapToObj(this::held).toList());
    }
  }

  /** With what is standard. */
  static ConditionalDensityEstimator estimator(long seed) {
    return ConditionalDensityEstimator.of(Flows::conditional)
        .training(
            Training.standard()
                .config(RunConfig.defaults().withSeed(seed))
                .progress(Progress.silent()));
  }

  /**
   * Rows for learning, and for the test.
   *
   * @param rows the first
   * @param test the others
   */
  record Parts(RegressionTable rows, RegressionTable test) {

    static Parts of(RegressionTable table, int split) {
      List<Integer> order = new ArrayList<>(IntStream.range(0, table.rows()).boxed().toList());
      Collections.shuffle(order, new Random(ORDER));
      return new Parts(
          table.rows(chosen(order, split, false)), table.rows(chosen(order, split, true)));
    }

    private static int[] chosen(List<Integer> order, int split, boolean inside) {
      return IntStream.range(0, order.size())
          .filter(i -> i % SPLITS == split == inside)
          .map(order::get)
          .toArray();
    }

    private double leastSquares() {
      OLSMultipleLinearRegression fit = new OLSMultipleLinearRegression();
      fit.newSampleData(rows.y(), rows.x());
      double[] beta = fit.estimateRegressionParameters();
      double variance = fit.calculateResidualSumOfSquares() / rows.rows();
      double sum = 0;
      for (int i = 0; i < test.rows(); i++) {
        double error = test.y()[i] - beta[0];
        for (int j = 1; j < beta.length; j++) {
          error -= beta[j] * test.x()[i][j - 1];
        }
        sum -= 0.5 * (error * error / variance + Math.log(2 * Math.PI * variance));
      }
      return sum / test.rows();
    }
  }

  /** What an estimator learns of one split. */
  static Split run(RegressionTable table, int split, ConditionalDensityEstimator estimator) {
    Parts parts = Parts.of(table, split);
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray y = parts.rows().targets(manager);
      NDArray x = parts.rows().contexts(manager);
      try (ConditionalDensity density = estimator.fit(y, x)) {
        RegressionTable test = parts.test();
        DensityScores scores = density.calibrate(test.targets(manager), test.contexts(manager));
        return new Split(table, split, scores, parts.leastSquares());
      }
    }
  }

  /**
   * All splits of tables, some at a time.
   *
   * @param members of the ensemble of each
   */
  static ImmutableList<Split> run(List<RegressionTable> tables, int members) {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<Split>> all = new ArrayList<>();
      for (RegressionTable table : tables) {
        for (int split = 0; split < SPLITS; split++) {
          int own = split;
          all.add(threads.submit(() -> run(table, own, estimator(own).ensemble(members))));
        }
      }
      ImmutableList.Builder<Split> splits = ImmutableList.builder();
      for (Future<Split> one : all) {
        Split split = one.get();
        System.out.println(split);
        splits.add(split);
      }
      return splits.build();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    } finally {
      threads.shutdownNow();
    }
  }

  /** The tables of the acceptance test. */
  static ImmutableList<RegressionTable> tables(int rows) {
    return ImmutableList.of(
        RegressionTable.friedman1(rows, 1),
        RegressionTable.friedman2(rows, 2),
        RegressionTable.friedman3(rows, 3),
        RegressionTable.wine("alcohol"),
        RegressionTable.wine("volatile acidity"),
        RegressionTable.radon());
  }

  /**
   * The larger grid: more rows of the tables that are made, further columns of the wines, and
   * ensembles.
   *
   * @param arguments how many rows, and how many members
   */
  public static void main(String[] arguments) {
    List<RegressionTable> tables = new ArrayList<>(tables(Integer.parseInt(arguments[0])));
    for (String column : List.of("density", "pH", "sulphates", "chlorides", "fixed acidity")) {
      tables.add(RegressionTable.wine(column));
    }
    run(tables, Integer.parseInt(arguments[1]));
  }
}
