package org.ppl4j.guide;

import ai.djl.ndarray.NDArray;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.Categorical;
import org.ppl4j.distributions.Dirichlet;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Choices;
import org.ppl4j.infer.mcmc.McmcRun;
import org.ppl4j.infer.mcmc.Nuts;
import org.ppl4j.tensor.Tensors;

/** The blocks of the page discrete-choices.md. */
final class DiscreteChoicesPage {

  private DiscreteChoicesPage() {}

  // region
  static final Program<double[]> CLASSES =
      (p, y) -> {
        NDArray weights = p.sample("weights", Dirichlet.of(Tensors.vector(2, 2)));
        NDArray means;
        try (Plate classes = p.plate("classes", 2)) {
          means = p.sample("means", Normal.of(0, 5));
        }
        try (Plate rows = p.plate("rows", y.length)) {
          NDArray z = p.sample("z", Categorical.probs(weights)); // which class each row is of
          p.observe("y", Normal.of(p.pick(means, z), 1), rows.take(y));
        }
      };

  static double[] classes(double[] y) {
    try (McmcRun<double[]> run = Nuts.of(CLASSES).run(y)) {
      return Choices.of(CLASSES, run).marginals(y, run.samples(), "z"); // (rows, 2)
    }
  }

  // endregion
}
