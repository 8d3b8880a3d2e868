package org.ppl4j.infer.latent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.math.Stats;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Function;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppl4j.Plate;
import org.ppl4j.Ppl;
import org.ppl4j.Program;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Bernoulli;
import org.ppl4j.distributions.HalfNormal;
import org.ppl4j.distributions.ImproperUniform;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.Pareto;
import org.ppl4j.distributions.Poisson;
import org.ppl4j.distributions.Truncated;
import org.ppl4j.distributions.Uniform;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.autoguide.AutoDelta;
import org.ppl4j.infer.autoguide.AutoGuide;
import org.ppl4j.infer.autoguide.AutoMultivariateNormal;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.autoguide.AutoStructured;
import org.ppl4j.infer.mcmc.McmcRun;
import org.ppl4j.infer.mcmc.Nuts;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;

/**
 * Sites whose bounds are tensors: of data, of other sites, of parameters. Each model is written
 * once more with these sites on the unit interval, which it rescales itself.
 */
@ExtendWith(LeakCheck.class)
class MovingSupportTest {

  private static final double[] Y = {0.7, 0.2, 0.9, -0.3};
  private static final double[] LOW = {-1, 0.1, 0.5, -2};
  private static final long SEED = 20261203;

  private static final RunConfig CONFIG =
      RunConfig.defaults().withFloatType(FloatType.FLOAT64).withSeed(SEED);

  private static final int VECTORS = 7;

  /** Draws a site between bounds; its value is the deterministic site {@code NAME.value}. */
  @FunctionalInterface
  private interface Between {

    /**
     * The value.
     *
     * @param events how many numbers an event has; none if it is a number
     */
    NDArray draw(Ppl p, String name, NDArray low, NDArray high, long... events);
  }

  private static NDArray moving(Ppl p, String name, NDArray low, NDArray high, long... events) {
    NDArray x = p.sample(name, Uniform.of(low, high).toEvent(events.length));
    return p.deterministic(name + ".value", x);
  }

  private static NDArray rescaled(Ppl p, String name, NDArray low, NDArray high, long... events) {
    NDArray unit = p.sample(name, Uniform.of(0, 1).expand(events).toEvent(events.length));
    return p.deterministic(name + ".value", low.add(high.sub(low).mul(unit)));
  }

  private static void observe(Ppl p, NDArray mean, double[] y) {
    try (Plate rows = p.plate("rows", y.length)) {
      p.observe("y", Normal.of(mean, 0.5), rows.take(y));
    }
  }

