package org.ppl4j.infer.latent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.hipparchus.distribution.continuous.BetaDistribution;
import org.hipparchus.distribution.continuous.GammaDistribution;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Beta;
import org.ppl4j.distributions.Gamma;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.Poisson;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.latent.StartCases.StartCase;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;

/** Densities of unconstrained vectors against closed forms, differences and each other. */
@ExtendWith(LeakCheck.class)
class LogDensityTest {

  private static final double[] Y = {1.2, -0.7, 3.1};

  /** Three kinds of supports, a plate, and a plate of which a step would see two of three rows. */
  private static final Program<NDArray> MODEL =
      (p, y) -> {
        NDArray mu = p.sample("mu", Normal.of(0, 5));
        NDArray tau = p.sample("tau", Gamma.of(2, 0.5));
        NDArray share = p.sample("share", Beta.of(2, 3));
        NDArray theta;
        try (Plate groups = p.plate("groups", 3)) {
          theta = p.sample("theta", Normal.of(mu, tau));
        }
        p.deterministic("sum", mu.add(share));
        try (Plate rows = p.plate("rows", 3, 2)) {
          p.observe("y", Normal.of(rows.take(theta, -1), share), rows.take(y));
        }
      };

  /** By Hipparchus, of the vector (mu, log tau, logit share, theta). */
  private static double closedForm(double[] u) {
    double tau = Math.exp(u[1]);
    double share = 1 / (1 + Math.exp(-u[2]));
    double sum =
        new NormalDistribution(0, 5).logDensity(u[0])
            + new GammaDistribution(2, 2).logDensity(tau) // shape and scale
            + u[1]
            + new BetaDistribution(2, 3).logDensity(share)
            + Math.log(share * (1 - share));
    for (int i = 0; i < 3; i++) {
      sum += new NormalDistribution(u[0], tau).logDensity(u[3 + i]);
      sum += new NormalDistribution(u[3 + i], share).logDensity(Y[i]);
    }
    return sum;
  }

