package org.ppl4j.benchmarks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import org.ppl4j.Plate;
import org.ppl4j.Ppl;
import org.ppl4j.Program;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Bernoulli;
import org.ppl4j.distributions.Beta;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.HalfCauchy;
import org.ppl4j.distributions.HalfNormal;
import org.ppl4j.distributions.Normal;

/** The models that Pyro is timed on, statement by statement as there. */
public final class PeerModels {

  /**
   * The eight schools.
   *
   * @param y the effects (8)
   * @param sigma their standard errors (8)
   */
  public record Schools(NDArray y, NDArray sigma) {}

  /** Ten flips, a statement each. */
  public static final Program<NDArray> COIN =
      (p, flips) -> {
        NDArray fairness = p.sample("f", Beta.of(10, 10));
        for (int i : p.loop("n", 10)) {
          p.observe("y", Bernoulli.probs(fairness), flips.get(i));
        }
      };

  /** Ten flips in one plate. */
  public static final Program<NDArray> COIN_PLATE =
      (p, flips) -> {
        NDArray fairness = p.sample("f", Beta.of(10, 10));
        try (Plate plate = p.plate("n", 10)) {
          p.observe("y", Bernoulli.probs(fairness), plate.take(flips));
        }
      };

  /**
   * A time series whose errors follow from each other, one by one: y_t = mu + phi · y_{t-1} + theta
   * · e_{t-1} + e_t with e_t ~ N(0, sigma).
   */
  public static final Program<NDArray> LOOP =
      (p, y) -> {
        NDArray mu = p.sample("mu", Normal.of(0, 10));
        NDArray phi = p.sample("phi", Normal.of(0, 2));
        NDArray theta = p.sample("theta", Normal.of(0, 2));
        NDArray sigma = p.sample("sigma", HalfCauchy.of(2.5));
        NDArray logProb = p.scalar(0);
        NDArray expected = mu.add(phi.mul(mu));
        for (int t = 0; t < y.size(0); t++) {
          NDArray error = y.get(t).sub(expected);
          logProb = logProb.add(Normal.of(0, sigma).logProb(error));
          expected = mu.add(phi.mul(y.get(t))).add(theta.mul(error));
        }
        p.factor("errors", logProb);
      };

  /** Beta(a, b), both learned. */
  public static final Program<NDArray> COIN_GUIDE =
      (p, flips) -> {
        NDArray a = p.param("a", () -> p.scalar(15), Constraint.POSITIVE);
        NDArray b = p.param("b", () -> p.scalar(15), Constraint.POSITIVE);
        p.sample("f", Beta.of(a, b));
      };

  /** mu ~ N(0, 5); tau ~ HalfCauchy(5); eta ~ N(0, 1); y ~ N(mu + tau eta, sigma). */
  public static final Program<Schools> EIGHT_SCHOOLS =
      (p, data) -> {
        NDArray mu = p.sample("mu", Normal.of(0, 5));
        NDArray tau = p.sample("tau", HalfCauchy.of(5));
        try (Plate schools = p.plate("school", 8)) {
          NDArray eta = p.sample("eta", Normal.of(0, 1));
          NDArray theta = mu.add(tau.mul(eta));
          p.observe("y", Normal.of(theta, schools.take(data.sigma())), schools.take(data.y()));
        }
      };

  /**
   * Rows of a regression.
   *
   * @param x predictors (N, D)
   * @param y outcomes (N)
   */
  public record Table(NDArray x, NDArray y) {}

  private static final Block LAYERS =
      new SequentialBlock()
          .add(Linear.builder().setUnits(64).build())
          .add(Activation::tanh)
          .add(Linear.builder().setUnits(64).build())
          .add(Activation::tanh)
          .add(Linear.builder().setUnits(1).build());

  /** y ~ N(f(x), 1), f a network of two hidden layers of 64 units. */
  public static final Program<Table> NETWORK =
      (p, data) -> {
        try (Plate rows = p.plate("n", data.y().size())) {
          NDArray mean = p.net("f", LAYERS, rows.take(data.x())).get("..., 0");
          p.observe("y", Normal.of(mean, 1), rows.take(data.y()));
        }
      };

  private static final int CODE = 20;

  private static final Block ENCODER =
      new SequentialBlock().add(Linear.builder().setUnits(400).build()).add(Activation::softPlus);

  private static final Block LOCATION = Linear.builder().setUnits(CODE).build();

  private static final Block LOG_SCALE = Linear.builder().setUnits(CODE).build();

  private static final Block DECODER =
      new SequentialBlock()
          .add(Linear.builder().setUnits(400).build())
          .add(Activation::softPlus)
          .add(Linear.builder().setUnits(784).build())
          .add(Activation::sigmoid);

