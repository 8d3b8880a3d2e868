package org.ppl4j.infer.sbi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.primitives.ImmutableDoubleArray;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.Uniform;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.density.AffineFlows;
import org.ppl4j.infer.sbi.Simulations.Failure;
import org.ppl4j.testing.LeakCheck;

/** One bad simulation does not lose the good ones, and what was simulated is never lost. */
@ExtendWith(LeakCheck.class)
class FailedSimulationsTest {

  private static final int COUNT = 400;

  @TempDir private Path folder;

  /** Fails in three ways for 7.5% of parameters. */
  private static double[] fragile(double[] theta, double noise) {
    if (theta[0] < 0.025) {
      return new double[] {1, Double.NaN};
    }
    if (theta[0] < 0.05) {
      throw new ArithmeticException("too stiff");
    }
    return theta[0] < 0.075 ? null : new double[] {1, theta[0] + 0.1 * noise};
  }

  private static Npe npe(Simulator simulator) {
    return NpeTest.quick(Npe.of(Uniform.of(0, 1), simulator, AffineFlows::regression));
  }

  private static final Npe FRAGILE = npe((theta, rng) -> fragile(theta, rng.nextNormal()));

  private static void assertSame(Simulations some, Simulations others) {
    assertThat(some.allParameters()).isEqualTo(others.allParameters());
    assertThat(some.allData()).isEqualTo(others.allData());
    assertThat(some.failures()).isEqualTo(others.failures());
    assertThat(some.toString()).isEqualTo(others.toString());
  }

  @Test
  void failuresAreLeftOutCountedAndReported() {
    Simulations simulations = FRAGILE.simulate(COUNT);

    double[] all = npe((theta, rng) -> theta).simulate(COUNT).allParameters();
    long bad = Arrays.stream(all).filter(theta -> theta < 0.075).count();
    assertThat(bad).isGreaterThan(10);
    assertThat(simulations.failures()).hasSize((int) bad);
    assertThat(simulations.rows()).isEqualTo(COUNT - (int) bad);
    assertThat(simulations.tried()).isEqualTo(COUNT);
    assertThat(Arrays.stream(simulations.allParameters())).allMatch(theta -> theta >= 0.075);
    Set<String> reasons = new HashSet<>();
    for (Failure failure : simulations.failures()) {
      assertThat(failure.parameters().get(0)).isLessThan(0.075);
      reasons.add(failure.reason());
    }
    assertThat(reasons)
        .containsExactlyInAnyOrder(
            "returned NaN in place 2 (from 1) of 2; return finite numbers only, or leave such"
                + " parameters out of the prior",
            "java.lang.ArithmeticException: too stiff",
            "returned null; return at least one number");
    Failure first = simulations.failures().get(0);
    assertThat(simulations)
        .hasToString(
            ("Simulations(%s rows of 1 parameter and 2 numbers of data), without %s of %s that"
                    + " failed, the first with parameters %s: %s")
                .formatted(simulations.rows(), bad, COUNT, first.parameters(), first.reason()));
  }

  @Test
  void threadsChangeNothing() {
    assertSame(FRAGILE.threads(1).simulate(COUNT), FRAGILE.threads(4).simulate(COUNT));
  }

  @Test
  void tooManyFailuresAreAnErrorThatKeepsTheOthers() {
    for (int threads : new int[] {1, 4}) {
      Npe strict = FRAGILE.maxFailures(0.01).threads(threads);
      SimulationException error =
          catchThrowableOfType(SimulationException.class, () -> strict.simulate(COUNT));

      Simulations kept = error.simulations().orElseThrow();
      assertThat(kept.failures()).hasSize(4);
      assertThat(error)
          .hasMessageContaining(
              "; with it 5 of the first %s rows failed, more than the share of 0.01 that may: see"
                      .formatted(kept.tried() + 1)
                  + " maxFailures(share)");
      assertSame(FRAGILE.simulate(COUNT, kept), FRAGILE.simulate(COUNT));
    }
  }

