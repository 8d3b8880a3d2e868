package org.ppl4j.infer.mcmc;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.errorprone.annotations.MustBeClosed;
import java.util.List;
import java.util.Locale;
import org.hipparchus.stat.StatUtils;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.latent.LogDensity;
import org.ppl4j.ode.Solver;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.LeakCheck;

/** A differential equation in a model: recorded, with gradients, and learned from what it makes. */
@ExtendWith(LeakCheck.class)
class OdeModelTest {

  private static NDArray counts(long seed) {
    double[] counts = OdeModels.counts(seed);
    return Tensors.array(counts, new Shape(counts.length / 2, 2));
  }

  static List<Solver> solvers() {
    return OdeModels.SOLVERS;
  }

  /** By the record and by the engine, against differences. */
  @ParameterizedTest
  @MethodSource("solvers")
  void theDensityIsRecordedAndHasItsGradient(Solver solver) {
    for (Recording recording : new Recording[] {Recording.REQUIRED, Recording.OFF}) {
      RunConfig config = RunConfig.defaults().withRecording(recording);
      try (NDManager manager = NDManager.newBaseManager();
          ParamStore params = new ParamStore(manager, config);
          LogDensity<NDArray> density = density(counts(1), solver, params)) {
        assertThat(density.isRecorded()).isEqualTo(recording == Recording.REQUIRED);
        // The steps by the error are others at each place, each right to a tolerance of 1e-6.
        OdeModels.assertHasItsGradient(density, 1e-4, 1e-3);
      }
    }
  }

  /** With fixed steps, to rounding. */
  @Test
  void theDensityIsThatByHand() {
    double[] counts = OdeModels.counts(2);
    HaresByHand byHand = new HaresByHand(counts, OdeModels.STEPS);
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager, RunConfig.defaults());
        LogDensity<NDArray> density = density(counts(2), OdeModels.SOLVERS.get(0), params)) {
      byHand.assertIs(density);
    }
  }

  @MustBeClosed
  private static LogDensity<NDArray> density(NDArray counts, Solver solver, ParamStore params) {
    return LogDensity.of(
        OdeModels.model(solver), counts, params, params.config().orElseThrow(), OdeModels.START);
  }

  /** The time of a gradient beside that by hand. */
  @Test
  @Tag("acceptance")
  @Tag("ode.6")
  void gradientsAreNearlyAsFastAsByHand() {
    AcceptancePoint point = new AcceptancePoint("ode.6");
    HaresByHand byHand = new HaresByHand(OdeModels.counts(2), OdeModels.STEPS);
    for (Solver solver : OdeModels.SOLVERS) {
      try (NDManager manager = NDManager.newBaseManager();
          ParamStore params = new ParamStore(manager, RunConfig.defaults());
          LogDensity<NDArray> density = density(counts(2), solver, params)) {
        double[] u = density.start();
        double[] gradient = new double[u.length];
        double own = OdeModels.microseconds(() -> density.evaluate(u, gradient));
        double hand = OdeModels.microseconds(() -> byHand.evaluate(u, gradient));
        point.shown("microseconds a gradient of hares by " + solver, own);
        point.shown("microseconds by hand with fixed steps", hand);
        if (solver.accuracy() == 0) {
          point.atMost("times the gradient by hand, by " + solver, own / hand, 5);
        }
      }
    }
  }

  /** Of four sets of data: the truth is where the posterior is, and chains agree. */
  @Test
  @Tag("acceptance")
  @Tag("ode.6")
  void chainsFindWhatMadeTheData() {
    AcceptancePoint point = new AcceptancePoint("ode.6");
    double furthest = 0;
    double rhat = 0;
    for (long seed = 1; seed <= 4; seed++) {
      Solver solver = OdeModels.SOLVERS.get((int) seed % 2);
      Nuts<NDArray> nuts =
          Nuts.of(OdeModels.model(solver))
              .initializer(OdeModels.START)
              .progress(Progress.silent())
              .config(RunConfig.defaults().withSeed(seed));
      try (McmcRun<NDArray> run = nuts.run(counts(seed))) {
        Samples samples = run.samples();
        double[][] columns = {
          samples.values("theta"), samples.values("start"), samples.values("spread")
        };
        int at = 0;
        for (double[] column : columns) {
          int width = Math.toIntExact(column.length / samples.draws());
          for (int i = 0; i < width; i++) {
            furthest = Math.max(furthest, distance(column, i, width, OdeModels.truth(at++)));
          }
        }
        rhat =
            Math.max(
                rhat,
                samples.summary().rows().values().stream()
                    .mapToDouble(row -> row.rhat())
                    .max()
                    .orElseThrow());
        System.out.printf(
            Locale.ROOT,
            "ode.6   hares and lynxes %d by %s: %,d gradients in %.1f s, %.1f µs each%n",
            seed,
            solver,
            run.report().gradients(),
            run.report().seconds(),
            1e6 * run.report().seconds() / run.report().gradients());
      }
    }
    point.atMost("largest |truth - mean| / sd of 28 parameters of hares and lynxes", furthest, 3.5);
    point.atMost("largest R-hat", rhat, 1.01);
  }

  private static double distance(double[] values, int column, int width, double truth) {
    double[] own = new double[values.length / width];
    for (int k = 0; k < own.length; k++) {
      own[k] = values[k * width + column];
    }
    return Math.abs(StatUtils.mean(own) - truth) / Math.sqrt(StatUtils.variance(own));
  }
}
