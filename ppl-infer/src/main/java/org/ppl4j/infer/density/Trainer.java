package org.ppl4j.infer.density;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;
import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Maps;
import com.google.common.primitives.ImmutableDoubleArray;
import com.google.common.primitives.Ints;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.ppl4j.infer.density.DensityReport.Look;
import org.ppl4j.infer.svi.FitListener;
import org.ppl4j.infer.svi.FitReport;
import org.ppl4j.infer.svi.StoppingRule;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.tensor.FlatVector;
import org.ppl4j.tensor.Rng;

/** Trains a flow: looks at the validation rows once in a while, keeps the best, ends in time. */
final class Trainer implements FitListener {

  /** The fewest steps between two looks; an epoch if that is more. */
  private static final int STEPS_A_LOOK = 20;

  /** The fewest looks without a better one before training ends. */
  private static final int PATIENT_LOOKS = 3;

  /** So many validation rows have no need of more noise. */
  private static final int ENOUGH_TO_LOOK_AT = 1000;

  private final FlowModel model;
  private final Goal goal;
  private final Tables rows;
  private final DataUnits units;
  private final int validationRows;
  private final DataUnits.Standard validation;
  private final Training training;
  private final int steps;
  private final long stepsALook;
  private final Svi<Rows> svi;
  private final TableBatches batches;
  private final List<Look> looks = new ArrayList<>();
  private List<double[]> best = List.of();
  private ImmutableMap<String, double[]> bestStatistics = ImmutableMap.of();
  private Look bestLook = new Look(0, Double.NaN, Double.NEGATIVE_INFINITY);

  /** Of a flow on tables in their own units, in a stage of its objective. */
  Trainer(
      FlowModel model,
      Tables rows,
      Tables validation,
      DataUnits units,
      Training training,
      Objective.Stage stage) {
    this.model = model;
    this.rows = rows;
    this.units = units;
    this.validationRows = validation.rows();
    this.validation = withNoise(validation);
    this.batches = new TableBatches(rows, this::blurred, training.batch());
    this.steps = training.steps(batches.size());
    checkArgument(
        units.cells() == null || stage.goal().learnsNoise(),
        "objective '%s' does not learn the noise of a variational dequantisation; use likelihood,"
            + " or uniform noise",
        stage.goal());
    this.goal = stage.goal().fitted(units.standard(some(rows)).tables().y());
    this.stepsALook = Math.max(goal.stepsALook(steps), Math.max(STEPS_A_LOOK, batches.size()));
    this.training = training;
    Svi.Builder<Rows> builder =
        Svi.builder(model.program(goal), (p, nothing) -> {})
            .params(model.params())
            .config(model.config())
            .optimizer(goal.optimizer(new Optimizers(training.rate(), training.decay(), steps)))
            .averaging(training.averaging())
            .stopping(StoppingRule.never())
            .progress(training.progress())
            .listener(this);
    training.listeners().forEach(builder::listener);
    this.svi = builder.build();
  }

  /** Rows of a step, with noise of the training beside that of their cells. */
  private Tables blurred(Tables some, Rng noise) {
    Tables own = units.dequantised(some, noise).tables();
    double jitter = training.jitter();
    if (jitter == 0) {
      return own;
    }
    double[] values = own.y().values().clone();
    Arrays.setAll(values, i -> values[i] + jitter * noise.nextNormal());
    return new Tables(own.y().with(values), own.x(), own.cells());
  }

  /** As many as a goal needs to know what is far. */
  private Tables some(Tables tables) {
    Tables few = tables.range(0, Math.min(tables.rows(), ENOUGH_TO_LOOK_AT));
    return units.noisy(few, noise("density.scale"));
  }

  /** Few rows several times, each with noise of its own, so that looks are alike. */
  private DataUnits.Standard withNoise(Tables tables) {
    int times = units.y().hasNoise() ? 1 + ENOUGH_TO_LOOK_AT / tables.rows() : 1;
    return units.dequantised(tables.repeated(times), noise("density.validation"));
  }

