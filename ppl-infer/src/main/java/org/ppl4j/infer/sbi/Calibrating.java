package org.ppl4j.infer.sbi;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;
import java.util.Arrays;

/** Compares the parameters of simulations with draws of their posteriors. */
final class Calibrating {

  /** So many draws are made at once. */
  private static final int MAX_DRAWS = 100_000;

  /** What is asked of a posterior. */
  interface Judged {

    /** Draws of each observation, (each, observations, P); other streams give other draws. */
    double[] draws(double[] observations, int each, long stream);

    /** The log-density of each row of parameters given its observation. */
    double[] logProb(double[] rows, double[] observations);

    /** How far each observation is from those that were learned from, 1 being the limit. */
    double[] distances(double[] observations);
  }

  private record OfPosterior(NeuralPosterior posterior) implements Judged {

    @Override
    public double[] draws(double[] observations, int each, long stream) {
      return posterior.draws(observations, each, stream);
    }

    @Override
    public double[] logProb(double[] rows, double[] observations) {
      return posterior.logProb(rows, observations);
    }

    @Override
    public double[] distances(double[] observations) {
      return posterior.distances(observations);
    }
  }

  private final Judged posterior;
  private final Simulations simulations;
  private final int draws;
  private final ReferencePoints references;
  private final int[][] ranks;
  private final int[] depths;
  private final int[] nearer;

  private Calibrating(Judged posterior, Simulations simulations, int draws) {
    this.posterior = posterior;
    this.simulations = simulations;
    this.draws = draws;
    this.references = ReferencePoints.of(simulations);
    this.ranks = new int[simulations.parameterColumns()][simulations.rows()];
    this.depths = new int[simulations.rows()];
    this.nearer = new int[simulations.rows()];
  }

  /** Figures of simulations that the posterior has not learned from. */
  static Calibration of(
      NeuralPosterior posterior, Simulations simulations, int draws, ImmutableList<String> names) {
    return of(new OfPosterior(posterior), simulations, draws, names);
  }

  /** The same of anything that can be asked. */
  static Calibration of(
      Judged posterior, Simulations simulations, int draws, ImmutableList<String> names) {
    Calibrating calibrating = new Calibrating(posterior, simulations, draws);
    int trials = Math.max(1, MAX_DRAWS / draws);
    for (int from = 0; from < simulations.rows(); from += trials) {
      calibrating.look(from, Math.min(from + trials, simulations.rows()));
    }
    double[] distances = posterior.distances(simulations.allData());
    int far = (int) Arrays.stream(distances).filter(distance -> distance > 1).count();
    Calibration calibration =
        new Calibration(
            draws,
            far,
            names,
            Arrays.stream(calibrating.ranks)
                .map(ImmutableIntArray::copyOf)
                .collect(ImmutableList.toImmutableList()),
            ImmutableIntArray.copyOf(calibrating.depths),
            ImmutableIntArray.copyOf(calibrating.nearer));
    return calibration;
  }

  private void look(int from, int to) {
    int trials = to - from;
    int columns = simulations.parameterColumns();
    int width = simulations.dataColumns();
    double[] truth = Arrays.copyOfRange(simulations.allParameters(), from * columns, to * columns);
    double[] data = Arrays.copyOfRange(simulations.allData(), from * width, to * width);
    double[] drawn = posterior.draws(data, draws, from);
    double[] logsOfTruth = posterior.logProb(truth, data);
    double[] logs = posterior.logProb(drawn, repeated(data, draws));
    for (int i = 0; i < draws * trials; i++) {
      int trial = i % trials;
      depths[from + trial] += logs[i] > logsOfTruth[trial] ? 1 : 0;
      for (int j = 0; j < columns; j++) {
        ranks[j][from + trial] += drawn[i * columns + j] < truth[trial * columns + j] ? 1 : 0;
      }
      boolean isNearer =
          references.distance(from + trial, drawn, i)
              < references.distance(from + trial, truth, trial);
      nearer[from + trial] += isNearer ? 1 : 0;
    }
  }

  private static double[] repeated(double[] values, int times) {
    double[] all = new double[values.length * times];
    for (int i = 0; i < times; i++) {
      System.arraycopy(values, 0, all, i * values.length, values.length);
    }
    return all;
  }
}
