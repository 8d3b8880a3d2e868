package org.ppl4j.studies.sbi;

import com.google.common.collect.Range;
import com.google.common.math.Stats;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.examples.simulators.SbiTask;
import org.ppl4j.examples.simulators.SbiTasks;
import org.ppl4j.infer.diagnostics.BinomialBand;
import org.ppl4j.infer.sbi.Calibration;
import org.ppl4j.infer.sbi.NeuralPosterior;
import org.ppl4j.infer.sbi.Npe;
import org.ppl4j.testing.AcceptancePoint;

/**
 * Posteriors of the benchmark's tasks by one fit: how often intervals of each parameter hold the
 * truth, and how near they are to the reference. Of more seeds, which share the trials, by {@code
 * -Dacceptance.seeds}; rounds, likelihoods and more simulations by {@link SbiBenchmark}.
 */
@Tag("acceptance")
@Tag("tables.5")
class TablesSbiAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("tables.5");

  private static final int SIMULATIONS = 1000;
  private static final int SEEDS = Integer.getInteger("acceptance.seeds", 1);

  /** Of fewer the mean deviation is not judged: one seed's is off by a tenth or so. */
  private static final int JUDGED_SEEDS = 3;

  private static final double AWAY = 0.15;

  /** Of all seeds together. */
  private static final int TRIALS = 400;

  private static final int DRAWS = 199;
  private static final double LEVEL = 0.9;

  /** Of all coordinates of all tasks together one of a hundred runs is outside by chance. */
  private static final double CHANCE = 0.01;

  @Test
  void intervalsHoldTheTruthAndDrawsAreThoseOfTheReference() {
    int coordinates = SbiTasks.ALL.stream().mapToInt(SbiTask::dim).sum();
    int trials = TRIALS / SEEDS * SEEDS;
    Range<Integer> band = BinomialBand.of(trials, LEVEL, 1 - CHANCE / coordinates);
    List<Double> covered = new ArrayList<>();
    for (SbiTask task : SbiTasks.ALL) {
      Learned learned = Learned.of(task);
      for (String name : learned.calibration().names()) {
        double share =
            learned.calibration().below(name, (1 + LEVEL) / 2)
                - learned.calibration().below(name, (1 - LEVEL) / 2);
        covered.add(share);
        POINT.between(
            "coverage of 90%, " + name + " of " + task,
            share,
            (double) band.lowerEndpoint() / trials,
            (double) band.upperEndpoint() / trials);
      }
      POINT.atMost(
          "c2st of one fit, " + task + ", seeds: " + SEEDS,
          learned.score(),
          task.published("NPE", SIMULATIONS).orElseThrow() + 0.02);
    }
    POINT.between("mean coverage of 90%", Stats.meanOf(covered), 0.87, 0.93);
  }

  /** Of posteriors of several seeds: their trials, their mean score and deviations. */
  private record Learned(Calibration calibration, double score) {

    static Learned of(SbiTask task) {
      List<Calibration> calibrations = new ArrayList<>();
      double score = 0;
      double[] ratios = new double[task.dim()];
      for (int seed = 0; seed < SEEDS; seed++) {
        Npe npe = SbiFit.npe(task, SbiFit.Setting.AMORTISED, SbiAcceptanceTest.options(seed));
        try (NeuralPosterior posterior = npe.fit(npe.simulate(SIMULATIONS))) {
          calibrations.add(npe.calibrate(posterior, TRIALS / SEEDS, DRAWS));
          double[] draws = SbiFit.draws(posterior, task.observation(1), SbiFit.DRAWS);
          score += C2st.score(task.reference(), draws, task.dim(), 1) / SEEDS;
          List<Double> deviations = SbiFit.deviations(task, 1, draws);
          Arrays.setAll(ratios, j -> ratios[j] + deviations.get(j) / SEEDS);
        }
      }
      for (int j = 0; j < ratios.length; j++) {
        String figure = "sd of theta[" + (j + 1) + "] by the reference's, " + task;
        if (SEEDS < JUDGED_SEEDS) {
          POINT.shown(figure, ratios[j]);
        } else {
          POINT.between(figure, ratios[j], 1 - AWAY, 1 + AWAY);
        }
      }
      return new Learned(calibrations.stream().reduce(Calibration::and).orElseThrow(), score);
    }
  }
}
