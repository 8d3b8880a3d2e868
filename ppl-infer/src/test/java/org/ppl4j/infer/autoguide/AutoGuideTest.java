package org.ppl4j.infer.autoguide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppl4j.Execution;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.Trace;
import org.ppl4j.distributions.Bernoulli;
import org.ppl4j.distributions.Beta;
import org.ppl4j.distributions.Gamma;
import org.ppl4j.distributions.HalfNormal;
import org.ppl4j.distributions.LogNormal;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.Pareto;
import org.ppl4j.distributions.Uniform;
import org.ppl4j.handlers.Mask;
import org.ppl4j.handlers.Particles;
import org.ppl4j.handlers.Replay;
import org.ppl4j.handlers.Substitute;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.latent.Initializer;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.infer.svi.Averaging;
import org.ppl4j.infer.svi.FitReport;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;

class AutoGuideTest {

  /** Every kind of site: an event, two intervals, a plate, nested plates. */
  private static final Program<Void> ZOO =
      (p, none) -> {
        NDArray w = p.sample("w", Normal.standard(3).toEvent(1));
        NDArray u = p.sample("u", Uniform.of(-1, 3));
        NDArray b = p.sample("b", Beta.of(2, 3));
        try (Plate columns = p.plate("columns", 4)) {
          NDArray s = p.sample("s", HalfNormal.of(2));
          try (Plate rows = p.plate("rows", 2)) {
            NDArray t = p.sample("t", Normal.of(u, s));
            p.observe("y", Normal.of(t.add(b).add(w.sum(new int[] {-1}).mul(0)), 1), 0.5);
          }
        }
      };

