package org.ppl4j.infer.density;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.ppl4j.infer.density.NormalRows.NORMAL;
import static org.ppl4j.infer.density.NormalRows.QUICK;
import static org.ppl4j.infer.density.NormalRows.two;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.primitives.Doubles;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.svi.Batches;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.LeakCheck;

/** The training of densities: what it looks at, when it ends, and what it is told. */
@ExtendWith(LeakCheck.class)
class TrainingTest {

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray table(double[] values, int columns) {
    return NormalRows.table(manager, values, columns);
  }

  private static double mean(NDArray logProb) {
    return Arrays.stream(logProb.toDoubleArray()).average().orElseThrow();
  }

  @Test
  void bestLookIsWhatStands() {
    double[] values = two(400);
    NDArray rows = table(Arrays.copyOf(values, 500), 2);
    NDArray others = table(Arrays.copyOfRange(values, 500, 800), 2);
    // Far too fast, so that looks differ.
    try (Density density =
        NORMAL.training(QUICK.rate(0.5).batch(20).patience(200)).fit(rows, others)) {
      DensityReport report = density.report().orElseThrow();

      assertThat(report.rows()).isEqualTo(250);
      assertThat(report.validationRows()).isEqualTo(150);
      assertThat(mean(density.logProb(others))).isCloseTo(report.best().logProb(), within(1e-10));
      assertThat(mean(density.logProb(rows))).isCloseTo(report.trainLogProb(), within(1e-10));
      assertThat(report.looks())
          .allSatisfy(
              look -> assertThat(look.logProb()).isLessThanOrEqualTo(report.best().logProb()));
      assertThat(report.looks()).extracting(DensityReport.Look::step).startsWith(20L, 40L, 60L);
      long last = report.looks().get(report.looks().size() - 1).step();
      assertThat(report.fit().steps()).isEqualTo((int) last).isLessThanOrEqualTo(400);
      assertThat(last == 600 || last - report.best().step() >= 200).isTrue();
      assertThat(report.toString())
          .contains("steps on 250 rows in")
          .contains("looks at 150 others")
          .contains("mean log-density: ");
    }
  }

  @Test
  void trainingEndsWhenPatienceIsOut() {
    try (Density density =
        NORMAL.training(QUICK.steps(100_000).patience(60).rate(0.1)).fit(table(two(300), 2))) {
      DensityReport report = density.report().orElseThrow();

      assertThat(report.fit().steps()).isLessThan(20_000);
      assertThat(report.fit().steps() - report.best().step()).isBetween(60L, 80L);
    }
  }

  @Test
  void trainingMakesAtMostItsSteps() {
    try (Density density = NORMAL.training(QUICK.steps(7)).fit(table(two(3000), 2))) {
      assertThat(density.report().orElseThrow().fit().steps()).isEqualTo(7);
      assertThat(density.report().orElseThrow().looks()).hasSize(1);
    }
  }

