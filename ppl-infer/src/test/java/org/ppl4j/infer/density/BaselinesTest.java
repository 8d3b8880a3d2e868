package org.ppl4j.infer.density;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.hipparchus.distribution.continuous.LogNormalDistribution;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.infer.InterruptionException;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.density.DensityReport.Alternative;
import org.ppl4j.infer.svi.FitListener;
import org.ppl4j.infer.svi.FitReport;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.transforms.Bijections;
import org.ppl4j.transforms.Transform;

/** A flow that is right keeps its place beside simple distributions, one that is not loses it. */
@ExtendWith(LeakCheck.class)
class BaselinesTest {

  private static final RunConfig CONFIG = RunConfig.defaults();
  private static final int ROWS = 150;
  private static final int OTHERS = 100;

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private static double[] normal(int count, String name) {
    Rng rng = Rng.of(5, Rng.Purpose.MODEL, 0, name);
    return IntStream.range(0, count).mapToDouble(i -> rng.nextNormal()).toArray();
  }

  private static double[] exp(double[] numbers) {
    return Arrays.stream(numbers).map(Math::exp).toArray();
  }

  private static Tables tables(double[] y) {
    return new Tables(new Table("y", 1, y), null);
  }

  /** The flow whose rows in their own units are exp of noise, where rows are of these units. */
  private static Flow exp(Tables rows) {
    Standardisation units = Standardisation.of(rows.y());
    double[] ends = units.apply(new Table("ends", 1, new double[] {0, 1})).values();
    Transform transform =
        Bijections.exp().then(Bijections.affine(ends[0], ends[1] - ends[0])).independent(1);
    return (p, x, preferences) -> transform;
  }

  private LearnedFlow learned(Flow flow, Tables rows) {
    Fitted.Flows flows = (dim, contextDim) -> flow;
    DataUnits units =
        Columns.STANDARD
            .support(Constraint.REAL)
            .units(flows, rows, Training.standard().config(CONFIG));
    FlowModel model = new FlowModel(flow, 1, new ParamStore(manager, CONFIG), CONFIG);
    return new LearnedFlow(model, units, null);
  }

  /** An outlier has a component of its own until it is left out: then both are one regression. */
  @Test
  void whatComesOutAlikeIsOnePart() {
    Random random = new Random(9);
    double[] x = new double[20];
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      x[i] = random.nextGaussian();
      y[i] = 2 * x[i] + (i == 0 ? 15 : 1) * random.nextGaussian();
    }
    Tables rows = new Tables(new Table("y", 1, y), new Table("x", 1, x));
    Transform none = Bijections.identity().independent(1);
    Fitted.Flows flows = (dim, contextDim) -> (p, context, preferences) -> none;
    DataUnits units =
        Columns.STANDARD
            .support(Constraint.REAL)
            .units(flows, rows, Training.standard().config(CONFIG));

    SimpleRows simple = SimpleRows.of(units, rows, Rng.of(9, Rng.Purpose.PLATE, 0, "s"));

