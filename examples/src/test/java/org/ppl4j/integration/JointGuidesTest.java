package org.ppl4j.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.tracker.Tracker;
import com.example.own.HeavyGuide;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.HalfNormal;
import org.ppl4j.distributions.Normal;
import org.ppl4j.flows.Flows;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.autoguide.AutoFlow;
import org.ppl4j.infer.autoguide.AutoGuide;
import org.ppl4j.infer.autoguide.AutoLowRankMultivariateNormal;
import org.ppl4j.infer.autoguide.AutoMultivariateNormal;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.autoguide.AutoStructured;
import org.ppl4j.infer.autoguide.JointGuide;
import org.ppl4j.infer.latent.Initializer;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.infer.svi.StoppingRule;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.RunConfig;

/** Guides that follow dependence, on posteriors known in closed form. */
class JointGuidesTest {

  /** Predictors that are nearly the same, so that the posterior is a thin ridge. */
  private static final double[] X = {1, 0.9, -1, -0.8, 0.5, 0.6, 1.2, 1, -0.3, -0.5};

  private static final double[] Y = {1.7, -1.9, 1.2, 2.2, -0.8};
  private static final double NOISE = 0.5;

  /** w ~ N(0, 1), two of them, one event; y ~ N(x w, 0.5). */
  private static final Program<NDArray> REGRESSION =
      (p, xy) -> {
        NDArray w = p.sample("w", Normal.standard(2).toEvent(1));
        try (Plate rows = p.plate("rows", Y.length)) {
          NDArray mean = p.matVec(xy.get(":, 0:2"), w);
          p.observe("y", Normal.of(mean, NOISE), rows.take(xy.get(":, 2")));
        }
      };

  private static NDArray data(NDManager manager) {
    double[] all = new double[3 * Y.length];
    for (int i = 0; i < Y.length; i++) {
      all[3 * i] = X[2 * i];
      all[3 * i + 1] = X[2 * i + 1];
      all[3 * i + 2] = Y[i];
    }
    return manager.create(all, new Shape(Y.length, 3));
  }

  /**
   * Mean and covariance (w₁, w₂, v₁₁, v₁₂, v₂₂): (I + XᵀX / σ²)⁻¹ and its product with Xᵀy / σ².
   */
  private static double[] exact() {
    double a = 1;
    double b = 0;
    double c = 1;
    double u = 0;
    double v = 0;
    double precision = 1 / (NOISE * NOISE);
    for (int i = 0; i < Y.length; i++) {
      double x0 = X[2 * i];
      double x1 = X[2 * i + 1];
      a += precision * x0 * x0;
      b += precision * x0 * x1;
      c += precision * x1 * x1;
      u += precision * x0 * Y[i];
      v += precision * x1 * Y[i];
    }
    double determinant = a * c - b * b;
    double v11 = c / determinant;
    double v12 = -b / determinant;
    double v22 = a / determinant;
    return new double[] {v11 * u + v12 * v, v12 * u + v22 * v, v11, v12, v22};
  }

  /** From 0.03 to 0.0003 along a cosine, so that the fit ends close to its optimum. */
  private static Tracker falling(int steps) {
    return Tracker.cosine().setBaseValue(0.03f).optFinalValue(0.0003f).setMaxUpdates(steps).build();
  }

  static Stream<Named<Function<Program<NDArray>, AutoGuide<NDArray, ?>>>> guides() {
    return Stream.of(
        Named.of("AutoMultivariateNormal", AutoMultivariateNormal::of),
        Named.of(
            "AutoLowRankMultivariateNormal", model -> AutoLowRankMultivariateNormal.of(model, 1)),
        Named.of("AutoStructured", AutoStructured::of),
        Named.of("a guide of one's own", HeavyGuide::of),
        Named.of("AutoFlow, triangular", model -> AutoFlow.of(model, Flows::lowerTriangular)),
        Named.of("AutoFlow, IAF", model -> AutoFlow.of(model, dim -> Flows.iaf(dim, 1))));
  }

