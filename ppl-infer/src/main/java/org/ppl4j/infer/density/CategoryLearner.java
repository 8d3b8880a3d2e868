package org.ppl4j.infer.density;

import ai.djl.ndarray.NDManager;
import com.google.common.primitives.ImmutableIntArray;
import com.google.common.primitives.Ints;
import java.util.Arrays;
import java.util.List;
import org.ppl4j.infer.svi.FitListener;
import org.ppl4j.infer.svi.StoppingRule;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.FlatVector;

/**
 * Learns the probabilities of levels given contexts: by their frequencies, by a softmax that is
 * linear in contexts, and by one of a network of two hidden layers, of which validation rows choose
 * the likeliest. Both softmaxes are trained as flows are, and end where validation rows do not
 * become likelier. At last b is such that over all rows each level is as probable as it is
 * frequent, with half a row more for each (Dirichlet's prior of ½).
 *
 * @param manager of the networks' tensors
 */
record CategoryLearner(Training training, NDManager manager) {

  private static final ImmutableIntArray LINEAR = ImmutableIntArray.of();
  private static final ImmutableIntArray NETWORK = ImmutableIntArray.of(32, 32);

  /** Of Jeffreys' prior, so many rows of each level come beside those of the table. */
  private static final double PRIOR = 0.5;

  /** The fewest steps between two looks; an epoch if that is more. */
  private static final int STEPS_A_LOOK = 20;

  /** The fewest looks without a better one before training ends. */
  private static final int PATIENT_LOOKS = 3;

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
    CategoryDistribution best = new CategoryDistribution(levels, offsets, contextDim, null);
    Table contexts = rows.x();
    if (contexts == null || levels.length == 1) {
      return new CategoryDistribution(levels, offsets(levels, all), contextDim, null);
    }
    double most = worth(best, validation);
    Units units = Units.ofContexts(contexts, true);
    for (ImmutableIntArray hidden : List.of(LINEAR, NETWORK)) {
      ParamStore params = new ParamStore(manager, training.config());
      LevelNetwork network =
          new LevelNetwork(units, hidden, levels.length, params, training.config());
      CategoryDistribution next = new CategoryDistribution(levels, offsets, contextDim, network);
      try {
        new Fit(next, network, offsets, rows, validation).run();
        double worth = worth(next, validation);
        if (worth > most) {
          best.close();
          best = next;
          most = worth;
        } else {
          next.close();
        }
      } catch (RuntimeException e) {
        best.close();
        next.close();
        throw e;
      }
    }
    return best.moved(settled(best, all));
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

  private static double worth(CategoryDistribution distribution, Tables validation) {
    return validation.mean(distribution.logProb(validation));
  }

  /**
   * What offsets are to gain so that each level is as probable, over all rows, as it is frequent:
   * by the iterative scaling of Darroch and Ratcliff, "Generalized iterative scaling for log-linear
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
    private List<double[]> best = List.of();
    private double bestWorth = Double.NEGATIVE_INFINITY;
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

    /** Leaves the parameters of the best look in the store. */
    void run() {
      try (svi) {
        int epochs = Ints.saturatedCast((steps + batches.size() - 1) / batches.size());
        if (svi.runEpochs(batches, epochs).steps() > 0 && best.isEmpty()) {
          look(svi.steps());
        }
        List<FlatVector> chunks = network.params().chunks();
        for (int i = 0; i < best.size(); i++) {
          chunks.get(i).assign(0, best.get(i));
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

    private void look(long step) {
      svi.useAverage();
      double worth = worth(distribution, validation);
      if (worth > bestWorth) {
        bestWorth = worth;
        bestStep = step;
        best = network.params().chunks().stream().map(FlatVector::values).toList();
      }
    }
  }
}
