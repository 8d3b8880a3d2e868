package org.ppl4j.infer.importance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.linear.RealVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ppl4j.Plate;
import org.ppl4j.Ppl;
import org.ppl4j.distributions.Categorical;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Progress;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;

/** Particles against Kalman's filter, the forward algorithm and joint normal distributions. */
@ExtendWith(LeakCheck.class)
class ParticleFilterTest {

  private static final double[] Y = {0.8, -0.3, 0.7, 1.3, 0.9, 0.1};
  private static final double KEPT = 0.9;
  private static final double MOVED = 0.7;
  private static final double ERROR = 0.5;

  /** Errors in stated ones: of one comparison in 15,000. */
  private static final double MOST = 4;

  private static final ParticleFilter<NDArray> LEVELS =
      quiet(
          ParticleFilter.of(
              (p, y) -> seen(p, p.sample("level", Normal.of(0, 1)), y),
              (p, before, y) -> {
                NDArray mean = before.get("level").mul(KEPT);
                seen(p, p.sample("level", Normal.of(mean, MOVED)), y);
              }));

  private static void seen(Ppl p, NDArray level, NDArray y) {
    p.deterministic("twice", level.mul(2));
    p.observe("y", Normal.of(level, ERROR), y);
  }

  private static <Y> ParticleFilter<Y> quiet(ParticleFilter<Y> filter) {
    return filter.progress(Progress.silent()).config(RunConfig.defaults().withSeed(5));
  }

  private static List<NDArray> observations() {
    return Arrays.stream(Y).mapToObj(y -> Tensors.vector(y).reshape(new Shape())).toList();
  }

  /** Kalman's filter of one number: means, deviations and the log evidence. */
  private static double kalman(double[] means, double[] deviations) {
    double mean = 0;
    double variance = 1;
    double logEvidence = 0;
    for (int t = 0; t < Y.length; t++) {
      if (t > 0) {
        mean *= KEPT;
        variance = KEPT * KEPT * variance + MOVED * MOVED;
      }
      double total = variance + ERROR * ERROR;
      logEvidence += new NormalDistribution(mean, Math.sqrt(total)).logDensity(Y[t]);
      mean += variance / total * (Y[t] - mean);
      variance *= ERROR * ERROR / total;
      means[t] = mean;
      deviations[t] = Math.sqrt(variance);
    }
    return logEvidence;
  }

  @ParameterizedTest
  @EnumSource
  void levelsAreKalmans(FloatType type) {
    double[] means = new double[Y.length];
    double[] deviations = new double[Y.length];
    double logEvidence = kalman(means, deviations);
    RunConfig config = RunConfig.defaults().withSeed(6).withFloatType(type);
    try (FilterRun run = LEVELS.particles(4000).config(config).run(observations())) {
      assertThat(run.logEvidence() - logEvidence).isCloseTo(0, within(MOST * run.standardError()));
      assertThat(run.standardError()).isBetween(1e-3, 0.2);
      assertThat(run.samples().warnings()).isEmpty();
      for (int t = 0; t < Y.length; t++) {
        double error = MOST * deviations[t] / Math.sqrt(run.effectiveSizes().get(t) / 2);
        assertThat(run.means("level").get(t).get(0)).isCloseTo(means[t], within(error));
        assertThat(run.means("twice").get(t).get(0)).isCloseTo(2 * means[t], within(2 * error));
        assertThat(run.deviations("level").get(t).get(0)).isCloseTo(deviations[t], within(error));
      }
    }
  }

  /** All levels given all observations, of their joint normal distribution. */
  @Test
  void pathsAreOfAllObservations() {
    int count = Y.length;
    RealMatrix prior = MatrixUtils.createRealMatrix(count, count);
    double[] variances = new double[count];
    for (int t = 0; t < count; t++) {
      variances[t] = t == 0 ? 1 : KEPT * KEPT * variances[t - 1] + MOVED * MOVED;
      for (int s = 0; s <= t; s++) {
        prior.setEntry(t, s, Math.pow(KEPT, t - s) * variances[s]);
        prior.setEntry(s, t, prior.getEntry(t, s));
      }
    }
    RealMatrix total =
        prior.add(MatrixUtils.createRealIdentityMatrix(count).scalarMultiply(ERROR * ERROR));
    RealMatrix gain = prior.multiply(MatrixUtils.inverse(total));
    RealVector means = gain.operate(MatrixUtils.createRealVector(Y));
    RealMatrix covariance = prior.subtract(gain.multiply(prior));
    try (FilterRun run = LEVELS.particles(4000).run(observations())) {
      assertThat(run.samples().shape("level")).isEqualTo(new Shape(count));
      double families = 4000.0 / 30; // of the first level, far fewer than particles
      double[] found = run.samples().mean("level");
      for (int t = 0; t < count; t++) {
        double sd = Math.sqrt(covariance.getEntry(t, t));
        assertThat(found[t]).isCloseTo(means.getEntry(t), within(MOST * sd / Math.sqrt(families)));
      }
    }
  }

