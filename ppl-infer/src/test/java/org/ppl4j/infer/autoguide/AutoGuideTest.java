package org.ppl4j.infer.autoguide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.ppl4j.infer.autoguide.SiteZoo.ZOO;
import static org.ppl4j.infer.autoguide.SiteZoo.begin;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.function.Supplier;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppl4j.Execution;
import org.ppl4j.Program;
import org.ppl4j.Trace;
import org.ppl4j.distributions.Bernoulli;
import org.ppl4j.distributions.Gamma;
import org.ppl4j.distributions.LogNormal;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.Pareto;
import org.ppl4j.distributions.Poisson;
import org.ppl4j.distributions.Uniform;
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
import org.ppl4j.testing.WithStore;

class AutoGuideTest extends WithStore {

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
    begin(guide, params, 1);
    try (Run run = Run.open(RunConfig.defaults(), 1)) {
      Supplier<Trace> again = () -> Execution.record(run, params, Rng.Purpose.GUIDE, guide, null);
      Trace trace = gradients ? again.get() : run.withoutGradients(again);

      assertThat(Tensors.values(trace.value("a"))[0]).isBetween(-20.0, 20.0);
      assertThat(Tensors.values(trace.value("b"))[0]).isGreaterThan(3);
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
      AutoNormal<Void> guide = AutoNormal.of(model).initializer(Initializer.feasible());
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
      begin(guide, params, 1);
      double[] first = params.value("auto.loc");
      try (ParamStore other = new ParamStore(manager)) {
        params = other;
        begin(guide, params, 2);
        assertThat(other.value("auto.loc")).isNotEqualTo(first);
      }
      try (ParamStore again = new ParamStore(manager)) {
        params = again;
        begin(guide, params, 1);
        assertThat(again.value("auto.loc")).containsExactly(first);
      }
    }

    @Test
    void anotherPrefixKeepsTwoGuidesApart() {
      begin(AutoNormal.of(ZOO), params, 1);
      begin(AutoNormal.of(ZOO).prefix("second"), params, 1);

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
      assertThat(guide.median(params).get("w")[0]).isCloseTo(1.5, within(1e-5));
      assertThat(params.names()).containsExactly("auto.loc");
    }

    @Test
    void hasAParameterForEachSite() {
      begin(AutoDelta.of(ZOO), params, 1);

      assertThat(params.names()).containsExactly("auto.w", "auto.u", "auto.b", "auto.s", "auto.t");
      assertThat(params.shape("auto.t")).isEqualTo(new Shape(2, 4));
    }
  }

  @Nested
  class Mistakes {

    private void refuses(Program<Void> model, String message) {
      assertThatThrownBy(() -> begin(AutoNormal.of(model), params, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(message);
    }

    @Test
    void discreteSites() {
      refuses(
          (p, none) -> p.sample("z", Poisson.of(3)),
          "sample site 'z' is discrete (non-negative integer) and not summed out, since its"
              + " support has no end or an InferConfig says so, but guide 'AutoNormal' draws"
              + " continuous sites only; draw it by Nuts, or in"
              + " a guide written by hand, or bound it by Truncated.of");
    }

    @Test
    void noLatentSite() {
      assertThatThrownBy(
              () ->
                  begin(
                      AutoNormal.of((p, none) -> p.observe("y", Normal.of(0, 1), 0.5)), params, 1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "guide 'AutoNormal' found no latent site in the model; leave at least one site"
                  + " without a value");
    }

    @Test
    void discreteSitesAlone() {
      assertThatThrownBy(
              () ->
                  begin(
                      AutoNormal.of(
                          (p, none) ->
                              p.observe("y", Normal.of(p.sample("z", Bernoulli.of(0.3)), 1), 0.5)),
                      params,
                      1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "guide 'AutoNormal' found no latent site in the model but discrete ones that are"
                  + " summed out, [z]; their probabilities are exact: Choices.of(model, params,"
                  + " config).marginals(data, Predictive.prior(model).draw(data, 1))");
    }

    @Test
    void aStoreThatTheGuideHasNotSeen() {
      assertThatThrownBy(() -> AutoNormal.of(ZOO).median(params))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "guide 'AutoNormal' has not been run with this parameter store; fit it first");
    }
  }
}