  /** z ~ N(0, 1), 20 numbers; x ~ Bernoulli(f(z)), 784 pixels, f a network of 400 units. */
  public static final Program<NDArray> AUTOENCODER =
      (p, x) -> {
        try (Plate rows = p.plate("n", x.size(0))) {
          NDArray z = p.sample("z", Normal.standard(CODE).toEvent(1));
          NDArray pixels = p.net("decoder", DECODER, z);
          p.observe("x", Bernoulli.probs(pixels).toEvent(1), rows.take(x));
        }
      };

  /** z ~ N(g(x), exp h(x)), g and h networks that share 400 units. */
  public static final Program<NDArray> AUTOENCODER_GUIDE =
      (p, x) -> {
        try (Plate rows = p.plate("n", x.size(0))) {
          NDArray units = p.net("encoder", ENCODER, rows.take(x));
          NDArray location = p.net("location", LOCATION, units);
          NDArray scale = p.net("log_scale", LOG_SCALE, units).exp();
          p.sample("z", Normal.of(location, scale).toEvent(1));
        }
      };

  /** w ~ N(0, 1), one event; b ~ N(0, 1); s ~ HalfNormal(1); y ~ N(x w + b, s). */
  public static final Program<Table> LINEAR_REGRESSION =
      (p, data) -> {
        NDArray w = p.sample("w", weights(p, data));
        NDArray b = p.sample("b", Normal.of(0, 1));
        NDArray s = p.sample("s", HalfNormal.of(1));
        try (Plate rows = p.plate("n", data.y().size())) {
          p.observe("y", Normal.of(p.matVec(data.x(), w).add(b), s), rows.take(data.y()));
        }
      };

  /** w ~ N(0, 1), one event; b ~ N(0, 1); y ~ Bernoulli(logits x w + b). */
  public static final Program<Table> LOGISTIC_REGRESSION =
      (p, data) -> logistic(p, data, data.y().size());

  /** The same of 256 rows a step. */
  public static final Program<Table> SUBSAMPLED_LOGISTIC_REGRESSION =
      (p, data) -> logistic(p, data, 256);

  /**
   * Rows in groups.
   *
   * @param group the group of each row (N)
   * @param x a predictor (N)
   * @param y outcomes (N)
   * @param groups how many there are
   */
  public record Grouped(NDArray group, NDArray x, NDArray y, int groups) {}

  /**
   * ma ~ N(0, 10); sa ~ HalfCauchy(5); b ~ N(0, 10); sy ~ HalfCauchy(5); a ~ N(ma, sa) each group;
   * y ~ N(a[group] + b x, sy).
   */
  public static final Program<Grouped> HIERARCHICAL =
      (p, data) -> {
        NDArray ma = p.sample("ma", Normal.of(0, 10));
        NDArray sa = p.sample("sa", HalfCauchy.of(5));
        NDArray b = p.sample("b", Normal.of(0, 10));
        NDArray sy = p.sample("sy", HalfCauchy.of(5));
        NDArray a;
        try (Plate groups = p.plate("groups", data.groups())) {
          a = p.sample("a", Normal.of(ma, sa));
        }
        try (Plate rows = p.plate("rows", data.y().size())) {
          NDArray mean = p.pick(a, rows.take(data.group())).add(rows.take(data.x()).mul(b));
          p.observe("y", Normal.of(mean, sy), rows.take(data.y()));
        }
      };

  /** mu ~ N(0, 1); tau ~ HalfCauchy(5); z ~ N(mu, tau) and y ~ N(z, 1) each group. */
  public static final Program<NDArray> GROUPS =
      (p, y) -> {
        NDArray mu = p.sample("mu", Normal.of(0, 1));
        NDArray tau = p.sample("tau", HalfCauchy.of(5));
        try (Plate groups = p.plate("groups", y.size())) {
          NDArray z = p.sample("z", Normal.of(mu, tau));
          p.observe("y", Normal.of(z, 1), groups.take(y));
        }
      };

  private PeerModels() {}

  private static Distribution weights(Ppl p, Table data) {
    return Normal.of(p.run().zeros(new Shape(data.x().size(1))), 1).toEvent(1);
  }

  private static void logistic(Ppl p, Table data, long batch) {
    NDArray w = p.sample("w", weights(p, data));
    NDArray b = p.sample("b", Normal.of(0, 1));
    try (Plate rows = p.plate("n", data.y().size(), batch)) {
      NDArray logits = p.matVec(rows.take(data.x()), w).add(b);
      p.observe("y", Bernoulli.logits(logits), rows.take(data.y()));
    }
  }

  /** The data of the eight schools. */
  public static Schools schools(NDManager manager) {
    return new Schools(
        manager.create(new double[] {28, 8, -3, 7, -1, 1, 18, 12}),
        manager.create(new double[] {15, 10, 16, 11, 9, 11, 10, 18}));
  }
}