  private enum Case {
    ANOTHER_VALUE {
      @Override
      void run(Ppl p, double[] y, Between between) {
        NDArray low = p.sample("low", Normal.of(0, 1));
        observe(p, between.draw(p, "x", low, low.exp().add(low)), y);
      }
    },
    A_CHAIN_OF_VALUES {
      @Override
      void run(Ppl p, double[] y, Between between) {
        NDArray a = between.draw(p, "a", p.scalar(-1), p.scalar(2));
        NDArray b = between.draw(p, "b", a, p.scalar(3));
        observe(p, between.draw(p, "c", a.sub(1), b), y);
      }
    },
    DATA_IN_A_PLATE {
      @Override
      void run(Ppl p, double[] y, Between between) {
        NDArray mean = p.sample("mean", Normal.of(0, 1));
        try (Plate rows = p.plate("rows", y.length)) {
          NDArray low = rows.take(LOW);
          NDArray x = between.draw(p, "x", low, low.add(3));
          p.observe("y", Normal.of(x.add(mean), 0.5), rows.take(y));
        }
      }
    },
    VALUES_AND_DATA_IN_A_PLATE {
      @Override
      void run(Ppl p, double[] y, Between between) {
        NDArray width = p.sample("width", HalfNormal.of(1));
        try (Plate rows = p.plate("rows", y.length)) {
          NDArray low = rows.take(LOW);
          NDArray x = between.draw(p, "x", low, low.add(width));
          p.observe("y", Normal.of(x, 0.5), rows.take(y));
        }
      }
    },
    AN_EVENT {
      @Override
      void run(Ppl p, double[] y, Between between) {
        NDArray top = p.sample("top", HalfNormal.of(1));
        NDArray low = Tensors.vector(-1, -2, 0);
        NDArray high = top.expandDims(-1).add(p.constant(new double[] {0, 1, 2}));
        NDArray x = between.draw(p, "x", low, high, 3);
        observe(p, x.sum(new int[] {-1}), y);
      }
    },
    STEPS_OF_A_SCAN {
      @Override
      void run(Ppl p, double[] y, Between between) {
        NDArray start = p.sample("start", HalfNormal.of(1));
        p.scan(
            "t",
            y.length,
            start,
            (q, t, before) -> {
              NDArray x = between.draw(q, "x", before.neg(), before.add(1));
              q.observe("y", Normal.of(x, 0.5), t.take(y));
              return x.square();
            });
      }
    },
    A_PARAMETER {
      @Override
      void run(Ppl p, double[] y, Between between) {
        NDArray high = p.param("high", () -> p.scalar(2), Constraint.POSITIVE);
        observe(p, between.draw(p, "x", p.scalar(0), high), y);
      }
    },
    A_FLAT_PRIOR {
      @Override
      void run(Ppl p, double[] y, Between between) {
        VALUES_AND_DATA_IN_A_PLATE.run(p, y, between);
      }

      @Override
      Program<double[]> moves() {
        return program(
            (p, name, low, high, events) ->
                p.deterministic(
                    name + ".value",
                    p.sample(name, ImproperUniform.of(Constraint.interval(low, high)))));
      }

      /** 1 / width is the density of what is not flat. */
      @Override
      Program<double[]> stays() {
        return program(
            (p, name, low, high, events) -> {
              p.factor(name + ".width", high.sub(low).log());
              return rescaled(p, name, low, high, events);
            });
      }
    },
    BESIDE_A_CHOICE {
      @Override
      void run(Ppl p, double[] y, Between between) {
        NDArray low = p.sample("low", Normal.of(0, 1));
        NDArray x = between.draw(p, "x", low, low.add(2));
        try (Plate rows = p.plate("rows", y.length)) {
          NDArray z = p.sample("z", Bernoulli.probs(0.3));
          p.observe("y", Normal.of(x.add(z), 0.5), rows.take(y));
        }
      }
    };

    abstract void run(Ppl p, double[] y, Between between);

    Program<double[]> program(Between between) {
      return (p, y) -> run(p, y, between);
    }

    Program<double[]> moves() {
      return program(MovingSupportTest::moving);
    }

    Program<double[]> stays() {
      return program(MovingSupportTest::rescaled);
    }

    int size() {
      return switch (this) {
        case ANOTHER_VALUE, BESIDE_A_CHOICE -> 2;
        case A_CHAIN_OF_VALUES -> 3;
        case AN_EVENT -> 4;
        case A_PARAMETER -> 1;
        default -> 5;
      };
    }
  }

  private static double[] around(int size) {
    SplittableRandom random = new SplittableRandom(SEED);
    return random.doubles((long) VECTORS * size, -2, 2).toArray();
  }

