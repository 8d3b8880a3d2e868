package com.example;

import ai.djl.ndarray.NDArray;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Bernoulli;
import org.ppl4j.distributions.Beta;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.tensor.Tensors;

/** How fair is a coin that fell heads six times of ten? */
public final class Coin {

  static final Program<NDArray> MODEL =
      (p, flips) -> {
        NDArray fairness = p.sample("fairness", Beta.of(10, 10));
        try (Plate plate = p.plate("flips", flips.size(0))) {
          p.observe("obs", Bernoulli.probs(fairness), plate.take(flips));
        }
      };

  static final Program<NDArray> GUIDE =
      (p, flips) -> {
        NDArray alpha = p.param("alpha", () -> p.scalar(15), Constraint.POSITIVE);
        NDArray beta = p.param("beta", () -> p.scalar(15), Constraint.POSITIVE);
        p.sample("fairness", Beta.of(alpha, beta));
      };

  static Summary fit() {
    NDArray flips = Tensors.vector(1, 1, 1, 1, 1, 1, 0, 0, 0, 0);
    try (Svi<NDArray> svi = Svi.of(MODEL, GUIDE)) {
      svi.run(flips, 2000);
      return svi.summary(flips, 1000); // mean, standard deviation and quantiles of each site
    }
  }

  private Coin() {}

  /** Prints the posterior. */
  public static void main(String[] args) {
    System.out.println(fit());
  }
}