  private NDManager manager;
  private ParamStore params;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
    params = new ParamStore(manager);
  }

  @AfterEach
  void close() {
    params.close();
    manager.close();
  }

  /** With and without gradients: a bound meets other operations in the one than in the other. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void boundsOfASupportHoldInLaterRuns(boolean gradients) {
    Program<Void> guide =
        AutoNormal.of(
            (p, none) -> {
              p.sample("a", Uniform.of(-20, 20));
              p.sample("b", Pareto.of(3, 2));
            });
    begin(guide, 1);
    try (Run run = Run.open(RunConfig.defaults(), 1)) {
      Supplier<Trace> again = () -> Execution.record(run, params, Rng.Purpose.GUIDE, guide, null);
      Trace trace = gradients ? again.get() : run.withoutGradients(again);

      assertThat(Tensors.values(trace.value("a"))[0]).isBetween(-20.0, 20.0);
      assertThat(Tensors.values(trace.value("b"))[0]).isGreaterThan(3);
    }
  }

  private void begin(Program<Void> guide, long seed) {
    try (Run run = Run.open(RunConfig.defaults().withSeed(seed), 0)) {
      Trace trace = Execution.record(run, params, Rng.Purpose.GUIDE, guide, null);
      assertThat(trace.sites()).isNotEmpty();
    }
  }

  private double[] start(Program<Void> model, Initializer initializer) {
    try (ParamStore own = new ParamStore(manager)) {
      params = own;
      begin(AutoNormal.of(model).initializer(initializer), 1);
      return own.value("auto.loc");
    }
  }

  @Nested
  class NormalGuide {

    @Test
    void drawsEverySiteInItsPlatesAndSupport() {
      try (Run run = Run.open(RunConfig.defaults(), 0)) {
        AutoNormal<Void> guide = AutoNormal.of(ZOO);
        Trace trace = Execution.record(run, params, Rng.Purpose.GUIDE, guide, null);

        assertThat(trace.value("w").getShape()).isEqualTo(new Shape(3));
        assertThat(trace.value("u").getShape()).isEqualTo(new Shape());
        assertThat(trace.value("s").getShape()).isEqualTo(new Shape(4));
        assertThat(trace.value("t").getShape()).isEqualTo(new Shape(2, 4));
        assertThat(Arrays.stream(Tensors.values(trace.value("s")))).allMatch(x -> x > 0);
        assertThat(params.shape("auto.loc")).isEqualTo(new Shape(3 + 1 + 1 + 4 + 8));
        assertThat(params.value("auto.scale")).containsOnly(new double[] {0.1}, within(1e-15));
      }
    }

    @Test
    void itsDensityIsThatOfTheNormalAndOfTheBijections() {
      try (Run run = Run.open(RunConfig.defaults(), 5)) {
        AutoNormal<Void> guide = AutoNormal.of(ZOO).initialScale(0.7);
        Trace trace = Execution.record(run, params, Rng.Purpose.GUIDE, guide, null);

        double[] z = Tensors.values(trace.value("auto.latent"));
        double[] loc = params.value("auto.loc");
        double density = 0;
        for (int i = 0; i < z.length; i++) {
          double e = (z[i] - loc[i]) / 0.7;
          density += -0.5 * e * e - Math.log(0.7) - 0.5 * Math.log(2 * Math.PI);
        }
        double u = (Tensors.values(trace.value("u"))[0] + 1) / 4;
        double b = Tensors.values(trace.value("b"))[0];
        density -= Math.log(4 * u * (1 - u)) + Math.log(b * (1 - b));
        for (double s : Tensors.values(trace.value("s"))) {
          density -= Math.log(s);
        }
        assertThat(Tensors.values(trace.logJoint())[0]).isCloseTo(density, within(1e-10));
      }
    }

    @Test
    void particlesAreAsManySingleDraws() {
      try (Run run = Run.open(RunConfig.defaults(), 2)) {
        AutoNormal<Void> guide = AutoNormal.of(ZOO);
        Particles seven = new Particles(7, 2);
        Trace guides = Execution.record(run, params, Rng.Purpose.GUIDE, guide, null, seven);
        Trace models =
            Execution.record(run, params, Rng.Purpose.MODEL, ZOO, null, new Replay(guides), seven);
        double[] q = Tensors.values(guides.logJoints(seven.dim()));
        double[] p = Tensors.values(models.logJoints(seven.dim()));

        assertThat(guides.value("auto.latent").getShape()).isEqualTo(new Shape(7, 1, 1, 17));
        assertThat(guides.value("u").getShape()).isEqualTo(new Shape(7, 1, 1));
        assertThat(guides.value("t").getShape()).isEqualTo(new Shape(7, 2, 4));
        NDArray z = Tensors.reshape(guides.value("auto.latent"), new Shape(7, 17));
        for (int i = 0; i < 7; i++) {
          NDArray one = Tensors.reshape(Tensors.range(z, -2, i, i + 1), new Shape(17));
          Trace single =
              Execution.record(
                  run, params, Rng.Purpose.GUIDE, guide, null, new Substitute("auto.latent", one));
          Trace model =
              Execution.record(run, params, Rng.Purpose.MODEL, ZOO, null, new Replay(single));
          assertThat(Tensors.values(single.logJoint())[0]).isCloseTo(q[i], within(1e-12));
          assertThat(Tensors.values(model.logJoint())[0]).isCloseTo(p[i], within(1e-12));
        }
      }
    }

    @Test
    void reachesAPosteriorOfItsFamily() {
      Program<Void> model = (p, none) -> p.sample("x", LogNormal.of(1, 0.5));
      AutoNormal<Void> guide = AutoNormal.of(model);
      Svi.builder(model, guide)
          .params(params)
          .optimizer(Adam.withRate(0.02))
          .particles(10)
          .averaging(Averaging.polynomial(3))
          .progress(Progress.silent())
          .build()
          .run(null, 3000);

      assertThat(params.value("auto.loc")[0]).isCloseTo(1, within(0.01));
      assertThat(params.value("auto.scale")[0]).isCloseTo(0.5, within(0.01));
      assertThat(guide.median(params).get("x")[0]).isCloseTo(Math.E, within(0.03));
      assertThat(guide.quantiles(params, 0.8413447460685429).get("x")[0])
          .isCloseTo(Math.exp(1.5), within(0.1));
    }

    @Test
    void oneGuideServesManyStores() {
      AutoNormal<Void> guide = AutoNormal.of(ZOO);
      begin(guide, 1);
      double[] first = params.value("auto.loc");
      try (ParamStore other = new ParamStore(manager)) {
        params = other;
        begin(guide, 2);
        assertThat(other.value("auto.loc")).isNotEqualTo(first);
      }
      try (ParamStore again = new ParamStore(manager)) {
        params = again;
        begin(guide, 1);
        assertThat(again.value("auto.loc")).containsExactly(first);
      }
    }

    @Test
    void anotherPrefixKeepsTwoGuidesApart() {
      begin(AutoNormal.of(ZOO), 1);
      begin(AutoNormal.of(ZOO).prefix("second"), 1);

      assertThat(params.names())
          .containsExactly("auto.loc", "auto.scale", "second.loc", "second.scale");
    }
  }

  @Nested
  class DeltaGuide {

    @Test
    void findsTheModeInTheConstrainedSpace() {
      Program<Void> model =
          (p, none) -> {
            p.sample("rate", Gamma.of(3, 2));
            p.sample("w", Normal.of(1.5, 2));
          };
      AutoDelta<Void> guide = AutoDelta.of(model);

      FitReport report =
          Svi.builder(model, guide)
              .params(params)
              .optimizer(Adam.withRate(0.02))
              .progress(Progress.silent())
              .build()
              .run(null);

      assertThat(report.stop()).isEqualTo(FitReport.Stop.CONVERGED);
      assertThat(report.steps()).isLessThan(20_000);
      assertThat(guide.median(params).get("rate")[0]).isCloseTo(1, within(1e-5));
      assertThat(params.value("auto.w")[0]).isCloseTo(1.5, within(1e-5));
    }

    @Test
    void hasAParameterForEachSite() {
      begin(AutoDelta.of(ZOO), 1);

      assertThat(params.names()).containsExactly("auto.w", "auto.u", "auto.b", "auto.s", "auto.t");
      assertThat(params.shape("auto.t")).isEqualTo(new Shape(2, 4));
    }
  }

  @Nested
  class Start {

    @Test
    void feasibleIsZero() {
      assertThat(start(ZOO, Initializer.feasible())).hasSize(17).containsOnly(0);
    }

    @Test
    void meanIsThePriorsAndFollowsTheSitesBefore() {
      double[] loc = start(ZOO, Initializer.mean());

      assertThat(Arrays.copyOf(loc, 3)).containsOnly(0);
      assertThat(loc[3]).isCloseTo(0, within(1e-12)); // u = 1, the middle of (-1, 3)
      assertThat(loc[4]).isCloseTo(Math.log(0.4 / 0.6), within(1e-12));
      assertThat(Math.exp(loc[5])).isCloseTo(2 * Math.sqrt(2 / Math.PI), within(1e-12));
      assertThat(loc[9]).as("t is drawn around u").isCloseTo(1, within(1e-12));
    }

    @Test
    void medianIsNearThePriorsAndItsOwnInEachRow() {
      double[] loc = start(ZOO, Initializer.median());

      assertThat(Arrays.copyOf(loc, 3)).as("a site with an event").containsOnly(0);
      assertThat(loc[3]).isBetween(-1.5, 1.5);
      assertThat(Arrays.stream(loc, 9, 17).distinct().count()).isEqualTo(8);
      assertThat(start(ZOO, Initializer.median())).containsExactly(loc);
    }

    @Test
    void sampleIsADrawAndMoreOfThemABetterOne() {
      double[] one = start(ZOO, Initializer.sample(1));
      double[] many = start(ZOO, Initializer.sample(200));

      assertThat(Arrays.stream(one).distinct().count()).isEqualTo(17);
      assertThat(Math.abs(many[0])).isLessThan(3);
      assertThat(many).isNotEqualTo(one);
    }

    @Test
    void uniformStaysInItsRadius() {
      assertThat(Arrays.stream(start(ZOO, Initializer.uniform()))).allMatch(x -> Math.abs(x) <= 2);
      assertThat(Arrays.stream(start(ZOO, Initializer.uniform(0.01))))
          .allMatch(x -> Math.abs(x) <= 0.01);
      double[] loc = start(ZOO, Initializer.uniform());
      assertThat(Arrays.stream(loc).distinct().count()).isEqualTo(17);
    }

    @Test
    void valueIsGivenAndFillsAShape() {
      double[] loc =
          start(
              ZOO,
              Initializer.value(
                  Map.of("w", new double[] {1, 2, 3}, "s", new double[] {Math.E}),
                  Initializer.feasible()));

      assertThat(Arrays.copyOf(loc, 3)).containsExactly(1, 2, 3);
      assertThat(Arrays.copyOfRange(loc, 5, 9)).containsOnly(new double[] {1}, within(1e-15));
      assertThat(loc[4]).isZero();
    }

    private final Program<Void> half =
        (p, none) -> {
          NDArray x = p.sample("x", Normal.of(0, 1));
          p.factor("positive", Tensors.where(x.gt(1), p.scalar(0), Double.NEGATIVE_INFINITY));
        };

    @Test
    void anAttemptWithoutDensityIsFollowedByAnother() {
      assertThat(start(half, Initializer.uniform())[0]).isBetween(1.0, 2.0);
      assertThat(start(half, Initializer.sample(50))[0]).isGreaterThan(1);
    }

    @Test
    void whatTheModelMasksDoesNotCount() {
      Program<Void> masked =
          (p, none) -> {
            p.sample("x", Normal.of(0, 1));
            Program<Void> impossible =
                (q, d) -> q.factor("never", q.scalar(Double.NEGATIVE_INFINITY));
            impossible.with(new Mask(false)).run(p, null);
          };

      assertThat(start(masked, Initializer.feasible())).containsExactly(0);
    }

    @Test
    void whenNoAttemptSucceedsItSaysWhatWasTried() {
      assertThatThrownBy(() -> start(half, Initializer.feasible()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              """
              factor 'positive' has log density -Infinity; look for parameters that are not finite or at the edge of their range
              sites before it:
              site  kind    distribution                  sample  batch  event  plates
              x     latent  Normal(loc: 0.0, scale: 1.0)  ()      ()     ()
              no starting point has a finite log density and gradient: tried feasible, once, the last at x = 0.000; start elsewhere (guide.initializer(...)), or look at this site's distribution\
              """);
    }
  }

  @Nested
  class Mistakes {

    private void refuses(Program<Void> model, String message) {
      assertThatThrownBy(() -> begin(AutoNormal.of(model), 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(message);
    }

    @Test
    void discreteSites() {
      refuses(
          (p, none) -> p.sample("z", Bernoulli.probs(0.5)),
          "sample site 'z' is discrete (boolean), but guide 'AutoNormal' draws continuous sites"
              + " only; sum it out of the model, or hide it from the guide and write that part by"
              + " hand");
    }

    @Test
    void supportsThatMove() {
      refuses(
          (p, none) -> {
            NDArray top = p.sample("top", HalfNormal.of(1));
            p.sample("x", Uniform.of(p.scalar(0), top));
          },
          "sample site 'x' has a support that depends on other values, but guide 'AutoNormal' maps"
              + " to one that stays; draw it on the unit interval and rescale it in the model");
    }

    @Test
    void boundsThatMove() {
      refuses(
          (p, none) -> p.sample("x", Pareto.of(p.sample("least", HalfNormal.of(1)), p.scalar(3))),
          "sample site 'x' has a support that depends on other values, but guide 'AutoNormal' maps"
              + " to one that stays; draw it on the unit interval and rescale it in the model");
    }

    @Test
    void noLatentSite() {
      assertThatThrownBy(
              () -> begin(AutoNormal.of((p, none) -> p.observe("y", Normal.of(0, 1), 0.5)), 1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "guide 'AutoNormal' found no latent site in the model; leave at least one site"
                  + " without a value");
    }

    @Test
    void aStoreThatTheGuideHasNotSeen() {
      assertThatThrownBy(() -> AutoNormal.of(ZOO).median(params))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "guide 'AutoNormal' has not been run with this parameter store; fit it first");
    }

    @Test
    void anInitialValueOutsideTheSupport() {
      Program<Void> model = (p, none) -> p.sample("tau", HalfNormal.of(2));

      assertThatThrownBy(() -> start(model, Initializer.value(Map.of("tau", new double[] {-1}))))
          .isInstanceOf(IllegalArgumentException.class)
          .message()
          .startsWith("sample site 'tau' has value -1.0 outside the support 'non-negative' of")
          .contains(
              "\nno starting point has a finite log density and gradient: tried values of [tau]");
    }

    @Test
    void anInitialValueOfAnotherSize() {
      assertThatThrownBy(() -> start(ZOO, Initializer.value(Map.of("w", new double[] {1, 2}))))
          .hasMessage(
              "sample site 'w' has shape (3), but its initial value has 2 numbers; give one for"
                  + " each element, or one for all");
    }
  }
}