  /** Values, gradients, sites and vectors of a density. */
  private record Seen(
      List<Double> values, List<Double> gradients, List<Double> sites, List<Double> vectors) {

    static Seen of(Case model, Program<double[]> program, RunConfig config) {
      try (NDManager manager = NDManager.newBaseManager();
          ParamStore params = new ParamStore(manager, config);
          LogDensity<double[]> density =
              LogDensity.of(program, Y, params, config, Initializer.uniform())) {
        assertThat(density.size()).isEqualTo(model.size());
        assertThat(density.isRecorded()).isEqualTo(config.recording() != Recording.OFF);
        double[] vectors = around(model.size());
        LogDensity.Evaluation all = density.evaluate(vectors);
        double[] one = new double[model.size()];
        assertThat(density.evaluate(Arrays.copyOf(vectors, model.size()), one))
            .isCloseTo(all.values()[0], within(1e-4));
        try (Samples samples = density.samples(vectors)) {
          Map<String, double[]> sites = new TreeMap<>();
          for (String name : samples.names()) {
            if (name.endsWith(".value")) {
              sites.put(name, samples.values(name));
            }
          }
          return new Seen(
              list(all.values()),
              list(all.gradients()),
              sites.values().stream().flatMap(x -> list(x).stream()).toList(),
              list(density.vectors(samples)));
        }
      }
    }

    private static List<Double> list(double[] x) {
      return Arrays.stream(x).boxed().toList();
    }
  }

  private static void areClose(List<Double> some, List<Double> others, double tolerance) {
    assertThat(some).hasSameSizeAs(others).isNotEmpty();
    for (int i = 0; i < some.size(); i++) {
      double other = others.get(i);
      assertThat(some.get(i)).isCloseTo(other, within(tolerance * (1 + Math.abs(other))));
    }
  }

  @ParameterizedTest
  @EnumSource
  void theDensityIsThatOfTheRescaledModel(Case model) {
    for (Recording recording : List.of(Recording.REQUIRED, Recording.OFF)) {
      RunConfig exact = CONFIG.withRecording(recording);
      Seen stays = Seen.of(model, model.stays(), exact);
      for (FloatType type : FloatType.values()) {
        double tolerance = type == FloatType.FLOAT64 ? 1e-12 : 1e-4;
        Seen moves = Seen.of(model, model.moves(), exact.withFloatType(type));
        areClose(moves.values(), stays.values(), tolerance);
        areClose(moves.gradients(), stays.gradients(), tolerance);
        areClose(moves.sites(), stays.sites(), tolerance);
        areClose(moves.vectors(), stays.vectors(), tolerance);
      }
    }
  }

  /** Of rows that are cut off at values of their own, by Hipparchus. */
  @Test
  void whatIsCutOffByDataIsThatOfTheClosedForm() {
    Program<double[]> model =
        (p, low) -> {
          NDArray mean = p.sample("mean", Normal.of(0, 1));
          try (Plate rows = p.plate("rows", low.length)) {
            p.sample(
                "z", Truncated.of(Normal.of(mean, 2), rows.take(low), Double.POSITIVE_INFINITY));
          }
        };
    try (LogDensity<double[]> density =
        LogDensity.of(model, LOW, CONFIG.withRecording(Recording.REQUIRED))) {
      double[] u = {0.3, -0.4, 0.5, 1, 0.2};
      double expected = new NormalDistribution(0, 1).logDensity(u[0]);
      NormalDistribution law = new NormalDistribution(u[0], 2);
      for (int i = 0; i < LOW.length; i++) {
        double above = Math.exp(u[i + 1]);
        expected += law.logDensity(LOW[i] + above) + u[i + 1];
        expected -= Math.log1p(-law.cumulativeProbability(LOW[i]));
      }
      assertThat(density.value(u)).isCloseTo(expected, within(1e-12));
    }
  }

  /** A point of a triangle that is uniform: means 1/3, the bound of one of them latent. */
  @Test
  void chainsDrawFromATriangle() {
    Program<double[]> triangle =
        (p, none) -> {
          NDArray a = p.sample("a", Uniform.of(0, 1));
          NDArray rest = a.neg().add(1);
          NDArray b = p.sample("b", Uniform.of(Tensors.number(0), rest));
          p.factor("flat", rest.log());
          p.deterministic("c", rest.sub(b));
        };
    try (McmcRun<double[]> run =
        Nuts.of(triangle).config(CONFIG).progress(Progress.silent()).run(new double[0])) {
      for (String name : List.of("a", "b", "c")) {
        double[] draws = run.samples().values(name);
        Stats stats = Stats.of(draws);
        // Five standard errors of 1,000 independent draws.
        assertThat(stats.mean()).as("%s, seed %s", name, SEED).isCloseTo(1.0 / 3, within(0.038));
        assertThat(stats.populationStandardDeviation())
            .isCloseTo(Math.sqrt(1.0 / 18), within(0.03));
        assertThat(Arrays.stream(draws)).allMatch(x -> x > 0 && x < 1);
      }
    }
  }