  @ParameterizedTest
  @MethodSource("guides")
  void reachTheExactPosterior(Function<Program<NDArray>, AutoGuide<NDArray, ?>> guide) {
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager, RunConfig.defaults().withSeed(3))) {
      NDArray data = data(manager);
      AutoGuide<NDArray, ?> made = guide.apply(REGRESSION);
      Svi<NDArray> svi =
          Svi.builder(REGRESSION, made)
              .params(params)
              .optimizer(Adam.withRate(falling(2000)))
              .particles(10)
              .stopping(StoppingRule.never())
              .progress(Progress.silent())
              .build();
      assertThat(svi.run(data, 2000).finalLoss()).isFinite();
      double[] exact = exact();
      int draws = 20_000;
      try (Samples posterior = svi.posterior(data, draws)) {
        double[] w = posterior.get("w").toDoubleArray();
        double[] found = new double[5];
        for (int i = 0; i < draws; i++) {
          found[0] += w[2 * i] / draws;
          found[1] += w[2 * i + 1] / draws;
        }
        for (int i = 0; i < draws; i++) {
          double e0 = w[2 * i] - found[0];
          double e1 = w[2 * i + 1] - found[1];
          found[2] += e0 * e0 / draws;
          found[3] += e0 * e1 / draws;
          found[4] += e1 * e1 / draws;
        }
        // Five standard errors of a covariance of 20,000 draws are 5 %; the fit adds its own.
        for (int k = 0; k < 5; k++) {
          double unit = k < 2 ? Math.sqrt(exact[2]) : Math.sqrt(exact[2] * exact[4]);
          assertThat((found[k] - exact[k]) / unit).as("moment %s", k).isCloseTo(0, within(0.08));
        }
        double[] median = made.median(params).get("w");
        assertThat(median[0]).isCloseTo(exact[0], within(0.1 * Math.sqrt(exact[2])));
      }
    }
  }

  @Test
  void aFlowStartsWhereAutoNormalEnded() {
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager)) {
      NDArray data = data(manager);
      AutoNormal<NDArray> normal = AutoNormal.of(REGRESSION);
      try (Svi<NDArray> first = fit(normal, params)) {
        first.run(data, 300);
      }
      double loc = normal.median(params).get("w")[0];
      double scale = normal.quantiles(params, 0.8413447460685429).get("w")[0] - loc;
      JointGuide<NDArray, ?> guide = AutoFlow.of(REGRESSION, dim -> Flows.iaf(dim, 2));
      try (Svi<NDArray> second = fit(guide, params);
          Samples posterior = second.posterior(data, 20_000)) {
        double[] w = posterior.get("w").toDoubleArray();
        double mean = 0;
        double square = 0;
        for (int i = 0; i < w.length; i += 2) {
          mean += w[i] / 20_000;
          square += w[i] * w[i] / 20_000;
        }
        assertThat(mean).isCloseTo(loc, within(5 * scale / Math.sqrt(20_000)));
        assertThat(Math.sqrt(square - mean * mean)).isCloseTo(scale, within(0.05 * scale));
      }
    }
  }

  private static Svi<NDArray> fit(Program<NDArray> guide, ParamStore params) {
    return Svi.builder(REGRESSION, guide).params(params).progress(Progress.silent()).build();
  }

  /** tau ~ HalfNormal(1) alone: one unconstrained number, which a flow must take too. */
  @ParameterizedTest
  @MethodSource("guides")
  void oneDimensionWorks(Function<Program<NDArray>, AutoGuide<NDArray, ?>> guide) {
    Program<NDArray> one =
        (p, xy) -> {
          NDArray tau = p.sample("tau", HalfNormal.of(1));
          try (Plate rows = p.plate("rows", Y.length)) {
            p.observe("y", Normal.of(0, tau), rows.take(xy.get(":, 2")));
          }
        };
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager)) {
      NDArray data = data(manager);
      AutoGuide<NDArray, ?> made = guide.apply(one).initializer(Initializer.uniform());
      Svi<NDArray> svi =
          Svi.builder(one, made).params(params).progress(Progress.silent()).particles(5).build();
      double before = svi.step(data);
      assertThat(svi.run(data, 150).finalLoss()).isLessThan(before);
      assertThat(made.median(params).get("tau")[0]).isBetween(0.8, 2.5);
    }
  }

  @Test
  void settingsAreChecked() {
    assertThatThrownBy(() -> AutoLowRankMultivariateNormal.of(REGRESSION, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("guide 'AutoLowRankMultivariateNormal' has rank 0, but needs at least 1");
    assertThatThrownBy(() -> AutoMultivariateNormal.of(REGRESSION).initialScale(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "guide 'AutoMultivariateNormal' has initial scale 0.0, but it must be positive");
  }
}
