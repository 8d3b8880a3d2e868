package org.ppl4j.infer.autoguide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.Execution;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.Trace;
import org.ppl4j.distributions.Dirichlet;
import org.ppl4j.distributions.LKJCholesky;
import org.ppl4j.distributions.MultivariateNormal;
import org.ppl4j.distributions.ProjectedNormal;
import org.ppl4j.distributions.Wishart;
import org.ppl4j.distributions.ZeroSumNormal;
import org.ppl4j.handlers.Particles;
import org.ppl4j.handlers.Replay;
import org.ppl4j.handlers.Substitute;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.latent.Initializer;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.infer.svi.Averaging;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.WithStore;

/** Autoguides over vectors and matrices with fewer unconstrained dims than entries. */
class MatrixSitesTest extends WithStore {

  private static final Program<Void> MODEL =
      (p, none) -> {
        NDArray factor = p.sample("factor", LKJCholesky.of(3, 2));
        p.sample("shares", Dirichlet.of(p.run().full(2, new Shape(4))));
        p.sample("direction", ProjectedNormal.of(p.run().ones(new Shape(3))));
        NDArray effects;
        try (Plate rows = p.plate("rows", 2)) {
          p.sample("precision", Wishart.of(4, p.run().eye(2)));
          effects = p.sample("effects", ZeroSumNormal.of(1, 3));
          p.observe("y", MultivariateNormal.of(effects, factor), p.run().ones(new Shape(2, 3)));
        }
      };

  static Stream<Initializer> initializers() {
    return Stream.of(
        Initializer.median(), Initializer.mean(), Initializer.feasible(), Initializer.uniform(1));
  }

  @ParameterizedTest
  @MethodSource("initializers")
  void drawsAreInTheirSupports(Initializer initializer) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      AutoNormal<Void> guide = AutoNormal.of(MODEL).initializer(initializer);
      Trace guides = Execution.record(run, params, Rng.Purpose.GUIDE, guide, null);
      Trace models =
          Execution.record(run, params, Rng.Purpose.MODEL, MODEL, null, new Replay(guides));

      assertThat(params.shape("auto.loc")).isEqualTo(new Shape(3 + 3 + 2 + 2 * 3 + 2 * 2));
      for (String site : new String[] {"factor", "shares", "direction", "precision", "effects"}) {
        NDArray member = models.site(site).distribution().support().check(guides.value(site));
        assertThat(member.toBooleanArray()).as(site).doesNotContain(false);
      }
    }
  }

  @Test
  void particlesAreAsManySingleDraws() {
    try (Run run = Run.open(RunConfig.defaults(), 2)) {
      AutoNormal<Void> guide = AutoNormal.of(MODEL);
      Particles five = new Particles(5, 1);
      Trace guides = Execution.record(run, params, Rng.Purpose.GUIDE, guide, null, five);
      Trace models =
          Execution.record(run, params, Rng.Purpose.MODEL, MODEL, null, new Replay(guides), five);
      double[] q = Tensors.values(guides.logJoints(five.dim()));
      double[] p = Tensors.values(models.logJoints(five.dim()));

      NDArray z = Tensors.reshape(guides.value("auto.latent"), new Shape(5, 18));
      for (int i = 0; i < 5; i++) {
        NDArray one = Tensors.reshape(Tensors.range(z, -2, i, i + 1), new Shape(18));
        Trace single =
            Execution.record(
                run, params, Rng.Purpose.GUIDE, guide, null, new Substitute("auto.latent", one));
        Trace model =
            Execution.record(run, params, Rng.Purpose.MODEL, MODEL, null, new Replay(single));
        assertThat(Tensors.values(single.logJoint())[0]).isCloseTo(q[i], within(1e-10));
        assertThat(Tensors.values(model.logJoint())[0]).isCloseTo(p[i], within(1e-10));
      }
    }
  }

  /** Eighty counts of four kinds under a flat prior: the mean of Dirichlet(1 + counts). */
  @Test
  void sharesAreThoseOfTheConjugatePosterior() {
    Program<Void> model =
        (p, none) -> {
          NDArray shares = p.sample("shares", Dirichlet.of(p.run().ones(new Shape(4))));
          NDArray counts = p.run().create(new double[] {5, 40, 15, 20}, new Shape(4));
          p.factor("counts", shares.log().mul(counts).sum(new int[] {-1}));
        };
    Svi<Void> svi =
        Svi.builder(model, AutoNormal.of(model))
            .params(params)
            .optimizer(Adam.withRate(0.05))
            .averaging(Averaging.polynomial(3))
            .progress(Progress.silent())
            .build();
    assertThat(svi.run(null, 600).steps()).isPositive();

    try (Samples posterior = svi.posterior(null, 4000)) {
      double[] mean = posterior.mean("shares");
      double[] counts = {5, 40, 15, 20};
      for (int k = 0; k < 4; k++) {
        assertThat(mean[k]).as("share %s", k).isCloseTo((counts[k] + 1) / 84, within(0.02));
      }
    }
  }
}
