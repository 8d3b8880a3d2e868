package org.ppl4j.infer.svi;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.tracker.Tracker;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.CholeskyDecomposition;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;
import org.junit.jupiter.api.Named;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Posterior;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.autoguide.AutoMultivariateNormal;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.latent.Initializer;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.infer.optim.Optimizer;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.RunConfig;

/**
 * w ~ N(0, 3² I), y ~ N(X w, 1): the posterior of w is normal, with precision XᵀX + I / 9 and mean
 * (XᵀX + I / 9)⁻¹ Xᵀ y. Its scales are 0.2 to 1; with a design whose columns are orthogonal its
 * components are independent, else the eigenvalues of the covariance differ by up to a factor of
 * 10.
 *
 * @param dim of w
 * @param isFull whether components depend on each other, so that the guide must be of full rank
 */
record GaussianProblem(int dim, boolean isFull) {

  private static final double PRIOR = 3;

  /** Ten, of 1 to 20 dims; the guide's family has the posterior. */
  static Stream<Named<GaussianProblem>> all() {
    return IntStream.of(1, 2, 5, 10, 20)
        .boxed()
        .flatMap(
            dim ->
                Stream.of(
                    Named.of("independent " + dim, new GaussianProblem(dim, false)),
                    Named.of("dependent " + dim, new GaussianProblem(dim, true))));
  }

  /** Data, and what is known of the posterior given these. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Posterior(double[] x, double[] y, double[] mean, double[] sd) {

    /** The largest distance of a mean from the posterior's, in the posterior's deviations. */
    double distance(double[] means) {
      return IntStream.range(0, mean.length)
          .mapToDouble(i -> Math.abs(means[i] - mean[i]) / sd[i])
          .max()
          .orElseThrow();
    }
  }

  /** Rows of x are unit vectors in turn, or have a common part too. */
  Posterior posterior(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int rows = 4 * dim + 4;
    RealMatrix x = new Array2DRowRealMatrix(rows, dim);
    double[] w = random.doubles(dim, -2, 2).toArray();
    for (int i = 0; i < rows; i++) {
      double common = isFull ? random.nextGaussian() : 0;
      for (int j = 0; j < dim; j++) {
        double size = 0.5 + 1.5 * j / Math.max(1, dim - 1);
        x.setEntry(
            i, j, isFull ? 0.5 * common + 0.8 * random.nextGaussian() : i % dim == j ? size : 0);
      }
    }
    double[] y = Arrays.stream(x.operate(w)).map(mean -> mean + random.nextGaussian()).toArray();
    RealMatrix precision =
        x.transposeMultiply(x)
            .add(MatrixUtils.createRealIdentityMatrix(dim).scalarMultiply(1 / (PRIOR * PRIOR)));
    RealMatrix covariance = new CholeskyDecomposition(precision).getSolver().getInverse();
    double[] mean = covariance.operate(x.transpose().operate(y));
    double[] sd =
        IntStream.range(0, dim).mapToDouble(i -> Math.sqrt(covariance.getEntry(i, i))).toArray();
    double[] flat = Arrays.stream(x.getData()).flatMapToDouble(Arrays::stream).toArray();
    return new Posterior(flat, y, mean, sd);
  }

  /** The model; data are x, then y. */
  Program<List<NDArray>> model() {
    return (p, data) -> {
      NDArray w = p.sample("w", Normal.of(0, PRIOR).expand(new Shape(dim)).toEvent(1));
      try (Plate rows = p.plate("rows", data.get(1).size(0))) {
        p.observe("y", Normal.of(p.matVec(data.get(0), w), 1), data.get(1));
      }
    };
  }

  Program<List<NDArray>> guide(Program<List<NDArray>> model) {
    Initializer start = Initializer.uniform(); // far, in the units of the model
    return isFull
        ? AutoMultivariateNormal.of(model).initializer(start)
        : AutoNormal.of(model).initializer(start);
  }

  /** A fit's report and the distance of its mean from the posterior's. */
  record Fit(FitReport report, double distance) {

    boolean isWarned() {
      return !report.warnings().isEmpty();
    }
  }

  /** A rate that falls from 0.05 to almost 0. */
  static Optimizer falling(int steps) {
    return Adam.withRate(
        Tracker.cosine().setBaseValue(0.05f).optFinalValue(1e-4f).setMaxUpdates(steps).build());
  }

  Fit fit(long seed, FloatType floatType, Optimizer optimizer, int steps) {
    Posterior exact = posterior(seed);
    RunConfig config = RunConfig.defaults().withSeed(seed).withFloatType(floatType);
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager, config)) {
      List<NDArray> data =
          List.of(
              manager.create(exact.x(), new Shape(exact.y().length, dim)),
              manager.create(exact.y()));
      Program<List<NDArray>> model = model();
      Svi<List<NDArray>> svi =
          Svi.builder(model, guide(model))
              .params(params)
              .optimizer(optimizer)
              .stopping(StoppingRule.never())
              .progress(Progress.silent())
              .build();
      FitReport report = svi.run(data, steps);
      return new Fit(report, exact.distance(params.value("auto.loc")));
    }
  }
}
