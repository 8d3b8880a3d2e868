package org.ppl4j.infer.discrete;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import java.util.function.ToDoubleBiFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppl4j.Plate;
import org.ppl4j.Ppl;
import org.ppl4j.Program;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Categorical;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.ImproperUniform;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.latent.LogDensity;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.AcceptancePoint;

/** What sums over choices take, recorded, beside loops by hand in the same run. */
@Tag("acceptance")
final class DiscreteSpeedAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("discrete.4");
  private static final RunConfig CONFIG = RunConfig.defaults().withRecording(Recording.REQUIRED);
  private static final int PAIRS = 15;
  private static final int WARM = 20; // pairs before, until code is compiled
  private static final long WHILE = 20_000_000; // nanoseconds
  private static final double BOUND = 2;

  // --- programs

  private static Distribution flat(long... shape) {
    return ImproperUniform.of(Constraint.REAL, new Shape(), new Shape(shape));
  }

  /** The parameters of a hidden Markov model, and the state before the first step. */
  private record Chain(NDArray trans, NDArray mu, NDArray sigma, NDArray start) {

    static Chain of(Ppl p, int k) {
      NDArray init = p.sample("init", flat(k)).softmax(-1);
      NDArray trans = p.sample("trans", flat(k, k)).softmax(-1);
      NDArray mu = p.sample("mu", flat(k));
      NDArray sigma = p.sample("sigma", flat()).exp();
      return new Chain(trans, mu, sigma, p.sample("start", Categorical.probs(init)));
    }

    Distribution next(Ppl p, NDArray z) {
      return Categorical.probs(p.pick(trans, z, 1));
    }

    Distribution seen(Ppl p, NDArray z) {
      return Normal.of(p.pick(mu, z), sigma);
    }
  }

  private static Program<double[]> loop(int k) {
    return (p, y) -> {
      Chain chain = Chain.of(p, k);
      NDArray z = chain.start();
      for (int t : p.loop("t", y.length)) {
        z = p.sample("z", chain.next(p, z));
        p.observe("y", chain.seen(p, z), y[t]);
      }
    };
  }

  private static Program<double[]> scan(int k) {
    return (p, y) -> {
      Chain chain = Chain.of(p, k);
      p.scan(
          "t",
          y.length,
          chain.start(),
          (q, t, before) -> {
            NDArray z = q.sample("z", chain.next(q, before));
            q.observe("y", chain.seen(q, z), t.take(y));
            return z;
          });
    };
  }

  private static Program<NDArray> mixture(int k) {
    return (p, x) -> {
      NDArray weights = p.sample("weights", flat(k)).softmax(-1);
      NDArray mu = p.sample("mu", flat(k, 2));
      NDArray sigma = p.sample("sigma", flat(k, 2)).exp();
      try (Plate rows = p.plate("rows", x.size(0))) {
        NDArray z = p.sample("z", Categorical.probs(weights));
        Distribution row = Normal.of(p.pick(mu, z, 1), p.pick(sigma, z, 1)).toEvent(1);
        p.observe("x", row, rows.take(x));
      }
    };
  }

  // --- points

  @ParameterizedTest
  @Tag("discrete.4")
  @CsvSource({"4, 100", "4, 1000", "10, 100", "10, 1000", "50, 100", "50, 1000"})
  void aChainInALoop(int k, int steps) {
    chain("loop of %s steps, %s states".formatted(steps, k), loop(k), k, steps);
  }

  @ParameterizedTest
  @Tag("discrete.4")
  @ValueSource(ints = {4, 10, 50})
  void aChainInAScan(int k) {
    chain("scan of 10000 steps, %s states".formatted(k), scan(k), k, 10_000);
  }

  private static void chain(String what, Program<double[]> program, int k, int steps) {
    double[] y = data(steps);
    try (LogDensity<double[]> density = LogDensity.of(program, y, CONFIG)) {
      assertThat(density.space().names()).containsExactly("init", "trans", "mu", "sigma");
      compare(what, density, (u, gradient) -> ByHand.hiddenMarkov(y, k, u, gradient));
    }
  }

  @Test
  @Tag("discrete.4")
  void aMixture() {
    int k = 10;
    double[] x = data(200_000);
    try (NDManager manager = NDManager.newBaseManager();
        LogDensity<NDArray> density =
            LogDensity.of(mixture(k), manager.create(x, new Shape(100_000, 2)), CONFIG)) {
      assertThat(density.space().names()).containsExactly("weights", "mu", "sigma");
      compare(
          "mixture of 100000 rows, 10 components",
          density,
          (u, gradient) -> ByHand.mixture(x, 2, k, u, gradient));
    }
  }

  @Test
  @Tag("discrete.4")
  void recordingOfUnrolledSteps() {
    double unused = recording(100);
    POINT.atMost("recording of 1000 unrolled steps, s", recording(1000), 2);
  }

  private static double recording(int steps) {
    double[] y = data(steps);
    long began = System.nanoTime();
    try (LogDensity<double[]> density = LogDensity.of(loop(4), y, CONFIG)) {
      double taken = (System.nanoTime() - began) * 1e-9;
      assertThat(density.isRecorded()).isTrue();
      return taken;
    }
  }

  // --- measuring

  private static void compare(
      String what, LogDensity<?> density, ToDoubleBiFunction<double[], double[]> byHand) {
    double[] u = new SplittableRandom(5).doubles(density.size(), -0.5, 0.5).toArray();
    double[] one = new double[u.length];
    double[] other = new double[u.length];
    double apart = apart(density.evaluate(u, one), byHand.applyAsDouble(u, other));
    for (int i = 0; i < u.length; i++) {
      apart = Math.max(apart, apart(one[i], other[i]));
    }
    POINT.atMost(what + ", apart", apart, 1e-9);
    double[] hand = new double[PAIRS];
    double[] ours = new double[PAIRS];
    for (int pair = -WARM; pair < PAIRS; pair++) {
      int place = Math.max(0, pair);
      hand[place] = time(() -> byHand.applyAsDouble(u, other));
      ours[place] = time(() -> density.evaluate(u, one));
    }
    double[] ratios = new double[PAIRS];
    Arrays.setAll(ratios, i -> ours[i] / hand[i]);
    POINT.shown(what + ", us", median(ours) * 1e-3);
    POINT.shown(what + ", us by hand", median(hand) * 1e-3);
    POINT.atMost(what + ", to a loop by hand", ratios, BOUND);
  }

  private static double median(double[] times) {
    return Arrays.stream(times).sorted().skip(PAIRS / 2).findFirst().orElseThrow();
  }

  /** Nanoseconds of one, of as many as take a while. */
  private static double time(DoubleSupplier function) {
    long began = System.nanoTime();
    double sum = 0;
    int times = 0;
    for (; System.nanoTime() - began < WHILE; times++) {
      sum += function.getAsDouble();
    }
    double each = (double) (System.nanoTime() - began) / times;
    assertThat(sum).isFinite();
    return each;
  }

  private static double apart(double x, double y) {
    double apart = Math.abs(x - y) / Math.max(1, Math.abs(y));
    return Double.isNaN(apart) ? Double.POSITIVE_INFINITY : apart;
  }

  private static double[] data(int size) {
    SplittableRandom random = new SplittableRandom(size);
    return random.doubles(size, -2, 2).toArray();
  }
}
