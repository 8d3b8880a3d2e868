package org.ppl4j.examples.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Bernoulli;
import org.ppl4j.distributions.Beta;
import org.ppl4j.distributions.HalfCauchy;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.tensor.FloatType;

/** The models that Pyro is timed on, statement by statement as there, and their fits. */
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

  private PeerModels() {}

  /** The data of the eight schools. */
  public static Schools schools(NDManager manager) {
    return new Schools(
        manager.create(new double[] {28, 8, -3, 7, -1, 1, 18, 12}),
        manager.create(new double[] {15, 10, 16, 11, 9, 11, 10, 18}));
  }

  /** A fit that can be stepped, by the name the peers give it: coin, coin_plate, eight_schools. */
  public static Fit fit(String name, FloatType floatType) {
    NDManager manager = NDManager.newBaseManager();
    NDArray flips = manager.create(new double[] {1, 1, 1, 1, 1, 1, 0, 0, 0, 0});
    return switch (name) {
      case "coin" -> new Fit(manager, floatType, new Case<>(COIN, COIN_GUIDE, flips, 5e-4));
      case "coin_plate" ->
          new Fit(manager, floatType, new Case<>(COIN_PLATE, COIN_GUIDE, flips, 5e-4));
      case "eight_schools" -> {
        Schools data = schools(manager);
        Program<Schools> guide = AutoNormal.of(EIGHT_SCHOOLS);
        yield new Fit(manager, floatType, new Case<>(EIGHT_SCHOOLS, guide, data, 0.01));
      }
      default ->
          throw new IllegalArgumentException(
              "benchmark '" + name + "' does not exist; use coin, coin_plate or eight_schools");
    };
  }

  /** A model, its guide, its data and the rate of Adam. */
  record Case<D>(Program<D> model, Program<D> guide, D data, double rate) {}
}