  @Test
  void twoEstimatorsTrainOnTwoThreads() throws Exception {
    double[] values = two(300);
    double[] alone = fitted(values, 1);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Future<double[]>> results =
          threads.invokeAll(List.of(() -> fitted(values, 1), () -> fitted(values, 2)));

      assertThat(results.get(0).get()).isEqualTo(alone);
      assertThat(results.get(1).get()).isNotEqualTo(alone);
    } finally {
      threads.shutdown();
    }
  }

  private static double[] fitted(double[] values, long seed) {
    try (NDManager own = NDManager.newBaseManager()) {
      NDArray y = own.create(values, new Shape(values.length / 2, 2));
      try (Density density =
          NORMAL.training(QUICK.steps(100).config(RunConfig.defaults().withSeed(seed))).fit(y)) {
        return density.logProb(y).toDoubleArray();
      }
    }
  }

  @Test
  void batchesHoldEachRowOnceAndTheirOrderChanges() {
    double[] y = new double[103];
    Arrays.setAll(y, i -> i);
    Tables tables = new Tables(new Table("y", 1, y), new Table("x", 1, y));
    DataUnits units =
        Columns.STANDARD.units(
            (dim, contextDim) -> Flow.of(AffineFlows.normal(dim)), tables, Training.standard());
    TableBatches batches = new TableBatches(tables, units, 20);
    assertThat(batches.size()).isEqualTo(5);
    double[][] orders = new double[2][];
    for (int epoch = 0; epoch < 2; epoch++) {
      double[] seen = new double[0];
      try (Batches.Epoch<Rows> pass = batches.open(1, epoch)) {
        while (pass.hasNext()) {
          Rows rows = pass.next();
          assertThat(rows.x().toDoubleArray()).isEqualTo(rows.y().toDoubleArray());
          double[] some =
              units.y().original(new Table("y", 1, rows.y().toDoubleArray()), null).values();
          assertThat(some.length).isBetween(20, 21);
          seen = Doubles.concat(seen, some);
        }
      }
      orders[epoch] = seen.clone();
      Arrays.sort(seen);
      assertThat(seen).containsExactly(y, within(1e-12));
    }
    assertThat(orders[0]).isNotEqualTo(orders[1]);
  }

  @Test
  void trainingThatIsNeverFiniteSaysSo() {
    assertThatThrownBy(
            () -> NORMAL.training(QUICK.steps(200)).fit(table(two(30), 2), infinitelyFar()).close())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("density has no finite log-density of its validation rows: fit: ")
        .hasMessageEndingWith("lower the rate, or look for rows that are far from all others");
  }

  /** Whose squared distance is beyond the largest number. */
  private NDArray infinitelyFar() {
    return table(new double[] {1e200, 0}, 2);
  }

  @Test
  void manyRowsAreSeenAsOftenAsEpochsSay() {
    Training training = Training.standard();

    assertThat(training.steps(352L)).isEqualTo(3520);
    assertThat(training.epochs(30).steps(352L)).isEqualTo(10_560);
    assertThat(training.epochs(30).steps(35L)).isEqualTo(3000);
    assertThat(training.epochs(30).steps(7).steps(352L)).isEqualTo(7);
  }

  @Test
  void whatBecameLikelierForLongHasMoreTime() {
    Training training = Training.standard();

    assertThat(training.patience(40L)).isEqualTo(500);
    assertThat(training.patience(700L)).isEqualTo(700);
    assertThat(training.patience(60).patience(700L)).isEqualTo(60);
  }

  @Test
  void settingsAreChecked() {
    Training training = Training.standard();
    assertThatThrownBy(() -> training.validation(1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("training has validation share 1.0, but it must be in (0, 1)");
    assertThatThrownBy(() -> training.batch(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("training has batches of 0 rows, but needs at least 1");
    assertThatThrownBy(() -> training.steps(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("training has 0 steps, but needs at least 1");
    assertThatThrownBy(() -> training.epochs(0))
        .hasMessage("training has 0 epochs, but needs at least 1");
    assertThatThrownBy(() -> training.patience(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("training has a patience of 0 steps, but needs at least 1");
    assertThatThrownBy(() -> training.rate(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("training has rate 0.0, but it must be positive and finite");
    assertThatThrownBy(() -> training.decay(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("training has decay -1.0, but it must not be negative, and finite");
  }

  /** Of few rows that a network knows by heart, more decay stands where it is better. */
  @Test
  void decaysAreChosenByRowsThatAreLookedAt() {
    Random random = new Random(4);
    double[] x = random.doubles(5 * 140).toArray();
    double[] y = new double[140];
    Arrays.setAll(y, i -> x[5 * i] + 0.5 * random.nextGaussian());
    Training quick = Training.standard().patience(150).rate(0.01).progress(Progress.silent());
    DensityReport one = report(quick.decay(0.01), y, x);
    DensityReport several = report(quick, y, x);
    assertThat(one.notes()).isEmpty();
    assertThat(several.notes()).containsExactly("trained with a decay of 3.0");
    assertThat(several.best().logProb()).isGreaterThan(one.best().logProb());
  }

  /** Of 40 rows, and 100 that are looked at. */
  private DensityReport report(Training training, double[] y, double[] x) {
    ConditionalDensityEstimator estimator =
        ConditionalDensityEstimator.of(AffineFlows::network)
            .training(training)
            .withoutBaselines()
            .calibration(0);
    NDArray rows = manager.create(y);
    NDArray contexts = manager.create(x, new Shape(y.length, 5));
    try (ConditionalDensity density =
        estimator.fit(
            rows.get("0:40"), contexts.get("0:40"), rows.get("40:"), contexts.get("40:"))) {
      return density.report().orElseThrow();
    }
  }

  private DensityReport ofFewRows(Training training) {
    Random random = new Random(5);
    int columns = 15;
    NDArray[] all = new NDArray[4];
    for (int k = 0; k < all.length; k++) {
      int width = k % 2 == 0 ? 1 : columns;
      double[] values = random.doubles(60L * width).map(u -> 2 * u - 1).toArray();
      all[k] = NormalRows.table(manager, values, width);
    }
    for (int k = 0; k < all.length; k += 2) {
      all[k] = all[k].mul(0.3).add(all[k + 1].get(":, 0:1"));
    }
    try (ConditionalDensity density =
        ConditionalDensityEstimator.of(AffineFlows::network)
            .withoutBaselines()
            .calibration(0)
            .training(training)
            .fit(all[0], all[1], all[2], all[3])) {
      return density.report().orElseThrow();
    }
  }

  /** A network that knows by heart what one of fifteen columns says, and noise. */
  @Test
  void whereRowsAreTooFewTheFlowIsPulledToZero() {
    Training fast = Training.standard().steps(200).rate(0.02).progress(Progress.silent());

    DensityReport weak = ofFewRows(fast.decay(0.01));
    DensityReport strong = ofFewRows(fast.decay(1).jitter(0.1));

    assertThat(weak.warnings()).anyMatch(warning -> warning.contains("by heart"));
    assertThat(strong.best().logProb()).isGreaterThan(weak.best().logProb());
    DensityReport chosen = ofFewRows(fast);
    assertThat(chosen.looks()).isEqualTo(strong.looks());
    assertThat(chosen.notes())
        .containsExactly(
            "trained with a decay of 1.0, and noise of 0.1 standard deviations in rows");
  }
}
