package org.ppl4j.infer.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableMap;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.ImproperUniform;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.annealing.Smc;
import org.ppl4j.infer.annealing.SmcRun;
import org.ppl4j.infer.approximation.LaplaceApproximation;
import org.ppl4j.infer.approximation.LaplacePosterior;
import org.ppl4j.infer.approximation.Pathfinder;
import org.ppl4j.infer.approximation.PathfinderPosterior;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.density.AffineFlows;
import org.ppl4j.infer.density.ConditionalDensity;
import org.ppl4j.infer.density.ConditionalDensityEstimator;
import org.ppl4j.infer.density.Density;
import org.ppl4j.infer.density.DensityEstimator;
import org.ppl4j.infer.density.Table;
import org.ppl4j.infer.density.Training;
import org.ppl4j.infer.diagnostics.LogLikelihoods;
import org.ppl4j.infer.diagnostics.Loo;
import org.ppl4j.infer.judge.Inference;
import org.ppl4j.infer.judge.InferenceRun;
import org.ppl4j.infer.mcmc.McmcRun;
import org.ppl4j.infer.mcmc.Nuts;
import org.ppl4j.infer.svi.FitReport;
import org.ppl4j.infer.svi.Svi;

/** Each kind of fit has a way in, and its page has what the fit says of itself. */
class ReportKindsTest {

  private static final double[] Y = {0.3, -1.2, 0.9, 2.1, -0.4, 1.3, 0.2, 0.8};

  private static final Program<double[]> MODEL =
      (p, y) -> {
        NDArray mu = p.sample("mu", Normal.of(0, 5));
        try (Plate rows = p.plate("rows", y.length)) {
          p.observe("y", Normal.of(mu, 1), rows.take(y));
        }
      };

  private static List<String> words(Report<?> report) {
    return report.findings().stream().map(Finding::words).toList();
  }

  private static List<String> titles(Report<?> report) {
    return report.figures().stream().map(Figure::title).toList();
  }

  @Test
  void aGuideHasItsLoss() {
    try (Svi<double[]> svi =
        Svi.builder(MODEL, AutoNormal.of(MODEL)).progress(Progress.silent()).build()) {
      FitReport fit = svi.run(Y, 300);

      Report<double[]> report = Report.of(svi, fit, Y);

      assertThat(words(report)).containsAll(fit.warnings()).containsAll(fit.merits());
      assertThat(titles(report)).contains("Loss", "Marginals").doesNotContain("Traces");
    }
  }

  @Test
  void approximationsHaveTheirWarnings() {
    try (LaplacePosterior<double[]> laplace = LaplaceApproximation.of(MODEL).run(Y);
        PathfinderPosterior<double[]> pathfinder = Pathfinder.of(MODEL).run(Y)) {
      assertThat(words(Report.of(laplace, Y)))
          .containsAll(laplace.warnings())
          .anyMatch(words -> words.startsWith("k-hat of its draws is "));
      assertThat(words(Report.of(pathfinder, Y))).containsAll(pathfinder.warnings());
    }
  }

  @Test
  void savedDrawsAreJudgedByTheirChains(@TempDir Path folder) {
    Path file = folder.resolve("draws");
    Summary summary;
    List<String> chains;
    try (McmcRun<double[]> run = Nuts.of(MODEL).draws(200).progress(Progress.silent()).run(Y)) {
      summary = run.summary();
      chains = titles(Report.of(run));
      run.samples().save(file);
    }
    try (Samples loaded = Samples.load(file)) {
      Report<?> report = Report.of(loaded);

      assertThat(words(report)).containsAll(summary.merits()).containsAll(summary.warnings());
      assertThat(titles(report)).contains("Traces", "Ranks");
      assertThat(chains).containsAll(titles(report));
    }
    try (NDManager manager = NDManager.newBaseManager();
        Samples stuck =
            Samples.of(manager, Map.of("mu", manager.ones(new Shape(100))), List.of("they stay"))) {
      assertThat(words(Report.of(stuck))).contains("they stay");
    }
  }

  @Test
  void particlesAreCountedByTheirWeights() {
    try (SmcRun<double[]> run = Smc.of(MODEL).progress(Progress.silent()).run(Y)) {
      Report<double[]> report = Report.of(run);

      assertThat(words(report)).containsAll(run.report().warnings());
      assertThat(report.summary()).isEqualTo(new Summary(run.samples().summary().rows()));
    }
  }

  @Test
  void aSearchTellsWhatItTried() {
    try (InferenceRun<double[]> run = Inference.of(MODEL).progress(Progress.silent()).run(Y)) {
      Report<double[]> report = Report.of(run);

      assertThat(words(report)).containsAll(run.report().warnings());
      assertThat(report.sections().stream().map(Report.Section::title)).contains("What was tried");
      assertThat(titles(report)).contains("Traces", "Ranks", "Energy");
    }
  }

  private static Loo loo(double worse) {
    double[] logs = new double[200];
    for (int i = 0; i < logs.length; i++) {
      logs[i] = -1 - worse + 0.01 * Math.sin(i);
    }
    return Loo.of(LogLikelihoods.of(ImmutableMap.of("y[1]", logs, "y[2]", logs, "y[3]", logs)));
  }

  @Test
  void aComparisonHasNoPosterior() {
    Report<@Nullable Void> report =
        Report.of(Loo.compare(ImmutableMap.of("one", loo(0), "other", loo(1))));

    assertThat(titles(report))
        .containsExactly("How well each predicts", "Observations that carry the fit");
    Program<@Nullable Void> none = (p, nothing) -> {};
    assertThatThrownBy(() -> report.model(none, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "report 'Models' is of no posterior, whose model there could be; leave the model out");
  }

  /** Whose draws have the names of the rows that they stand beside. */
  @Test
  void densitiesOfArraysHavePages() {
    double[] numbers = new Random(5).doubles(400).toArray();
    Training quick = Training.standard().steps(20).progress(Progress.silent());
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray rows = manager.create(numbers, new Shape(200, 2));
      NDArray x = rows.get(":, 0:1");
      NDArray y = rows.get(":, 1:2");
      try (Density density = DensityEstimator.of(AffineFlows::normal).training(quick).fit(rows);
          ConditionalDensity given =
              ConditionalDensityEstimator.of(AffineFlows::network).training(quick).fit(y, x)) {
        Report<Table> joint = Report.of(density, Table.of(rows, "a", "b"));
        Report<Table> conditional = Report.of(given, Table.of(y, "b"), Table.of(x, "a"));

        assertThat(titles(joint)).isNotEmpty();
        assertThat(joint.html()).contains("\"a\"", "\"b\"");
        assertThat(titles(conditional)).isNotEmpty();
      }
    }
  }

  @Test
  void whatIsRefusedIsSaid() {
    Program<double[]> improper =
        (p, y) -> {
          NDArray mu = p.sample("mu", ImproperUniform.of(Constraint.REAL));
          try (Plate rows = p.plate("rows", y.length)) {
            p.observe("y", Normal.of(mu, 1), rows.take(y));
          }
        };
    try (LaplacePosterior<double[]> found = LaplaceApproximation.of(improper).run(Y)) {
      Report<double[]> report = Report.of(found, Y).model(improper, Y);

      assertThat(words(report))
          .anyMatch(words -> words.startsWith("not found out by draws of the prior: "));
      assertThat(report.html()).contains("What draws of the prior would show was not found out.");
    }
  }
}
