package org.ppl4j.infer.approximation;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.LUDecomposition;
import org.hipparchus.linear.RealMatrix;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.Program;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.autoguide.AutoMultivariateNormal;
import org.ppl4j.infer.importance.ImportanceSamples;
import org.ppl4j.infer.latent.LogDensity;
import org.ppl4j.infer.svi.FitReport;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.PosteriorCase;
import org.ppl4j.testing.PosteriorCase.Moments;
import org.ppl4j.testing.PosteriorCases;
import org.ppl4j.testing.PosteriorDistance;

/** Known posteriors of raw data, with default settings. */
@Tag("acceptance")
@Tag("sampler.2")
class ApproximationAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("sampler.2");

  private static final Set<String> NEARLY_NORMAL =
      ImmutableSet.of(
          "arK",
          "kilpisjarvi",
          "logearn_interaction",
          "logmesquite_logvash",
          "sblri_blr",
          "nes_logit",
          "wells_dist100ars",
          "GLM_Poisson",
          "radon_pooled");

  private static final int DRAWS = 4000;

  /** More, since those of logmesquite are worth less than half. */
  private static final int WEIGHTED_DRAWS = 10_000;

  private static PosteriorDistance distance(PosteriorCase posterior, Summary summary) {
    return PosteriorDistance.of(
        posterior, name -> new Moments(summary.get(name).mean(), summary.get(name).sd()));
  }

  @Test
  void pathfinderIsNear() {
    int near = 0;
    List<String> silent = new ArrayList<>();
    for (Named<PosteriorCase> each : PosteriorCases.all().toList()) {
      PosteriorCase posterior = each.getPayload();
      try (NDManager manager = NDManager.newBaseManager()) {
        PosteriorCase.Data data = posterior.data(manager);
        long began = System.nanoTime();
        try (PathfinderPosterior<PosteriorCase.Data> found =
                Pathfinder.of(posterior.program()).run(data);
            Samples draws = found.posterior(data, DRAWS)) {
          PosteriorDistance distance = distance(posterior, draws.summary());
          near += distance.offset() <= 0.2 ? 1 : 0;
          if (!(distance.offset() <= 0.2) && found.warnings().isEmpty()) {
            silent.add(each.getName());
          }
          System.out.printf(
              Locale.ROOT,
              "sampler.2 pathfinder %s: %s, k-hat %.2f, worth %.0f of %d, %,d evaluations, %.2f s,"
                  + " %d warnings%n",
              each.getName(),
              distance,
              found.khat().value(),
              found.effectiveSize(),
              found.khat().weights(),
              found.evaluations(),
              (System.nanoTime() - began) * 1e-9,
              found.warnings().size());
        }
      }
    }
    POINT.atLeast("pathfinder: posteriors within 0.2 sd", near, 9);
    POINT.atMost("pathfinder: others without a warning " + silent, silent.size(), 0);
  }

  /** Nothing is set but that no progress is shown. */
  @Test
  void defaultFitsOfAFullRankGuideAreNear() {
    int near = 0;
    double longest = 0;
    List<String> silent = new ArrayList<>();
    for (Named<PosteriorCase> each : PosteriorCases.all().toList()) {
      PosteriorCase posterior = each.getPayload();
      Program<PosteriorCase.Data> model = posterior.program();
      long began = System.nanoTime();
      try (NDManager manager = NDManager.newBaseManager();
          Svi<PosteriorCase.Data> svi =
              Svi.builder(model, AutoMultivariateNormal.of(model))
                  .progress(Progress.silent())
                  .build()) {
        PosteriorCase.Data data = posterior.data(manager);
        FitReport report = svi.run(data);
        try (Samples draws = svi.posterior(data, DRAWS)) {
          double seconds = (System.nanoTime() - began) * 1e-9;
          PosteriorDistance distance = distance(posterior, draws.summary());
          boolean isNear = distance.isWithin(0.1, 0.88, 1.12);
          if (NEARLY_NORMAL.contains(each.getName())) {
            near += isNear ? 1 : 0;
            longest = Math.max(longest, seconds);
          }
          boolean isTold =
              !report.warnings().isEmpty() || report.toString().contains("by its weights");
          if (!isNear && !isTold) {
            silent.add(each.getName());
          }
          System.out.printf(
              Locale.ROOT,
              "sampler.2 svi %s: %s, k-hat %.2f, %,d steps at %d rates, %.2f s, %d warnings%n",
              each.getName(),
              distance,
              report.khat().value(),
              report.steps(),
              report.stages().size(),
              seconds,
              report.warnings().size());
        }
      }
    }
    POINT.atMost("svi: seconds of the longest fit of the nine", longest, 60);
    POINT.atMost("svi: fits that are off without a word " + silent, silent.size(), 0);
    POINT.atLeast("svi: of the nine within 0.1 sd and 12%", near, 9);
  }

  @Test
  void laplaceIsNearWithWeightsAndWarnsWithout() {
    int near = 0;
    List<String> silent = new ArrayList<>();
    double modes = 0;
    double hessians = 0;
    int compared = 0;
    for (Named<PosteriorCase> each : PosteriorCases.all().toList()) {
      PosteriorCase posterior = each.getPayload();
      try (NDManager manager = NDManager.newBaseManager()) {
        PosteriorCase.Data data = posterior.data(manager);
        long began = System.nanoTime();
        try (LaplacePosterior<PosteriorCase.Data> found =
                LaplaceApproximation.of(posterior.program()).run(data);
            Samples plain = found.posterior(data, DRAWS);
            ImportanceSamples weighted = found.importance(data, WEIGHTED_DRAWS)) {
          double seconds = (System.nanoTime() - began) * 1e-9;
          PosteriorDistance without = distance(posterior, plain.summary());
          PosteriorDistance with = distance(posterior, weighted.samples().summary());
          boolean isNear = with.isWithin(0.1, 0.9, 1.1);
          near += isNear && NEARLY_NORMAL.contains(each.getName()) ? 1 : 0;
          if (!without.isWithin(0.1, 0.9, 1.1) && found.warnings().isEmpty()) {
            silent.add(each.getName());
          }
          if (!isNear && weighted.samples().warnings().isEmpty()) {
            silent.add(each.getName() + " weighted");
          }
          Independent independent = Independent.of(posterior, data, found);
          modes = Math.max(modes, independent.mode);
          hessians = Math.max(hessians, independent.hessian);
          compared++;
          System.out.printf(
              Locale.ROOT,
              "sampler.2 laplace %s: plain %s, %d warnings; weighted %s, k-hat %.2f, worth %.0f of"
                  + " %d; mode off %.1e sd, Hessian %.1e; %.2f s%n",
              each.getName(),
              without,
              found.warnings().size(),
              with,
              found.khat().value(),
              found.effectiveSize(),
              found.khat().weights(),
              independent.mode,
              independent.hessian,
              seconds);
        } catch (IllegalStateException none) {
          System.out.printf("sampler.2 laplace %s: %s%n", each.getName(), none.getMessage());
          assertThat(none).hasMessageStartingWith("laplace found no mode");
        }
      }
    }
    POINT.atLeast("laplace: posteriors with a mode", compared, 9);
    POINT.atMost("laplace: largest distance from Newton's mode, in sd", modes, 1e-6);
    POINT.atMost("laplace: largest difference of second derivatives", hessians, 1e-6);
    POINT.atMost("laplace: posteriors off without a warning " + silent, silent.size(), 0);
    POINT.atLeast("laplace with weights: of the nine within 0.1 sd and 10%", near, 9);
  }

  /**
   * Mode and second derivatives another way: by differences of sixth order of the gradient, and
   * Newton's method on these, from beside the mode.
   *
   * @param mode how far it is, in standard deviations
   * @param hessian the largest difference, in units of the standard deviations along the axes
   */
  private record Independent(double mode, double hessian) {

    static Independent of(
        PosteriorCase posterior,
        PosteriorCase.Data data,
        LaplacePosterior<PosteriorCase.Data> found) {
      try (LogDensity<PosteriorCase.Data> density =
          LogDensity.of(posterior.program(), data, RunConfig.defaults())) {
        double[] mode = found.normal().location();
        double[] hessian = found.hessian();
        int size = mode.length;
        double[] unit = new double[size];
        Arrays.setAll(unit, i -> 1 / Math.sqrt(hessian[i * size + i]));
        double largest = 0;
        double[][] differences = differences(density, mode, unit);
        for (int i = 0; i < size; i++) {
          for (int j = 0; j < size; j++) {
            double exact = hessian[i * size + j] * unit[i] * unit[j];
            largest = Math.max(largest, Math.abs(differences[i][j] - exact));
          }
        }
        double[] at = mode.clone();
        Arrays.setAll(at, i -> mode[i] + (i % 2 == 0 ? 0.02 : -0.02) * unit[i] / size);
        for (int step = 0; step < 6; step++) {
          RealMatrix matrix = new Array2DRowRealMatrix(differences(density, at, unit));
          double[] slope = new double[size];
          double unused = density.evaluate(at, slope);
          double[] scaled = new double[size];
          Arrays.setAll(scaled, i -> slope[i] * unit[i]);
          double[] move =
              new LUDecomposition(matrix).getSolver().solve(new ArrayRealVector(scaled)).toArray();
          for (int i = 0; i < size; i++) {
            at[i] += move[i] * unit[i];
          }
        }
        return new Independent(found.normal().distance(at), largest);
      }
    }

    /** −d²/dudu, scaled by units. */
    private static double[][] differences(LogDensity<?> density, double[] at, double[] unit) {
      int size = at.length;
      double[][] rows = new double[size][size];
      double step = 0.02;
      double[] weights = {-1.0 / 60, 3.0 / 20, -3.0 / 4, 0, 3.0 / 4, -3.0 / 20, 1.0 / 60};
      double[] slope = new double[size];
      for (int i = 0; i < size; i++) {
        for (int k = -3; k <= 3; k++) {
          double[] moved = at.clone();
          moved[i] += k * step * unit[i];
          double unused = density.evaluate(moved, slope);
          for (int j = 0; j < size; j++) {
            rows[i][j] -= weights[k + 3] * slope[j] * unit[j] / step;
          }
        }
      }
      return rows;
    }
  }
}
