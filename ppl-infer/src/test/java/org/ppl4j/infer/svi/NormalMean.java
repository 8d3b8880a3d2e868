package org.ppl4j.infer.svi;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.ppl4j.Plate;
import org.ppl4j.PlateSpec;
import org.ppl4j.Program;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.params.ParamStore;
import org.ppl4j.testing.NormalDensity;

/**
 * mu ~ N(0, 10) and five numbers x ~ N(mu, 2): a posterior that is normal, and its evidence. With a
 * store and the data, for one test.
 */
final class NormalMean implements AutoCloseable {

  private static final double[] X = {3.1, 4.7, 5.2, 2.9, 6.4};

  /** How many numbers there are. */
  static final int COUNT = X.length;

  static final double PRECISION = 0.01 + COUNT / 4.0;
  static final double MEAN = Arrays.stream(X).sum() / 4 / PRECISION;
  static final double SD = 1 / Math.sqrt(PRECISION);

  /** log p(x) = log p(x, mu) − log p(mu | x) at any mu. */
  static final double EVIDENCE = logJoint(1) - logNormal(1, MEAN, SD);

  static final Program<NDArray> MODEL = model(rows -> rows);

  /** Of the posterior's family, from N(0, 1). */
  static final Program<NDArray> GUIDE =
      (p, x) -> {
        NDArray loc = p.param("loc", () -> p.scalar(0));
        NDArray scale = p.param("scale", () -> p.scalar(1), Constraint.POSITIVE);
        p.sample("mu", Normal.of(loc, scale));
      };

  final NDManager manager = NDManager.newBaseManager();
  final ParamStore params = new ParamStore(manager);
  final NDArray data = manager.create(X);

  /** The model, whose plate is opened so. */
  static Program<NDArray> model(UnaryOperator<PlateSpec> rows) {
    return (p, x) -> {
      NDArray mu = p.sample("mu", Normal.of(0, 10));
      try (Plate plate = p.plate(rows.apply(PlateSpec.of("rows", COUNT)))) {
        p.observe("x", Normal.of(mu, 2), plate.take(x));
      }
    };
  }

  static double logNormal(double x, double mean, double sd) {
    return NormalDensity.log(x, mean, sd);
  }

  static double logJoint(double mu) {
    return logNormal(mu, 0, 10) + Arrays.stream(X).map(x -> logNormal(x, mu, 2)).sum();
  }

  /** A guide that begins at the posterior's mean, with {@code share} of its variance. */
  static Program<NDArray> narrow(double share) {
    return (p, x) -> {
      NDArray loc = p.param("loc", () -> p.scalar(MEAN));
      NDArray scale = p.param("scale", () -> p.scalar(SD * Math.sqrt(share)), Constraint.POSITIVE);
      p.sample("mu", Normal.of(loc, scale));
    };
  }

  /** A silent fit in the store. */
  Svi.Builder<NDArray> fit(Program<NDArray> model, Program<NDArray> guide) {
    return Svi.builder(model, guide)
        .params(params)
        .optimizer(Adam.withRate(0.05))
        .progress(Progress.silent());
  }

  @Override
  public void close() {
    params.close();
    manager.close();
  }
}
