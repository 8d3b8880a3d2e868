package org.ppl4j.guide;

import static org.ppl4j.guide.ShapesAndPlatesPage.LINE;

import ai.djl.ndarray.NDArray;
import com.google.common.primitives.Doubles;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.Normal;
import org.ppl4j.guide.ShapesAndPlatesPage.Rows;
import org.ppl4j.infer.ModelDensity;
import org.ppl4j.infer.Predictive;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.Simulated;
import org.ppl4j.infer.SimulationCalibration;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.annealing.Annealing;
import org.ppl4j.infer.annealing.Evidence;
import org.ppl4j.infer.approximation.LaplaceApproximation;
import org.ppl4j.infer.approximation.LaplacePosterior;
import org.ppl4j.infer.autoguide.AutoMultivariateNormal;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.diagnostics.Loo;
import org.ppl4j.infer.diagnostics.LooComparison;
import org.ppl4j.infer.diagnostics.PredictiveCheck;
import org.ppl4j.infer.judge.Inference;
import org.ppl4j.infer.judge.InferenceRun;
import org.ppl4j.infer.mcmc.McmcRun;
import org.ppl4j.infer.mcmc.Nuts;
import org.ppl4j.infer.report.PredictiveCheckPicture;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.tensor.RunConfig;

/** The blocks of the page is-it-right.md. */
final class IsItRightPage {

  private IsItRightPage() {}

  // region
  static final Program<Integer> FUNNEL =
      (p, numbers) -> {
        NDArray log = p.sample("log", Normal.of(0, 3));
        try (Plate rows = p.plate("rows", numbers)) {
          p.sample("x", Normal.of(0, log.div(2).exp()));
        }
      };

  static List<String> warned() {
    try (Svi<Integer> svi = Svi.of(FUNNEL, AutoNormal.of(FUNNEL))) {
      return svi.run(9).warnings();
    }
  }

  // endregion

  // region
  static Summary asItIs(Rows rows) {
    try (InferenceRun<Rows> run = Inference.of(LINE).run(rows);
        LaplacePosterior<Rows> laplace = LaplaceApproximation.of(LINE).run(rows)) {
      System.out.println(run.report()); // what was tried, why, and what speaks against the draws
      System.out.println(run.judge(laplace, rows)); // number by number: right, off, or cannot tell
      return run.summary();
    }
  }

  // endregion

  // region
  static LooComparison compared(Rows rows, Program<Rows> other) {
    try (Svi<Rows> one = Svi.of(LINE, AutoMultivariateNormal.of(LINE));
        McmcRun<Rows> two = Nuts.of(other).run(rows)) {
      one.run(rows);
      try (Samples draws = one.posterior(rows, 2000)) {
        Loo line = Loo.of(ModelDensity.of(LINE, one).logLikelihoods(rows, draws));
        Loo flat = Loo.of(ModelDensity.of(other, two).logLikelihoods(rows, two.samples()));
        return Loo.compare(Map.of("line", line, "flat", flat));
      }
    }
  }

  // endregion

  // region
  static double logBayesFactor(Rows rows, Program<Rows> other) {
    try (Evidence line = Annealing.of(LINE).evidence(rows, 100);
        Evidence flat = Annealing.of(other).evidence(rows, 100)) {
      System.out.println(line); // log evidence with its error, what the chains are worth, warnings
      return line.logEvidence() - flat.logEvidence();
    }
  }

  // endregion

  // region
  static PredictiveCheck checked(Rows rows, Path folder) {
    try (McmcRun<Rows> run = Nuts.of(LINE).run(rows);
        Samples made = Predictive.of(LINE, run).draw(rows, 1000)) {
      double[] y = rows.y().toDoubleArray();
      double[] replicated = made.values("y");
      PredictiveCheckPicture.densities("line", y, replicated).save(folder.resolve("check.png"));
      return PredictiveCheck.of("greatest", y, replicated, Doubles::max);
    }
  }

  // endregion
  // region
  static final Program<double[]> MEASURED =
      (p, y) -> {
        NDArray mean = p.sample("mean", Normal.of(0, 1));
        try (Plate rows = p.plate("rows", y.length)) {
          p.observe("y", Normal.of(mean, 2), rows.take(y));
        }
      };

  static SimulationCalibration calibrated(int trials) {
    return SimulationCalibration.of(
        trials,
        1,
        seed -> {
          Random random = new Random(seed);
          double mean = random.nextGaussian();
          double[] y = new double[5];
          Arrays.setAll(y, i -> mean + 2 * random.nextGaussian());
          return Simulated.of(Map.of("mean", new double[] {mean}), y);
        },
        (y, seed) -> {
          RunConfig config = RunConfig.defaults().withSeed(seed);
          try (LaplacePosterior<double[]> found =
              LaplaceApproximation.of(MEASURED).config(config).run(y)) {
            return found.posterior(y, 99);
          }
        });
  }

  // endregion
}
