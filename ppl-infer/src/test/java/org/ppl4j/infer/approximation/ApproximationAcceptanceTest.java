package org.ppl4j.infer.approximation;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.LUDecomposition;
import org.hipparchus.linear.RealMatrix;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.autoguide.AutoMultivariateNormal;
import org.ppl4j.infer.importance.ImportanceSamples;
import org.ppl4j.infer.latent.LogDensity;
import org.ppl4j.infer.svi.Averaging;
import org.ppl4j.infer.svi.FitReport;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.PosteriorCase;
import org.ppl4j.testing.PosteriorCase.Moments;
import org.ppl4j.testing.PosteriorCases;

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

  /**
   * How far draws are from the reference: the largest offset of a mean, in its standard deviations,
   * and the ratio of standard deviations that is farthest from 1.
   */
  private record Distance(double offset, double ratio) {

    static Distance of(PosteriorCase posterior, Summary summary) {
      double offset = 0;
      double ratio = 1;
      int judged = 0;
      for (Map.Entry<String, Moments> each : posterior.reference().entrySet()) {
        Summary.Row row = summary.get(each.getKey());
        Moments moments = each.getValue();
        double off = Math.abs(row.mean() - moments.mean()) / moments.sd();
        double times = row.sd() / moments.sd();
        offset = off <= offset ? offset : off; // a NaN too
        ratio = Math.abs(Math.log(times)) <= Math.abs(Math.log(ratio)) ? ratio : times;
        judged++;
      }
      assertThat(judged).isPositive();
      return new Distance(offset, ratio);
    }

    boolean isWithin(double largest, double least, double most) {
      return offset <= largest && ratio >= least && ratio <= most;
    }

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "offset %.3f sd, sd ratio %.3f", offset, ratio);
    }
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
          Distance distance = Distance.of(posterior, draws.summary());
          near += distance.offset <= 0.2 ? 1 : 0;
          if (!(distance.offset <= 0.2) && found.warnings().isEmpty()) {
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

  /** Ten draws a step and averaged iterates are all that is set beside the start. */
  @Test
  void guidesThatStartAtPathfinderAreNear() {
    int near = 0;
    double seconds = 0;
    for (Named<PosteriorCase> each : PosteriorCases.all().toList()) {
      PosteriorCase posterior = each.getPayload();
      if (!NEARLY_NORMAL.contains(each.getName())) {
        continue;
      }
      try (NDManager manager = NDManager.newBaseManager()) {
        PosteriorCase.Data data = posterior.data(manager);
        try (PathfinderPosterior<PosteriorCase.Data> start =
                Pathfinder.of(posterior.program()).run(data);
            Svi<PosteriorCase.Data> svi =
                Svi.builder(
                        posterior.program(),
                        AutoMultivariateNormal.of(posterior.program()).start(start.normal()))
                    .particles(10)
                    .averaging(Averaging.polynomial(3))
                    .progress(Progress.silent())
                    .build()) {
          FitReport report = svi.run(data);
          try (Samples draws = svi.posterior(data, DRAWS)) {
            Distance distance = Distance.of(posterior, draws.summary());
            near += distance.isWithin(0.1, 0.88, 1.12) ? 1 : 0;
            seconds = Math.max(seconds, report.seconds());
            System.out.printf(
                Locale.ROOT,
                "sampler.2 svi from pathfinder %s: %s, k-hat %.2f, %,d steps, %.2f s, %d warnings%n",
                each.getName(),
                distance,
                report.khat().value(),
                report.steps(),
                report.seconds(),
                report.warnings().size());
          }
        }
      }
    }
    POINT.shown("svi from pathfinder: seconds of the longest fit", seconds);
    POINT.atLeast("svi from pathfinder: of the nine within 0.1 sd and 12%", near, 9);
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
                Laplace.of(posterior.program()).run(data);
            Samples plain = found.posterior(data, DRAWS);
            ImportanceSamples weighted = found.importance(data, WEIGHTED_DRAWS)) {
          double seconds = (System.nanoTime() - began) * 1e-9;
          Distance without = Distance.of(posterior, plain.summary());
          Distance with = Distance.of(posterior, weighted.samples().summary());
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