  /** Of as few particles as twenty the mean of the evidence is right. */
  @Test
  void theEvidenceHasNoBias() {
    double exact = kalman(new double[Y.length], new double[Y.length]);
    int runs = 100;
    double sum = 0;
    double squares = 0;
    for (int seed = 0; seed < runs; seed++) {
      RunConfig config = RunConfig.defaults().withSeed(seed);
      try (FilterRun run = LEVELS.particles(20).config(config).run(observations())) {
        double ratio = Math.exp(run.logEvidence() - exact);
        sum += ratio;
        squares += ratio * ratio;
      }
    }
    double mean = sum / runs;
    double sd = Math.sqrt(squares / runs - mean * mean);

    assertThat(mean).isCloseTo(1, within(MOST * sd / Math.sqrt(runs)));
    assertThat(sd).isBetween(0.2, 2.0);
  }

  /** Two hidden states, by the forward algorithm. Draws are integers, which pick. */
  @Test
  void hiddenStatesAreThoseOfTheForwardAlgorithm() {
    double[][] moves = {{0.8, 0.2}, {0.3, 0.7}};
    double[] centres = {-1, 1.5};
    ParticleFilter<NDArray> filter =
        quiet(
            ParticleFilter.of(
                (p, y) -> emits(p, p.sample("z", Categorical.probs(0.6, 0.4)), centres, y),
                (p, before, y) -> {
                  NDArray matrix = p.run().create(new double[] {0.2, 0.7}, new Shape(2));
                  NDArray up = p.pick(matrix, before.get("z"));
                  NDArray probs = Tensors.stack(List.of(up.neg().add(1), up), -1);
                  emits(p, p.sample("z", Categorical.probs(probs)), centres, y);
                }));
    double[] forward = {0.6, 0.4};
    double logEvidence = 0;
    double[] last = new double[2];
    for (int t = 0; t < Y.length; t++) {
      double[] next = new double[2];
      for (int k = 0; k < 2; k++) {
        double before = t == 0 ? forward[k] : forward[0] * moves[0][k] + forward[1] * moves[1][k];
        next[k] = before * new NormalDistribution(centres[k], 1).density(Y[t]);
      }
      double total = next[0] + next[1];
      logEvidence += Math.log(total);
      forward = new double[] {next[0] / total, next[1] / total};
      last = forward;
    }
    try (FilterRun run = filter.particles(4000).run(observations())) {
      assertThat(run.logEvidence() - logEvidence).isCloseTo(0, within(MOST * run.standardError()));
      double error = MOST * 0.5 / Math.sqrt(run.effectiveSizes().get(Y.length - 1) / 2);
      assertThat(run.means("z").get(Y.length - 1).get(0)).isCloseTo(last[1], within(error));
      assertThat(run.samples().get("z").getDataType().isInteger()).isTrue();
    }
  }

  private static void emits(Ppl p, NDArray z, double[] centres, NDArray y) {
    NDArray of = p.run().create(centres, new Shape(centres.length));
    p.observe("y", Normal.of(p.pick(of, z), 1), y);
  }

  /** A slope that is drawn once, and three series in a plate, of one number each. */
  @Test
  void whatIsDrawnOnceStaysAndPlatesKeepTheirRows() {
    ParticleFilter<NDArray> filter =
        quiet(
            ParticleFilter.of(
                (p, y) -> {
                  NDArray common = p.sample("common", Normal.of(0, 1));
                  try (Plate rows = p.plate("rows", 3)) {
                    NDArray x = p.sample("x", Normal.of(common, 1));
                    p.observe("y", Normal.of(x, 1), rows.take(y));
                  }
                },
                (p, before, y) -> {
                  NDArray common = before.get("common");
                  try (Plate rows = p.plate("rows", 3)) {
                    NDArray x = p.sample("x", Normal.of(common, 1));
                    p.observe("y", Normal.of(x, 1), rows.take(y));
                  }
                }));
    List<NDArray> observations = List.of(Tensors.vector(1, 2, 0), Tensors.vector(3, 1, 2));
    // Six measurements of variance 2 of a number of N(0, 1), with sum 9 and squares 19.
    double precision = 1 + 6 / 2.0;
    double mean = 9 / 2.0 / precision;
    double exact =
        -6 * Math.log(4 * Math.PI) / 2
            - 19 / 4.0
            + mean * mean * precision / 2
            - Math.log(precision) / 2;
    try (FilterRun run = filter.particles(5000).run(observations)) {
      assertThat(run.logEvidence() - exact).isCloseTo(0, within(MOST * run.standardError()));
      assertThat(run.samples().shape("common")).isEqualTo(new Shape());
      assertThat(run.samples().shape("x")).isEqualTo(new Shape(2, 3));
      assertThat(run.means("common")).hasSize(2);
      assertThat(run.means("x").get(1).length()).isEqualTo(3);
      double size = run.effectiveSizes().get(1) / 4;
      assertThat(run.samples().mean("common")[0])
          .isCloseTo(mean, within(MOST / Math.sqrt(precision * size)));
    }
  }