  @Test
  void nothingIsKeptOfASimulatorThatAlwaysFails() {
    Npe broken = npe((theta, rng) -> new double[] {Double.NaN}).maxFailures(1);

    SimulationException error =
        catchThrowableOfType(SimulationException.class, () -> broken.simulate(50));

    assertThat(error.simulations()).isEmpty();
    assertThat(error)
        .hasMessageContaining("returned NaN")
        .hasMessageContaining("50 of the first 50");
  }

  @Test
  void interruptedSimulationsAreGoneOnWith() {
    AtomicInteger left = new AtomicInteger(100);
    Phaser both = new Phaser(2);
    Thread test = Thread.currentThread();
    Npe npe =
        npe((theta, rng) -> {
              int after = left.decrementAndGet();
              if (after >= 2) { // so that neither is far behind
                int unused = both.arriveAndAwaitAdvance();
              } else if (after == 0) {
                test.interrupt();
              }
              return fragile(theta, rng.nextNormal());
            })
            .threads(2);

    Simulations kept =
        catchThrowableOfType(SimulationException.class, () -> npe.simulate(2_000_000))
            .simulations()
            .orElseThrow();

    assertThat(Thread.interrupted()).isTrue();
    assertThat(kept.tried()).isGreaterThanOrEqualTo(90);
    int more = kept.tried() + 50;
    assertSame(FRAGILE.simulate(more, kept), FRAGILE.simulate(more));
  }

  /** The first simulation waits for what never comes. */
  @Test
  void whatHangsHasFailed() throws InterruptedException {
    double first = npe((theta, rng) -> theta).simulate(1).allParameters()[0];
    CountDownLatch never = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(2);
    Simulator hanging =
        (theta, rng) -> {
          if (theta[0] == first) {
            try {
              never.await();
            } catch (InterruptedException e) {
              interrupted.countDown();
            }
          }
          return theta;
        };
    Npe npe = npe(hanging).timeout(Duration.ofMillis(300));

    Simulations simulations = npe.threads(2).simulate(20);

    assertThat(simulations.rows()).isEqualTo(19);
    assertThat(simulations.failures())
        .singleElement()
        .isEqualTo(
            new Failure(
                ImmutableDoubleArray.of(first),
                "took longer than 0.3 seconds; mend it for such parameters, or allow more: see"
                    + " timeout(duration)"));
    assertThatThrownBy(() -> npe.maxFailures(0).simulate(5))
        .isInstanceOf(SimulationException.class)
        .hasMessageContaining("took longer than 0.3 seconds");
    assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
    assertThatThrownBy(() -> npe.timeout(Duration.ZERO))
        .hasMessage("npe has a timeout of PT0S, but it must be positive");
  }

  /** What is thrown and what is interrupted comes through. */
  @Test
  void timeoutsChangeNothingElse() {
    Npe timed = FRAGILE.timeout(Duration.ofMinutes(1));
    assertSame(timed.simulate(COUNT), FRAGILE.simulate(COUNT));

    AtomicInteger left = new AtomicInteger(10);
    Npe interrupting =
        npe((theta, rng) -> {
              if (left.decrementAndGet() == 0) {
                Thread.currentThread().interrupt();
              }
              return theta;
            })
            .threads(1)
            .timeout(Duration.ofMinutes(1));
    SimulationException error =
        catchThrowableOfType(SimulationException.class, () -> interrupting.simulate(COUNT));
    assertThat(Thread.interrupted()).isTrue();
    assertThat(error.simulations().orElseThrow().rows()).isEqualTo(10);
  }

  /** The share is of all that are wanted, in however many parts they are made. */
  @Test
  void partsOfSimulationsFailAsTheWholeDoes() {
    for (int part : new int[] {10, 200, 390}) {
      Simulations begun =
          npe((theta, rng) -> fragile(theta, rng.nextNormal())).maxFailures(1).simulate(part);

      assertSame(FRAGILE.simulate(COUNT, begun), FRAGILE.simulate(COUNT));
      Npe strict = FRAGILE.maxFailures(0.05);
      assertThat(
              catchThrowableOfType(SimulationException.class, () -> strict.simulate(COUNT, begun))
                  .getMessage())
          .as("%s at first", part)
          .matches(
              ".*(more than the share of 0.05 that may|400 of which the share of 0.05 may): see"
                  + " maxFailures\\(share\\)");
    }
  }