    assertThat(simple.parts()).hasToString("[linear regression]");
    assertThat(simple.weights()).containsExactly(new double[] {1}, within(1e-12));
  }

  @TempDir private Path folder;

  private static double mean(double[] numbers) {
    return Arrays.stream(numbers).average().orElseThrow();
  }

  @Test
  void aFlowThatIsRightHasItsPlace() {
    Tables rows = tables(exp(normal(ROWS, "rows")));
    Tables validation = tables(exp(normal(OTHERS, "validation")));
    Tables fresh = tables(exp(normal(2000, "fresh")));

    Learned mixed = Baselines.mixed(learned(exp(rows), rows), rows, validation, CONFIG);

    try (RowDistribution all = mixed.rows()) {
      LogNormalDistribution truth = new LogNormalDistribution(0, 1);
      double wanted = mean(Arrays.stream(fresh.y().values()).map(truth::logDensity).toArray());
      assertThat(mean(all.logProb(fresh))).isCloseTo(wanted, within(0.02));
    }
  }

  @Test
  void whatIsInterruptedIsTheFlowAlone() {
    Training training =
        Training.standard()
            .config(CONFIG)
            .steps(3)
            .progress(Progress.silent())
            .listener(
                new FitListener() {
                  @Override
                  public void onEnd(FitReport report) {
                    Thread.currentThread().interrupt();
                  }
                });
    try (NDArray rows = manager.create(normal(ROWS, "rows"));
        Density density = DensityEstimator.of(AffineFlows::normal).training(training).fit(rows)) {
      DensityReport report = density.report().orElseThrow();

      assertThat(Thread.interrupted()).isTrue();
      assertThat(report.alternatives()).isEmpty();
      assertThat(report.notes())
          .containsExactly(
              "learning was interrupted: no simple distribution stands beside the flow");
      assertThat(density.logProb(rows).toDoubleArray()).doesNotContain(Double.NaN);
    }
  }

  @Test
  void anInterruptEndsTheSearchForSimpleDistributions() {
    Tables rows = tables(normal(ROWS, "rows"));
    Transform wide = Bijections.affine(0, 3).independent(1);
    LearnedFlow flow = learned((p, x, preferences) -> wide, rows);
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> Baselines.mixed(flow, rows, rows, CONFIG))
        .isInstanceOf(InterruptionException.class);

    assertThat(Thread.interrupted()).isTrue();
    flow.model().close();
  }

  @Test
  void aFlowThatIsWrongHasNone() {
    Tables rows = tables(normal(ROWS, "rows"));
    Tables validation = tables(normal(OTHERS, "validation"));
    Tables fresh = tables(normal(2000, "fresh"));
    Transform wide = Bijections.affine(0, 3).independent(1);

    Learned mixed =
        Baselines.mixed(learned((p, x, preferences) -> wide, rows), rows, validation, CONFIG);

    try (RowDistribution all = mixed.rows()) {
      double[] every = rows.and(validation).y().values();
      NormalDistribution fitted =
          new NormalDistribution(mean(every), Standardisation.deviation(every));
      double[] logs = all.logProb(fresh);
      for (int i = 0; i < logs.length; i++) {
        assertThat(logs[i]).isCloseTo(fitted.logDensity(fresh.y().number(i, 0)), within(1e-9));
      }
    }
  }

  /** In standard units it begins off the middle, and ends where it began. */
  private static final Training SLOW =
      Training.standard().steps(1).rate(1e-9).progress(Progress.silent());

  private static final DensityEstimator WRONG =
      DensityEstimator.of(AffineFlows::normal).training(SLOW);

  @Test
  void whatStandsIsReportedAndSaved() {
    NDArray y = manager.create(normal(ROWS, "rows"));
    NDArray fresh = manager.create(normal(OTHERS, "fresh"));
    Path file = folder.resolve("wrong");
    try (Density density = WRONG.fit(y)) {
      DensityReport report = density.report().orElseThrow();

      assertThat(report.alternatives())
          .extracting(Alternative::name, Alternative::weight)
          .containsExactly(tuple("flow", 0.0), tuple("normal distribution", 1.0));
      assertThat(report.alternatives().get(0).logProb()).isEqualTo(report.best().logProb());
      assertThat(report.toString())
          .contains("of the others, with shares in what stands: flow -1.775")
          .contains(" (0.0), normal distribution -1.573 (1.0)");
      density.save(file);
      try (Density loaded = Density.load(manager, file, AffineFlows::normal)) {
        assertThat(loaded.logProb(fresh)).isEqualTo(density.logProb(fresh));
      }
    }
  }

  @Test
  void aFlowAloneHasNoneBesideIt() {
    NDArray y = manager.create(normal(ROWS, "rows"));
    try (Density alone = WRONG.withoutBaselines().fit(y);
        Density compared = WRONG.training(SLOW.objective(Objective.energyDistance())).fit(y);
        Density both =
            WRONG.training(SLOW.objective(Objective.energyDistance().plusLikelihood(1))).fit(y)) {
      assertThat(alone.report().orElseThrow().alternatives()).isEmpty();
      assertThat(compared.report().orElseThrow().alternatives()).isEmpty();
      assertThat(both.report().orElseThrow().alternatives()).isNotEmpty();
    }
  }
}
