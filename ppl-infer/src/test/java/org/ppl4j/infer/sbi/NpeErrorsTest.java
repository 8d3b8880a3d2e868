package org.ppl4j.infer.sbi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.Program;
import org.ppl4j.distributions.Bernoulli;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.Uniform;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.density.AffineFlows;
import org.ppl4j.nn.Mlp;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;

/** What is said of priors, simulators, simulations and observations that do not fit. */
@ExtendWith(LeakCheck.class)
class NpeErrorsTest {

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private static Npe npe(Simulator simulator) {
    return NpeTest.quick(Npe.of(Uniform.of(0, 1), simulator, AffineFlows::regression));
  }

  private static double[] firstAbove(double bound) {
    for (double theta : npe(NpeTest.NOISY).simulate(100).allParameters()) {
      if (theta > bound) {
        return new double[] {theta};
      }
    }
    throw new AssertionError("no parameter above " + bound);
  }

  /** The same text, whichever thread meets it. */
  private static void checkSimulator(Simulator simulator, String message) {
    for (int threads : new int[] {1, 4}) {
      assertThatThrownBy(() -> npe(simulator).maxFailures(0).threads(threads).simulate(100))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(message);
    }
  }

  @Test
  void priorsOnlyDraw() {
    Program<@Nullable Void> observing =
        (p, nothing) -> {
          NDArray theta = p.sample("theta", Normal.of(0, 1));
          p.observe("y", Normal.of(theta, 1), p.scalar(2));
        };
    Program<@Nullable Void> weighing =
        (p, nothing) -> p.factor("weight", p.sample("theta", Normal.of(0, 1)));
    assertThatThrownBy(() -> Npe.of(observing, NpeTest.NOISY, AffineFlows::regression).simulate(1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "prior has the observed site or factor 'y', but a simulator's parameters are only drawn"
                + " from it; leave it out of the prior");
    assertThatThrownBy(() -> Npe.of(weighing, NpeTest.NOISY, AffineFlows::regression).simulate(1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("prior has the observed site or factor 'weight', but");
  }

  @Test
  void failuresOfASimulatorNameTheParameters() {
    double bad = firstAbove(0.9)[0];
    checkSimulator(
        (theta, rng) -> {
          if (theta[0] > 0.9) {
            throw new ArithmeticException("too stiff");
          }
          return theta;
        },
        "simulator failed for parameters [" + bad + "]: java.lang.ArithmeticException: too stiff");
    checkSimulator(
        (theta, rng) -> new double[] {1, theta[0] > 0.9 ? Double.NaN : theta[0]},
        "simulator with parameters ["
            + bad
            + "] returned NaN in place 2 (from 1) of 2; return finite numbers only, or leave such"
            + " parameters out of the prior");
    checkSimulator(
        (theta, rng) -> theta[0] > 0.9 ? null : theta,
        "simulator with parameters [" + bad + "] returned null; return at least one number");
    checkSimulator(
        (theta, rng) -> new double[0],
        "simulator with parameters ["
            + firstAbove(0)[0]
            + "] returned no numbers; return at least one");
    assertThat(firstAbove(0)[0]).isLessThan(0.9);
    checkSimulator(
        (theta, rng) -> new double[theta[0] > 0.9 ? 3 : 2],
        "simulator returned 3 numbers for parameters ["
            + bad
            + "], but 2 for ["
            + firstAbove(0)[0]
            + "]; always return as many");
  }

  @Test
  void interruptedSimulationsEnd() {
    Npe npe =
        npe((theta, rng) -> {
              Thread.currentThread().interrupt();
              return theta;
            })
            .threads(1);
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> npe.simulate(1_000_000))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("simulations were interrupted after ")
        .hasMessageEndingWith(" of 1000000; go on with those of the exception");
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void priorsThatCannotBeLearnedAreRefused() {
    assertThatThrownBy(
            () -> Npe.of((p, nothing) -> {}, NpeTest.NOISY, AffineFlows::regression).simulate(3))
        .hasMessage("prior has no latent sites; sample the simulator's parameters in it");
    assertThatThrownBy(
            () -> Npe.of(Bernoulli.probs(0.5), NpeTest.NOISY, AffineFlows::regression).simulate(3))
        .hasMessage(
            "parameter 'theta' is discrete (boolean), but a posterior density is learned of"
                + " continuous ones; draw it inside the simulator");
    assertThatThrownBy(
            () ->
                Npe.of(
                        (p, nothing) -> {
                          NDArray a = p.sample("a", Uniform.of(0, 1));
                          p.sample("b", Uniform.of(Tensors.number(0), a));
                        },
                        NpeTest.NOISY,
                        AffineFlows::regression)
                    .simulate(3))
        .hasMessage(
            "parameter 'b' has a support or shape that depends on other parameters; draw it on the"
                + " unit interval and rescale it in the simulator");
  }

  @Test
  void sitesThatASimulatorDoesNotHaveAreNamed() {
    Program<NDArray> program = (p, theta) -> p.sample("x", Normal.of(theta, 1).toEvent(1));
    assertThatThrownBy(() -> npe(Simulator.of(program, "y")).threads(1).simulate(2))
        .hasMessageEndingWith(
            "java.lang.IllegalArgumentException: simulator has no site 'y', only [x]; name one of"
                + " these");
  }

  private static void draw(NeuralPosterior posterior, NDArray x) {
    try (Samples draws = posterior.posterior(x, 10)) {
      assertThat(draws.draws()).isEqualTo(10);
    }
  }

  @Test
  void observationsThatDoNotFitAreRefused() {
    Npe npe = npe(NpeTest.NOISY);
    try (NeuralPosterior posterior = npe.fit(npe.simulate(100))) {
      Consumer<NDArray> draw = x -> draw(posterior, x);
      assertThatThrownBy(() -> draw.accept(manager.create(new double[] {1, 2})))
          .hasMessage("observation has 2 numbers, but the simulator returns 1; pass as many");
      assertThatThrownBy(() -> draw.accept(manager.create(new double[] {Double.NaN})))
          .hasMessage("observation has NaN in place 1 (from 1) of 1; pass finite numbers");
      assertThatThrownBy(() -> draw.accept(manager.zeros(new Shape(3, 1))))
          .hasMessage(
              "observation has shape (3, 1), but wants one row of numbers; pass shape (C), or learn"
                  + " of sets of observations: see sets(most)");
      assertThatThrownBy(
              () -> posterior.logProb(manager.zeros(new Shape(3, 2)), manager.ones(new Shape(1))))
          .hasMessage(
              "parameters have shape (3, 2), but this posterior is of 1 parameters; pass shape (N,"
                  + " 1)");
      assertThatThrownBy(() -> posterior.posterior(manager.ones(new Shape(1)), 0))
          .hasMessage("posterior is asked for 0 draws, but needs at least 1");
    }
  }

  @Test
  void observationIsLookedAtBeforeTheSimulatorRuns() {
    AtomicInteger calls = new AtomicInteger();
    Npe npe =
        npe(
            (theta, rng) -> {
              calls.incrementAndGet();
              return theta;
            });
    NDArray bad = manager.create(new double[] {Double.NaN});

    assertThatThrownBy(() -> npe.sequential(bad, 2, 100))
        .hasMessage("observation has NaN in place 1 (from 1) of 1; pass finite numbers");
    assertThat(calls).hasValue(0);
  }

  @Test
  void simulationsThatDoNotFitAreRefused() {
    Npe npe = npe(NpeTest.NOISY);
    NDArray two = manager.create(new double[] {0.1, 0.2, 0.3, 0.4}, new Shape(2, 2));
    NDArray one = manager.create(new double[] {0.5, 1.5}, new Shape(2, 1));
    assertThatThrownBy(() -> npe.fit(Simulations.of(two, one)))
        .hasMessage(
            "simulations have 2 parameters, but the prior has 1; pass simulations of this prior");
    assertThatThrownBy(() -> npe.fit(Simulations.of(one, two)))
        .hasMessage(
            "simulations have parameters [1.5] in row 2 (from 1), outside the prior's support; pass"
                + " draws of the prior");
    assertThatThrownBy(() -> Simulations.of(one, manager.zeros(new Shape(3, 1))))
        .hasMessage(
            "simulations have 2 rows of parameters and 3 of data; pass one row of data for each");
    assertThatThrownBy(() -> Simulations.of(manager.zeros(new Shape(3)), one))
        .hasMessage(
            "simulations have parameters of shape (3), but want rows and columns, at least one of"
                + " each; pass shape (N, columns)");
    NDArray gap = manager.create(new double[] {0.5, Double.NaN}, new Shape(2, 1));
    assertThatThrownBy(() -> Simulations.of(one, gap))
        .hasMessage(
            "simulations have NaN in column 1 of row 2 (from 1) of the data; leave the row out");
    assertThatThrownBy(() -> Simulations.of(one, one).and(Simulations.of(two, one)))
        .hasMessage(
            "simulations of 1 parameters and 1 numbers of data are joined with those of 2 and 1;"
                + " join those of one simulator");
  }

  @Test
  void settingsOutOfRangeAreRefused() {
    Npe npe = npe(NpeTest.NOISY);
    assertThatThrownBy(() -> npe.simulate(0))
        .hasMessage("npe is asked for 0 simulations, but needs at least 1");
    assertThatThrownBy(() -> npe.maxFailures(1.5))
        .hasMessage("npe has share 1.5 of failures, but it must be 0 to 1");
    assertThatThrownBy(() -> npe.threads(0)).hasMessage("npe has 0 threads, but needs at least 1");
    assertThatThrownBy(() -> npe.embedding(Mlp.of(), 0))
        .hasMessage("embedding has 0 features, but needs at least 1");
    assertThatThrownBy(() -> npe.sequential(manager.ones(new Shape(1)), 0, 10))
        .hasMessage("npe has 0 rounds, but needs at least 1");
    assertThatThrownBy(() -> npe.sequential(manager.ones(new Shape(1)), 7))
        .hasMessage("npe has a budget of 7 simulations, but needs at least 1 in each of 8 rounds");
    assertThatThrownBy(() -> npe.sequential(manager.ones(new Shape(2)), 1, 10))
        .hasMessage("observation has 2 numbers, but the simulator returns 1; pass as many");
  }
}
