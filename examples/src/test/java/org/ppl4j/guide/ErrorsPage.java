package org.ppl4j.guide;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.Beta;
import org.ppl4j.distributions.HalfNormal;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.Poisson;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.mcmc.McmcRun;
import org.ppl4j.infer.mcmc.Nuts;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.tensor.Tensors;

/** The blocks of the page errors.md: programs that are wrong. */
final class ErrorsPage {

  private ErrorsPage() {}

  // region
  static final Program<double[]> NO_PLATE =
      (p, y) -> {
        NDArray mean = p.sample("mean", Normal.of(0, 10));
        p.observe("y", Normal.of(mean, 1), p.constant(y));
      };

  // endregion

  // region
  static final Program<double[]> WRONG_SIZE =
      (p, y) -> {
        NDArray mean = p.sample("mean", Normal.of(0, 10));
        try (Plate rows = p.plate("rows", 10)) {
          p.observe("y", Normal.of(mean, 1), rows.take(y));
        }
      };

  // endregion

  // region
  static final Program<double[]> VECTOR_IN_A_PLATE =
      (p, y) -> {
        try (Plate rows = p.plate("rows", y.length)) {
          NDArray weights = p.sample("weights", Normal.of(Tensors.vector(0, 0), 1));
          p.observe("y", Normal.of(weights.sum(), 1), rows.take(y));
        }
      };

  // endregion

  // region
  static final Program<double[]> SUMMED_FACTOR =
      (p, y) -> {
        NDArray mean = p.sample("mean", Normal.of(0, 10));
        try (Plate rows = p.plate("rows", y.length)) {
          p.factor("y", rows.take(y).sub(mean).square().mul(-0.5).sum());
        }
      };

  // endregion

  // region
  static final Program<double[]> TWICE =
      (p, y) -> {
        for (double value : y) {
          p.observe("y", Normal.of(0, 1), value);
        }
      };

  // endregion

  @SuppressWarnings("MustBeClosedChecker") // which is the mistake
  // region
  static final Program<double[]> OPEN_PLATE =
      (p, y) -> {
        NDArray mean = p.sample("mean", Normal.of(0, 10));
        Plate rows = p.plate("rows", y.length);
        p.observe("y", Normal.of(mean, 1), rows.take(y));
      };

  // endregion

  // region
  static final Program<double[]> NEGATIVE =
      (p, y) -> {
        NDArray mean = p.sample("mean", Normal.of(0, 10));
        try (Plate rows = p.plate("rows", y.length)) {
          p.observe("y", Normal.of(mean, rows.take(y).sub(1)), rows.take(y));
        }
      };

  // endregion

  // region
  static final Program<double[]> OUTSIDE =
      (p, y) -> {
        NDArray rate = p.sample("rate", HalfNormal.of(10));
        try (Plate rows = p.plate("rows", y.length)) {
          p.observe("y", Poisson.of(rate), rows.take(y)); // of 1.5
        }
      };

  // endregion

  // region
  static Program<double[]> captured(NDArray weights) {
    return (p, y) -> {
      NDArray mean = p.sample("mean", Normal.of(0, 10));
      try (Plate rows = p.plate("rows", y.length)) {
        p.observe("y", Normal.of(weights.mul(mean), 1), rows.take(y));
      }
    };
  }

  // endregion

  // region
  static final Program<double[]> IN_PLACE =
      (p, y) -> {
        NDArray mean = p.sample("mean", Normal.of(0, 10));
        mean.addi(1);
      };

  // endregion

  // region
  static final Program<double[]> MODEL =
      (p, y) -> {
        NDArray mean = p.sample("mean", Normal.of(0, 10));
        try (Plate rows = p.plate("rows", y.length)) {
          p.observe("y", Normal.of(mean, 1), rows.take(y));
        }
      };

  static final Program<double[]> GUIDE_OF_ANOTHER = (p, y) -> p.sample("men", Normal.of(0, 1));

  static void fitWithAnother(double[] y) {
    try (Svi<double[]> svi = Svi.of(MODEL, GUIDE_OF_ANOTHER)) {
      svi.run(y, 10);
    }
  }

  // endregion

  // region
  static final Program<double[]> WIDER_GUIDE = (p, y) -> p.sample("share", Normal.of(0, 1));

  static void fitOutside(double[] y) {
    Program<double[]> share =
        (p, data) -> p.observe("y", Normal.of(p.sample("share", Beta.of(2, 2)), 1), data[0]);
    try (Svi<double[]> svi = Svi.of(share, WIDER_GUIDE)) {
      svi.run(y, 10);
    }
  }

  // endregion

  // region
  static final Program<double[]> COUNT =
      (p, y) -> {
        NDArray count = p.sample("count", Poisson.of(3));
        p.observe("y", Normal.of(count, 1), y[0]);
      };

  static void guideOfCounts(double[] y) {
    try (Svi<double[]> svi = Svi.of(COUNT, AutoNormal.of(COUNT))) {
      svi.run(y);
    }
  }

  // endregion

  // region
  static double[] afterItsEnd(double[] y) {
    Samples draws;
    try (McmcRun<double[]> run = Nuts.of(MODEL).run(y)) {
      draws = run.samples();
    }
    return draws.mean("mean");
  }

  // endregion

  // region
  static double unknownName(double[] y) {
    try (McmcRun<double[]> run = Nuts.of(MODEL).run(y)) {
      return Arrays.stream(run.samples().values("maen")).sum();
    }
  }
  // endregion
}
