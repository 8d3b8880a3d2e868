package org.ppl4j.infer.mcmc;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.errorprone.annotations.MustBeClosed;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.LogNormal;
import org.ppl4j.infer.latent.Initializer;
import org.ppl4j.infer.latent.LogDensity;
import org.ppl4j.ode.Equation;
import org.ppl4j.ode.Ode;
import org.ppl4j.ode.Solver;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.LeakCheck;

/** A substance in one compartment, eliminated as Michaelis and Menten say, beside it by hand. */
@ExtendWith(LeakCheck.class)
class EliminationModelTest {

  private static final int STEPS = 5;
  private static final double[] TIMES = IntStream.rangeClosed(0, 12).asDoubleStream().toArray();

  /** Of the logarithms of the largest rate, where it is halved, the start and the spread. */
  private static final double[] LOCS = {Math.log(1), Math.log(2), Math.log(8), -2};

  private static Program<NDArray> model(Solver solver) {
    Equation elimination =
        (time, state, theta) -> {
          List<NDArray> of = Tensors.split(theta, -1, 1, 1);
          return of.get(0).mul(state).div(of.get(1).add(state)).neg();
        };
    return (p, concentrations) -> {
      NDArray locs = Tensors.vector(LOCS[0], LOCS[1]);
      NDArray theta = p.sample("theta", LogNormal.of(locs, 0.5).toEvent(1));
      NDArray start = p.sample("start", LogNormal.of(Tensors.vector(LOCS[2]), 0.5).toEvent(1));
      NDArray spread = p.sample("spread", LogNormal.of(LOCS[3], 0.5));
      NDArray states = Ode.solve(solver, elimination, start, TIMES, theta);
      try (Plate times = p.plate("times", TIMES.length)) {
        p.observe(
            "concentrations",
            LogNormal.of(states.squeeze(-1).log(), spread),
            times.take(concentrations));
      }
    };
  }

  private static double[] concentrations() {
    Random random = new Random(5);
    return DoubleStream.of(TIMES)
        .map(t -> Math.exp(2 - 0.15 * t + 0.1 * random.nextGaussian()))
        .toArray();
  }

  @MustBeClosed
  private static LogDensity<NDArray> density(Solver solver, ParamStore params) {
    return LogDensity.of(
        model(solver),
        Tensors.vector(concentrations()),
        params,
        params.config().orElseThrow(),
        Initializer.sample(20));
  }

  @Test
  void theDensityIsThatByHand() {
    EliminationByHand byHand = new EliminationByHand(concentrations(), LOCS, STEPS);
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager, RunConfig.defaults());
        LogDensity<NDArray> density = density(Solver.rungeKutta(STEPS), params)) {
      byHand.assertIs(density);
    }
  }

  @Test
  @Tag("acceptance")
  @Tag("alone")
  @Tag("ode.6")
  void gradientsAreNearlyAsFastAsByHand() {
    AcceptancePoint point = new AcceptancePoint("ode.6");
    EliminationByHand byHand = new EliminationByHand(concentrations(), LOCS, STEPS);
    double[] gradient = new double[LOCS.length];
    double hand = OdeModels.microseconds(() -> byHand.evaluate(LOCS, gradient));
    point.shown("microseconds of an elimination by hand with fixed steps", hand);
    double adaptive = microseconds(Solver.dormandPrince(1e-6));
    point.shown("microseconds a gradient of an elimination by its error", adaptive);
    double fixed = microseconds(Solver.rungeKutta(STEPS));
    point.shown("microseconds a gradient of an elimination by fixed steps", fixed);
    point.atMost("times the gradient of an elimination by hand", fixed / hand, 5);
  }

  private static double microseconds(Solver solver) {
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager, RunConfig.defaults());
        LogDensity<NDArray> density = density(solver, params)) {
      double[] u = density.start();
      double[] gradient = new double[u.length];
      return OdeModels.microseconds(() -> density.evaluate(u, gradient));
    }
  }
}
