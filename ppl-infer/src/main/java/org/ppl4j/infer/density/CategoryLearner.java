package org.ppl4j.infer.density;

import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;
import com.google.common.primitives.Ints;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.ppl4j.infer.svi.FitListener;
import org.ppl4j.infer.svi.StoppingRule;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.FlatVector;
import org.ppl4j.tensor.Rng;

/**
 * Learns the probabilities of levels given contexts, by a softmax that is linear in contexts and
 * one of a network of two hidden layers. Both are trained as flows are, and end where validation
 * rows become less likely by more than chance explains; both are mixed, by how likely these rows
 * are under each. Levels have their frequencies where these make the rows likelier than either. At
 * last all rows have each level as probable as it is frequent, with half a row more for each
 * (Dirichlet's prior of ½).
 *
 * @param manager of the networks' tensors
 */
record CategoryLearner(Training training, NDManager manager) {

  /** The widths of hidden layers: a linear map, and a network. */
  private static final ImmutableList<ImmutableIntArray> HIDDEN =
      ImmutableList.of(ImmutableIntArray.of(), ImmutableIntArray.of(32, 32));

  /** Of Jeffreys' prior, so many rows of each level come beside those of the table. */
  private static final double PRIOR = 0.5;

  /** The fewest steps between two looks; an epoch if that is more. */
  private static final int STEPS_A_LOOK = 20;

  /** The fewest looks without a better one before training ends. */
  private static final int PATIENT_LOOKS = 3;

  private static final int ENOUGH_ROWS = 5000;
  private static final int TURNS = 100;
  private static final double SETTLED = 1e-9;

  /**
   * Learns from rows, and looks at others.
   *
   * @param levels ascending; rows are of one column, which has no other numbers
   */
  CategoryDistribution learn(double[] levels, Tables rows, Tables validation) {
    int contextDim = rows.contextDim();
    Tables all = rows.and(validation);
    double[] offsets = offsets(levels, rows);
    Table contexts = rows.x();
    if (contexts == null || levels.length == 1) {
      return CategoryDistribution.of(levels, offsets(levels, all), contextDim);
    }
    Rng rng = Rng.of(training.config().seed(), Rng.Purpose.PLATE, 0, "density.levels");
    Tables looked = some(validation.asFrequent(rng));
    CategoryDistribution frequencies = CategoryDistribution.of(levels, offsets, contextDim);
    Units units = Units.ofContexts(contexts, true);
    List<LevelNetwork> networks = new ArrayList<>();
    double[][] logs = new double[HIDDEN.size()][];
    try {
      for (int j = 0; j < logs.length; j++) {
        ParamStore params = new ParamStore(manager, training.config());
        LevelNetwork network =
            new LevelNetwork(units, HIDDEN.get(j), levels.length, params, training.config());
        networks.add(network);
        CategoryDistribution own =
            new CategoryDistribution(
                levels, offsets, contextDim, List.of(new CategoryDistribution.Softmax(network, 1)));
        new Fit(own, network, offsets, rows, validation).run();
        logs[j] = own.logProb(looked);
      }
    } catch (RuntimeException e) {
      networks.forEach(LevelNetwork::close);
      throw e;
    }
    double byFrequencies = Arrays.stream(frequencies.logProb(looked)).sum();
    if (Arrays.stream(logs).allMatch(own -> Arrays.stream(own).sum() <= byFrequencies)) {
      networks.forEach(LevelNetwork::close);
      return CategoryDistribution.of(levels, offsets(levels, all), contextDim);
    }
    double[] weights = Stacking.average(logs);
    List<CategoryDistribution.Softmax> softmaxes = new ArrayList<>();
    for (int j = 0; j < weights.length; j++) {
      softmaxes.add(new CategoryDistribution.Softmax(networks.get(j), weights[j]));
    }
    CategoryDistribution mixed = new CategoryDistribution(levels, offsets, contextDim, softmaxes);
    return mixed.moved(settled(mixed, all));
  }

  /** As many rows as say which is likelier, evenly spread. */
  private static Tables some(Tables rows) {
    int count = Math.min(rows.rows(), ENOUGH_ROWS);
    return rows.view(
        IntStream.range(0, count).map(i -> (int) ((long) i * rows.rows() / count)).toArray());
  }

  /** The logarithms of the shares of levels. */
  private static double[] offsets(double[] levels, Tables rows) {
    return Arrays.stream(counts(levels, rows)).map(count -> Math.log(count + PRIOR)).toArray();
  }

  private static double[] counts(double[] levels, Tables rows) {
    double[] counts = new double[levels.length];
    for (int i = 0; i < rows.rows(); i++) {
      counts[CategoryDistribution.index(levels, rows.y().number(i, 0))] += rows.weight(i);
    }
    return counts;
  }