  /** Vectors of N(0, 1) around a start. */
  private static double[] around(double[] start, int count) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray noise =
          Rng.of(20261127, Rng.Purpose.MODEL, 0, "vectors")
              .normal(run, new Shape(count, start.length));
      double[] vectors = Tensors.values(noise);
      Arrays.setAll(vectors, i -> vectors[i] + start[i % start.length]);
      return vectors;
    }
  }

  @ParameterizedTest
  @EnumSource
  void valuesAreThoseOfTheClosedForm(FloatType type) {
    double tolerance = type == FloatType.FLOAT64 ? 1e-13 : 1e-5;
    try (NDManager manager = NDManager.newBaseManager();
        LogDensity<NDArray> density =
            LogDensity.of(MODEL, manager.create(Y), RunConfig.defaults().withFloatType(type))) {
      assertThat(density.size()).isEqualTo(6);
      assertThat(density.space().names()).containsExactly("mu", "tau", "share", "theta");
      double[] vectors = around(new double[6], 20);
      LogDensity.Evaluation all = density.evaluate(vectors);
      for (int i = 0; i < 20; i++) {
        double[] u = Arrays.copyOfRange(vectors, 6 * i, 6 * i + 6);
        double expected = closedForm(u);
        double scale = tolerance * (1 + Math.abs(expected));
        assertThat(density.value(u)).isCloseTo(expected, within(scale));
        assertThat(all.values()[i]).isCloseTo(expected, within(scale));
      }
    }
  }

  @Test
  void gradientsAreThoseOfTheClosedForm() {
    try (NDManager manager = NDManager.newBaseManager();
        LogDensity<NDArray> density =
            LogDensity.of(MODEL, manager.create(Y), RunConfig.defaults())) {
      double[] vectors = around(new double[6], 20);
      double[] gradients = density.evaluate(vectors).gradients();
      for (int i = 0; i < vectors.length; i++) {
        double[] u = Arrays.copyOfRange(vectors, i / 6 * 6, i / 6 * 6 + 6);
        double slope = slope(u, i % 6);
        assertThat(gradients[i]).isCloseTo(slope, within(1e-7 * (1 + Math.abs(slope))));
      }
    }
  }

  /** By differences of fourth order. */
  private static double slope(double[] u, int place) {
    double step = 1e-4;
    double sum = 0;
    for (int k : new int[] {-2, -1, 1, 2}) {
      double[] moved = u.clone();
      moved[place] += k * step;
      sum += (Math.abs(k) == 1 ? 8 * k : -k / 2.0) * closedForm(moved);
    }
    return sum / (12 * step);
  }

  static Stream<Named<StartCase<?>>> programs() {
    return StartCases.all();
  }

  /**
   * Of known posteriors, flat priors of all supports, vague priors, and values that are missing.
   */
  @ParameterizedTest
  @MethodSource("programs")
  void manyVectorsAtOnceAreAsGoodAsOneByOne(StartCase<?> program) {
    oneByOne(program);
  }

  private static <D> void oneByOne(StartCase<D> program) {
    try (NDManager manager = NDManager.newBaseManager();
        LogDensity<D> density =
            LogDensity.of(program.program(), program.data().apply(manager), RunConfig.defaults())) {
      int size = density.size();
      double[] vectors = around(density.start(), 5);
      System.arraycopy(density.start(), 0, vectors, 0, size);
      LogDensity.Evaluation all = density.evaluate(vectors);
      assertThat(all.values()[0]).isFinite();
      double largest =
          DoubleStream.of(all.gradients()).filter(Double::isFinite).map(Math::abs).max().orElse(0);
      for (int i = 0; i < 5; i++) {
        double[] u = Arrays.copyOfRange(vectors, size * i, size * (i + 1));
        LogDensity.Evaluation one = density.evaluate(u);
        double value = one.values()[0];
        assertThat(all.values()[i]).isCloseTo(value, within(1e-12 * (1 + Math.abs(value))));
        assertThat(density.value(u)).isCloseTo(value, within(1e-12 * (1 + Math.abs(value))));
        assertThat(one.gradients()).hasSize(size);
        for (int j = 0; j < size; j++) {
          assertThat(all.gradients()[size * i + j])
              .isCloseTo(one.gradients()[j], within(1e-10 * (1 + largest)));
        }
      }
    }
  }

  @Test
  void sitesComeBackByName() {
    try (NDManager manager = NDManager.newBaseManager();
        LogDensity<NDArray> density =
            LogDensity.of(MODEL, manager.create(Y), RunConfig.defaults())) {
      double[] vectors = around(new double[6], 4);
      try (Samples samples = density.samples(vectors)) {
        assertThat(samples.names()).containsExactly("mu", "tau", "share", "theta", "sum");
        assertThat(samples.shape("theta")).isEqualTo(new Shape(3));
        double[] sum = samples.values("sum");
        for (int i = 0; i < 4; i++) {
          double share = 1 / (1 + Math.exp(-vectors[6 * i + 2]));
          assertThat(samples.values("tau")[i])
              .isCloseTo(Math.exp(vectors[6 * i + 1]), within(1e-14));
          assertThat(sum[i]).isCloseTo(vectors[6 * i] + share, within(1e-14));
        }
      }
    }
  }

  /** What is worked out of latent values takes executions; draws of these alone take none. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void drawsOfLatentSitesTakeNoExecution(boolean isWorkedOut) {
    int[] executions = new int[1];
    Program<NDArray> program =
        (p, y) -> {
          executions[0]++;
          NDArray tau = p.sample("tau", Gamma.of(2, 0.5));
          NDArray theta;
          try (Plate groups = p.plate("groups", 3)) {
            theta = p.sample("theta", Beta.of(tau, 3));
          }
          if (isWorkedOut) {
            p.deterministic("twice", theta.mul(2));
          }
        };
    try (NDManager manager = NDManager.newBaseManager();
        LogDensity<NDArray> density =
            LogDensity.of(program, manager.create(Y), RunConfig.defaults())) {
      int before = executions[0];
      double[] vectors = around(new double[4], 5);
      try (Samples samples = density.samples(vectors)) {
        assertThat(executions[0] > before).isEqualTo(isWorkedOut);
        assertThat(samples.names().contains("twice")).isEqualTo(isWorkedOut);
        assertThat(samples.shape("theta")).isEqualTo(new Shape(3));
        double[] theta = samples.values("theta");
        for (int i = 0; i < 5; i++) {
          assertThat(samples.values("tau")[i]).isCloseTo(Math.exp(vectors[4 * i]), within(1e-14));
          for (int j = 0; j < 3; j++) {
            double expected = 1 / (1 + Math.exp(-vectors[4 * i + 1 + j]));
            assertThat(theta[3 * i + j]).isCloseTo(expected, within(1e-14));
          }
        }
      }
    }
  }

  @Test
  void startsAtAnotherInitializersValues() {
    try (NDManager manager = NDManager.newBaseManager();
        LogDensity<NDArray> density =
            LogDensity.of(MODEL, manager.create(Y), RunConfig.defaults())) {
      double[] start =
          density.start(
              Initializer.value(
                  Map.of("mu", new double[] {3}, "tau", new double[] {Math.E}),
                  Initializer.feasible()));
      assertThat(start).containsExactly(new double[] {3, 1, 0, 0, 0, 0}, within(1e-15));
      assertThat(density.start()).isNotEqualTo(start);
      assertThat(density.start(Initializer.uniform())).isEqualTo(density.start());
    }
  }

  @Test
  void threadsGiveTheBitsOfOne() throws InterruptedException, ExecutionException {
    try (NDManager manager = NDManager.newBaseManager();
        LogDensity<NDArray> density =
            LogDensity.of(MODEL, manager.create(Y), RunConfig.defaults())) {
      double[] vectors = around(new double[6], 3);
      LogDensity.Evaluation alone = density.evaluate(vectors);
      ExecutorService threads = Executors.newFixedThreadPool(4);
      try {
        List<Future<LogDensity.Evaluation>> others =
            IntStream.range(0, 40)
                .mapToObj(i -> threads.submit(() -> density.evaluate(vectors)))
                .toList();
        for (Future<LogDensity.Evaluation> other : others) {
          assertThat(other.get().values()).isEqualTo(alone.values());
          assertThat(other.get().gradients()).isEqualTo(alone.gradients());
        }
      } finally {
        threads.shutdown();
      }
    }
  }

  /** A parameter of the program is held as it is in the store. */
  @Test
  void parametersAreHeld() {
    Program<Void> model =
        (p, none) -> {
          NDArray scale = p.param("scale", () -> p.scalar(2), Constraint.POSITIVE);
          p.sample("x", Normal.of(0, scale));
        };
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager);
        LogDensity<Void> density =
            LogDensity.of(model, null, params, RunConfig.defaults(), Initializer.feasible())) {
      assertThat(density.start()).containsExactly(0);
      assertThat(density.whyNotRecorded()).isEmpty();
      assertThat(density.value(new double[] {1}))
          .isCloseTo(new NormalDistribution(0, 2).logDensity(1), within(1e-14));
      assertThat(params.value("scale")).containsExactly(2);
    }
  }

  /** Far out, where an operation overflows, it says so and throws nothing. */
  @Test
  void whatCannotBeIsNoError() {
    try (NDManager manager = NDManager.newBaseManager();
        LogDensity<NDArray> density =
            LogDensity.of(MODEL, manager.create(Y), RunConfig.defaults())) {
      assertThat(density.value(new double[] {0, -800, 0, 1, 1, 1}))
          .isNotEqualTo(Double.POSITIVE_INFINITY)
          .matches(x -> !Double.isFinite(x));
    }
  }

  @Test
  void whatHasNoDensityIsRefused() {
    Program<Void> discrete = (p, none) -> p.sample("z", Poisson.of(3));
    assertThatThrownBy(() -> open(discrete))
        .hasMessage(
            "sample site 'z' is discrete (non-negative integer) and not summed out, since its"
                + " support has no end or an InferConfig says so, but a log density draws"
                + " continuous sites only; draw it by Nuts, or in"
                + " a guide written by hand, or bound it by Truncated.of");
    assertThatThrownBy(() -> open((p, none) -> {}))
        .hasMessage(
            "a log density found no latent site in the model; leave at least one site without a"
                + " value");
  }

  private static void open(Program<Void> program) {
    try (LogDensity<Void> density = LogDensity.of(program, null, RunConfig.defaults())) {
      assertThat(density.size()).isNegative();
    }
  }

  @Test
  void vectorsThatDoNotFitAreRefused() {
    Program<Void> model =
        (p, none) -> p.sample("x", Normal.of(0, 1).expand(new Shape(2)).toEvent(1));
    try (LogDensity<Void> density = LogDensity.of(model, null, RunConfig.defaults())) {
      assertThatThrownBy(() -> density.evaluate(new double[3]))
          .hasMessage(
              "vectors have 3 numbers in all, but each has 2; pass whole vectors, at least one");
      assertThatThrownBy(() -> density.value(new double[3]))
          .hasMessage(
              "vector of a log density has 3 numbers and room for a gradient of 3, but the"
                  + " program's latent sites have 2 unconstrained numbers; pass arrays of 2");
      density.close();
      assertThatThrownBy(() -> density.value(new double[2]))
          .hasMessage("log density is used after it was closed; close it after its last use");
    }
  }
}