  @Test
  void theSameSeedGivesTheSameBits() {
    try (FilterRun one = LEVELS.particles(30).run(observations());
        FilterRun again = LEVELS.particles(30).run(observations());
        FilterRun other =
            LEVELS.particles(30).config(RunConfig.defaults().withSeed(6)).run(observations())) {
      assertThat(again.samples().values("level")).containsExactly(one.samples().values("level"));
      assertThat(other.logEvidence()).isNotEqualTo(one.logEvidence());
      assertThat(one.toString()).startsWith("particle filter: 30 particles through 6 times");
    }
  }

  // --- errors

  private static void closed(ParticleFilter<NDArray> filter, List<NDArray> observations) {
    try (FilterRun run = filter.run(observations)) {
      assertThat(run.samples().draws()).isNegative();
    }
  }

  @Test
  void whatIsMissingIsSaid() {
    assertThatThrownBy(() -> LEVELS.particles(1))
        .hasMessage("particle filter has 1 particles, but needs at least 2");
    assertThatThrownBy(() -> closed(LEVELS, List.of()))
        .hasMessage("particle filter has no observations; pass one for each time");
    ParticleFilter<NDArray> other =
        quiet(
            ParticleFilter.of(
                (p, y) -> p.sample("x", Normal.of(0, 1)),
                (p, before, y) -> p.sample("x", Normal.of(before.get("level"), 1))));
    assertThatThrownBy(() -> closed(other, observations()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "states have no site 'level', only [x]; draw it at the first time, or ask for one of"
                + " these");
    ParticleFilter<NDArray> more =
        quiet(
            ParticleFilter.of(
                (p, y) -> p.sample("x", Normal.of(0, 1)),
                (p, before, y) -> {
                  p.sample("x", Normal.of(0, 1));
                  p.sample("more", Normal.of(0, 1));
                }));
    assertThatThrownBy(() -> closed(more, observations()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "site 'more' has shape () at the second time, but none at the first; draw what steps"
                + " draw at the first time too");
  }

  /** An observation so far away that no particle could have made it. */
  @Test
  void whatIsImpossibleIsSaidWithTheTime() {
    NDArray far = Tensors.vector(1e200).reshape(new Shape());
    assertThatThrownBy(() -> closed(LEVELS, List.of(observations().get(0), far)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("at time 2: all 1000 particles have weight 0");
  }

  /** As far away as eight deviations, which few particles come near. */
  @Test
  void whatIsUnlikelyCarriesAWarning() {
    NDArray far = Tensors.vector(9.0).reshape(new Shape());
    try (FilterRun run = LEVELS.run(List.of(observations().get(0), far))) {
      assertThat(run.samples().warnings())
          .anyMatch(warning -> warning.startsWith("the particles descend from "))
          .anyMatch(warning -> warning.startsWith("at time 2 the particles are worth "));
      assertThat(run.toString()).contains("warning: at time 2");
    }
  }

  @Test
  void weightsThatRoundingMakesCarryAWarning() {
    NDArray far = Tensors.vector(1e30).reshape(new Shape());
    try (FilterRun run = LEVELS.run(List.of(far))) {
      assertThat(run.samples().warnings())
          .anyMatch(warning -> warning.matches("log densities of .*e\\+\\d+ are rounded to .*"));
    }
  }

  @Test
  void countingParticlesFromTheLeftIsRefused() {
    ParticleFilter<NDArray> filter =
        quiet(
            ParticleFilter.of(
                (p, y) -> p.sample("x", Normal.of(0, 1)),
                (p, before, y) ->
                    p.sample("x", Normal.of(before.get("x").reshape(new Shape(-1)).get(0), 1))));
    assertThatThrownBy(() -> closed(filter, observations()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("at time 2: reshape on a tensor with extra left dims");
  }

  @Test
  void anInterruptEndsIt() {
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> closed(LEVELS, observations()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("particle filter was interrupted at time 0 of 6");
    assertThat(Thread.interrupted()).isTrue();
  }
}