  @Test
  void filesKeepThem() {
    Path file = folder.resolve("simulations");
    for (Simulations simulations :
        new Simulations[] {FRAGILE.simulate(COUNT), npe((theta, rng) -> theta).simulate(3)}) {
      simulations.save(file);

      assertSame(Simulations.load(file), simulations);
    }
  }

  @Test
  void otherSimulationsAreNotGoneOnWith() {
    Simulations others =
        NpeTest.quick(Npe.of(Normal.of(0, 1), (theta, rng) -> theta, AffineFlows::regression))
            .simulate(3);

    assertThatThrownBy(() -> FRAGILE.simulate(COUNT, others))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "simulations that were begun are not the first of 400 of this prior and seed:"
                + " Simulations(3 rows of 1 parameter and 1 number of data); pass those of the"
                + " same, and no more");
    assertThatThrownBy(() -> FRAGILE.simulate(2, FRAGILE.simulate(3)))
        .hasMessageStartingWith("simulations that were begun are not the first of 2");
  }

  /** Rows without those that failed, and a first round that was made before. */
  @Test
  void posteriorIsLearnedFromWhatWasMade() {
    Npe npe =
        npe(
            (theta, rng) -> {
              double[] data = fragile(theta, rng.nextNormal());
              return data == null ? null : Arrays.copyOfRange(data, 1, 2);
            });
    try (NDManager manager = NDManager.newBaseManager();
        NeuralPosterior once = npe.fit(npe.simulate(2000));
        NeuralPosterior rounds =
            npe.sequential(manager.create(new double[] {0.5}), npe.simulate(1000), 1, 500)) {
      for (NeuralPosterior posterior : new NeuralPosterior[] {once, rounds}) {
        try (Samples draws = posterior.posterior(manager.create(new double[] {0.5}), 2000)) {
          double mean = Arrays.stream(draws.values("theta")).average().orElseThrow();
          assertThat(mean).isCloseTo(0.5, within(0.05));
        }
      }
      assertThat(once.report().orElseThrow().rows()).isLessThan(1800);
    }
  }

  @Test
  void laterRoundsKeepThoseOfTheRoundsBefore() {
    AtomicInteger left = new AtomicInteger(500);
    Npe npe =
        npe((theta, rng) ->
                left.decrementAndGet() < 0 ? null : new double[] {theta[0] + rng.nextNormal()})
            .threads(1);
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray observation = manager.create(new double[] {0.5});
      Simulations first = npe.simulate(450);

      Simulations kept =
          catchThrowableOfType(
                  SimulationException.class, () -> npe.sequential(observation, first, 1, 100))
              .simulations()
              .orElseThrow();

      assertThat(kept.rows()).isEqualTo(500);
      assertThat(Arrays.copyOf(kept.allData(), 450)).isEqualTo(first.allData());
    }
  }

  /** As the first state of a simulated course is: that tells nothing, and harms nothing. */
  @Test
  void constantColumnIsNoError() {
    Npe npe =
        NpeTest.quick(
            Npe.of(
                Uniform.of(0, 1).expand(new Shape(2)).toEvent(1),
                (theta, rng) -> new double[] {1000, theta[1] + 0.1 * rng.nextNormal()},
                AffineFlows::regression));
    try (NDManager manager = NDManager.newBaseManager();
        NeuralPosterior posterior = npe.fit(npe.simulate(1000));
        Samples draws = posterior.posterior(manager.create(new double[] {1000, 0.3}), 2000)) {
      double[] theta = draws.values("theta");
      assertThat(Arrays.stream(theta)).allMatch(Double::isFinite);
      double mean = 0;
      for (int i = 1; i < theta.length; i += 2) {
        mean += theta[i] / 2000;
      }
      assertThat(mean).isCloseTo(0.3, within(0.05));
    }
  }
}