  private static <G extends AutoGuide<double[], G>> double[] fitted(
      Program<double[]> model, Function<Program<double[]>, G> guide) {
    try (Svi<double[]> svi =
        Svi.builder(model, guide.apply(model)).config(CONFIG).progress(Progress.silent()).build()) {
      svi.run(Y, 60);
      try (Samples samples = svi.posterior(Y, 50)) {
        return samples.names().stream()
            .filter(name -> name.endsWith(".value"))
            .sorted()
            .flatMapToDouble(name -> Arrays.stream(samples.values(name)))
            .toArray();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      names = {"AN_EVENT", "BESIDE_A_CHOICE", "STEPS_OF_A_SCAN"}, // of which one starts elsewhere
      mode = EnumSource.Mode.EXCLUDE)
  void guidesOfOneJointDrawFitAsTheyFitTheRescaledModel(Case model) {
    double[] stays = fitted(model.stays(), AutoNormal::of);
    double[] moves = fitted(model.moves(), AutoNormal::of);
    assertThat(stays).isNotEmpty();
    assertThat(moves).containsExactly(stays, within(1e-7));
    assertThat(fitted(model.moves(), AutoMultivariateNormal::of))
        .containsExactly(fitted(model.stays(), AutoMultivariateNormal::of), within(1e-7));
  }

  private static void refuses(AutoGuide<double[], ?> guide, Program<double[]> model, String site) {
    try (Svi<double[]> svi =
        Svi.builder(model, guide).config(CONFIG).progress(Progress.silent()).build()) {
      assertThatThrownBy(() -> svi.run(Y, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(
              "sample site '%s' has bounds that are tensors, of data or of other values, but guide"
                  + " '%s' maps to a support that stays; take a guide of one joint draw, as"
                  + " AutoNormal, or chains, or draw it on the unit interval and rescale it in the"
                  + " model",
              site, guide.getClass().getSimpleName());
    }
  }

  @Test
  void guidesThatMapSiteBySiteSaySo() {
    Program<double[]> model = Case.ANOTHER_VALUE.moves();
    refuses(AutoDelta.of(model), model, "x");
    refuses(AutoStructured.of(model), model, "x");
    Program<double[]> pareto =
        (p, y) -> {
          NDArray least = p.sample("least", HalfNormal.of(1));
          observe(p, p.sample("x", Pareto.of(least, p.scalar(3))), y);
        };
    refuses(AutoDelta.of(pareto), pareto, "x");
    Program<double[]> inSomeRows =
        (p, y) -> {
          NDArray low = p.sample("low", Normal.of(0, 1));
          try (Plate rows = p.plate("rows", y.length, 2)) {
            NDArray x = p.sample("x", Uniform.of(low, low.add(1)));
            p.observe("y", Normal.of(x, 1), rows.take(y));
          }
        };
    refuses(AutoNormal.of(inSomeRows), inSomeRows, "x");
  }

  @Test
  void mediansNeedData() {
    Program<double[]> model = Case.DATA_IN_A_PLATE.moves();
    AutoNormal<double[]> guide = AutoNormal.of(model);
    try (Svi<double[]> svi =
        Svi.builder(model, guide).config(CONFIG).progress(Progress.silent()).build()) {
      svi.run(Y, 1);
      assertThatThrownBy(() -> guide.median(svi.params()))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessage(
              "guide 'AutoNormal' draws sites whose bounds are tensors, which need data to be"
                  + " known; take quantiles of svi.posterior(data, draws)");
    }
  }

  private static Program<double[]> rising(int steps) {
    return (p, none) -> {
      NDArray a = p.sample("a", HalfNormal.of(1));
      p.scan("t", steps, a, (q, t, x) -> q.sample("x", Uniform.of(x, x.add(1))));
    };
  }

  private static void rises(double[] a, double[] x) {
    int steps = x.length / a.length;
    for (int i = 0; i < x.length; i++) {
      double before = i % steps == 0 ? a[i / steps] : x[i - 1];
      assertThat(x[i] - before).isStrictlyBetween(0.0, 1.0);
    }
  }

  /** No value is right for all steps before those before them are known. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 30, 10_000})
  void aLongScanStartsWhereEachStepMayBe(int steps) {
    try (LogDensity<double[]> density = LogDensity.of(rising(steps), new double[0], CONFIG);
        Samples start = density.samples(density.start())) {
      assertThat(density.size()).isEqualTo(1 + steps);
      rises(start.values("a"), start.values("x"));
    }
  }

  @Test
  void aScanStartsAtValuesThatAreGiven() {
    double[] x = {1.2, 1.5, 1.9};
    Initializer given = Initializer.value(Map.of("a", new double[] {1}, "x", x));
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager, CONFIG);
        LogDensity<double[]> density =
            LogDensity.of(rising(3), new double[0], params, CONFIG, given);
        Samples start = density.samples(density.start())) {
      assertThat(start.values("x")).containsExactly(x, within(1e-14));
    }
  }

  @Test
  void aGuideDrawsEachStepWhereItMayBe() {
    Program<double[]> model = rising(4);
    try (Svi<double[]> svi =
        Svi.builder(model, AutoNormal.of(model))
            .config(CONFIG)
            .progress(Progress.silent())
            .build()) {
      svi.run(new double[0], 20);
      try (Samples draws = svi.posterior(new double[0], 100)) {
        rises(draws.values("a"), draws.values("x"));
      }
    }
  }

  @Test
  void aScanWithinAScanSaysSo() {
    Program<double[]> model =
        (p, none) ->
            p.scan(
                "t",
                2,
                p.sample("a", HalfNormal.of(1)),
                (q, t, before) ->
                    q.scan(
                        "s",
                        3,
                        before,
                        (r, s, x) -> r.sample("x", Uniform.of(x.mul(0), x.mul(0).add(1)))));
    assertThatThrownBy(() -> LogDensity.of(model, new double[0], CONFIG))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "sample site 'x' has bounds that are tensors and is in a scan within a scan, but a log"
                + " density finds the supports of the steps of one; draw it on the unit interval"
                + " and rescale it in the model");
  }

  @Test
  void aBoundThatIsSummedOutSaysSo() {
    Program<double[]> model =
        (p, none) -> {
          NDArray z = p.sample("z", Bernoulli.probs(0.3));
          p.sample("x", Uniform.of(Tensors.number(0), z.add(1)));
        };
    assertThatThrownBy(() -> LogDensity.of(model, new double[0], CONFIG))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "sample site 'x' has bounds that depend on a choice that is summed out, so that a log"
                + " density has no one support for it; draw it on the unit interval and rescale it"
                + " in the model");
  }

  /** Counts are drawn beside, not summed out. */
  @Test
  void aBoundMayBeOfACountThatIsDrawn() {
    Program<double[]> model =
        (p, y) -> {
          NDArray count = p.sample("count", Poisson.of(2));
          NDArray x = p.sample("x", Uniform.of(count, count.add(1)));
          observe(p, x, y);
        };
    try (McmcRun<double[]> run =
        Nuts.of(model).config(CONFIG).draws(200).progress(Progress.silent()).run(Y)) {
      double[] counts = run.samples().values("count");
      double[] x = run.samples().values("x");
      for (int i = 0; i < x.length; i++) {
        assertThat(Math.floor(x[i])).isEqualTo(counts[i]);
      }
    }
  }
}