  /**
   * What m are to gain so that each level is as probable, over all rows, as it is frequent: by the
   * iterative scaling of Darroch and Ratcliff, "Generalized iterative scaling for log-linear
   * models" (1972).
   */
  private static double[] settled(CategoryDistribution distribution, Tables all) {
    int levels = distribution.size();
    double[] counts = counts(distribution.levels(), all);
    double[] logs = distribution.logProbs(all.rows(), all.x());
    double[] moved = new double[levels];
    double[] move = new double[levels];
    for (int turn = 0; turn < TURNS; turn++) {
      double[] expected = new double[levels];
      for (int i = 0; i < logs.length; i++) {
        expected[i % levels] += all.weight(i / levels) * Math.exp(logs[i]);
      }
      Arrays.setAll(move, k -> Math.log((counts[k] + PRIOR) / (expected[k] + PRIOR)));
      for (int k = 0; k < levels; k++) {
        moved[k] += move[k];
      }
      if (Arrays.stream(move).allMatch(by -> Math.abs(by) < SETTLED)) {
        break;
      }
      for (int from = 0; from < logs.length; from += levels) {
        CategoryDistribution.normalise(logs, from, move);
      }
    }
    return moved;
  }

  /** The training of a network. */
  private final class Fit implements FitListener {

    private final CategoryDistribution distribution;
    private final LevelNetwork network;
    private final Tables validation;
    private final TableBatches batches;
    private final int steps;
    private final long stepsALook;
    private final Svi<Rows> svi;
    private List<double[]> standing = List.of();
    private double[] bestLogs = {};
    private long bestStep;

    Fit(
        CategoryDistribution distribution,
        LevelNetwork network,
        double[] offsets,
        Tables rows,
        Tables validation) {
      this.distribution = distribution;
      this.network = network;
      this.validation = validation;
      this.batches =
          new TableBatches(
              rows, (some, noise) -> standard(distribution.levels(), some), training.batch());
      this.steps = training.steps(batches.size());
      this.stepsALook = Math.max(STEPS_A_LOOK, batches.size());
      Optimizers optimizers = new Optimizers(training.rate(), training.decay(), steps);
      this.svi =
          Svi.builder(network.likelihood(rows.rows(), offsets), (p, nothing) -> {})
              .params(network.params())
              .config(network.config())
              .optimizer(optimizers.ofFlow())
              .averaging(training.averaging())
              .stopping(StoppingRule.never())
              .progress(training.progress())
              .listener(this)
              .build();
    }

    /** Places of levels, and contexts in standard units. */
    private Tables standard(double[] levels, Tables some) {
      double[] places = some.y().numbers(0);
      Arrays.setAll(places, i -> CategoryDistribution.index(levels, places[i]));
      Table x = some.x();
      return new Tables(
          new Table("level", 1, places),
          x == null ? null : network.units().standard(x, null).rows());
    }

    /** Leaves the parameters of the look that stands in the store. */
    void run() {
      try (svi) {
        int epochs = Ints.saturatedCast((steps + batches.size() - 1) / batches.size());
        if (svi.runEpochs(batches, epochs).steps() > 0 && standing.isEmpty()) {
          look(svi.steps());
        }
        List<FlatVector> chunks = network.params().chunks();
        for (int i = 0; i < standing.size(); i++) {
          chunks.get(i).assign(0, standing.get(i));
        }
      }
    }

    @Override
    public Next onStep(Step step) {
      boolean isLast = step.step() == steps;
      if (isLast || step.step() % stepsALook == 0) {
        look(step.step());
      }
      long patience = Math.max(training.patience(bestStep), PATIENT_LOOKS * stepsALook);
      return isLast || step.step() - bestStep >= patience ? Next.STOP : Next.GO_ON;
    }

    /** This look stands unless the best one is likelier by more than a standard error. */
    private void look(long step) {
      svi.useAverage();
      double[] logs = distribution.logProb(validation);
      if (bestLogs.length == 0 || validation.mean(logs) > validation.mean(bestLogs)) {
        bestLogs = logs;
        bestStep = step;
      }
      if (!isWorse(logs)) {
        standing = network.params().chunks().stream().map(FlatVector::values).toList();
      }
    }

    private boolean isWorse(double[] logs) {
      double[] losses = new double[logs.length];
      Arrays.setAll(losses, i -> validation.weight(i) * (bestLogs[i] - logs[i]));
      double mean = Arrays.stream(losses).average().orElseThrow();
      return mean > Standardisation.deviation(losses) / Math.sqrt(losses.length);
    }
  }
}