  private Rng noise(String name) {
    return Rng.of(model.config().seed(), Rng.Purpose.PLATE, 0, name);
  }

  /** Of the mean log-density of the validation rows, each the mean over its noise. */
  private double standardError() {
    double[] all = model.logProb(validation.tables());
    double[] rowMeans = new double[validationRows];
    for (int i = 0; i < all.length; i++) {
      rowMeans[i % validationRows] += (all[i] + validation.gain(i)) * validationRows / all.length;
    }
    Tables tables = validation.tables();
    Tables once = tables.range(0, validationRows);
    double mean = once.mean(rowMeans);
    double square = 0;
    for (int i = 0; i < validationRows; i++) {
      square += Math.pow(once.weight(i) * (rowMeans[i] - mean), 2);
    }
    double count = validationRows;
    return Math.sqrt(square * count / (count - 1)) / once.weight(); // 0 / 0 of one row
  }

  /** The mean log-density of all rows with noise, in their own units. */
  private double trainLogProb() {
    Rng noise = noise("density.rows");
    double sum = 0;
    for (int from = 0; from < rows.rows(); from += FlowModel.MAX_ROWS) {
      int to = Math.min(from + FlowModel.MAX_ROWS, rows.rows());
      DataUnits.Standard some = units.dequantised(rows.range(from, to), noise);
      sum += some.tables().weight() * (model.meanLogProb(some.tables()) + some.meanGain());
    }
    return sum / rows.weight();
  }

  /**
   * Leaves the parameters of the best look, and the statistics of that time, in the store.
   *
   * @throws IllegalStateException if no look found a finite worth
   */
  DensityReport train() {
    try (svi) {
      int epochs = Ints.saturatedCast((steps + batches.size() - 1) / batches.size());
      FitReport fit = svi.runEpochs(batches, epochs);
      if (looks.isEmpty() || fit.stop() == FitReport.Stop.INTERRUPTED) {
        look(svi.steps());
      }
      checkState(
          !best.isEmpty(),
          "density has no finite %s of its validation rows: %s; lower the rate, or look for rows"
              + " that are far from all others",
          goal.isOfDensity() ? "log-density" : "worth by '" + goal + "'",
          fit);
      List<FlatVector> chunks = model.params().chunks();
      for (int i = 0; i < best.size(); i++) {
        chunks.get(i).assign(0, best.get(i));
      }
      Map<String, FlatVector> statistics = model.params().statistics();
      bestStatistics.forEach(
          (name, values) -> requireNonNull(statistics.get(name)).assign(0, values));
      return new DensityReport(
          fit,
          rows.rows(),
          validationRows,
          ImmutableList.copyOf(looks),
          bestLook,
          standardError(),
          trainLogProb(),
          ImmutableDoubleArray.copyOf(units.y().steps()),
          units.y().spikes());
    }
  }

  @Override
  public Next onStep(Step step) {
    boolean isLast = step.step() == steps;
    if (isLast || step.step() % stepsALook == 0) {
      look(step.step());
    }
    return isLast || step.step() - bestLook.step() >= patience() ? Next.STOP : Next.GO_ON;
  }

  private long patience() {
    return Math.max(training.patience(bestLook.step()), PATIENT_LOOKS * stepsALook);
  }

  private void look(long step) {
    svi.useAverage();
    double logProb = model.meanLogProb(validation.tables()) + validation.meanGain();
    Look look =
        new Look(step, logProb, goal.worth(new FlowLook(model, validation.tables(), logProb)));
    looks.add(look);
    if (look.worth() > bestLook.worth()) {
      bestLook = look;
      best = model.params().chunks().stream().map(FlatVector::values).toList();
      bestStatistics =
          ImmutableMap.copyOf(
              Maps.transformValues(model.params().statistics(), FlatVector::values));
    }
  }
}
