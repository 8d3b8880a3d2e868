package org.ppl4j.integration;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.math.Stats;
import java.util.Map;
import org.hipparchus.analysis.UnivariateFunction;
import org.hipparchus.analysis.integration.IterativeLegendreGaussIntegrator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.ImproperUniform;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.TransformedDistribution;
import org.ppl4j.flows.Flows;
import org.ppl4j.handlers.Scale;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.annealing.Annealing;
import org.ppl4j.infer.annealing.Evidence;
import org.ppl4j.infer.autoguide.AutoFlow;
import org.ppl4j.infer.latent.Initializer;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.infer.stochastic.Annealed;
import org.ppl4j.infer.stochastic.Mala;
import org.ppl4j.infer.svi.StoppingRule;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.transforms.Bijections;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

/**
 * Affine couplings as a guide of Wu, Köhler and Noé's double well, one of whose wells has a twelfth
 * of the mass. By its bound alone such a guide falls into the other well; here it is fitted to
 * draws that annealing weighs, and Langevin layers follow it level by level.
 */
@Tag("acceptance")
@Tag("stochastic.3")
@ExtendWith(LeakCheck.class)
class DoubleWellAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("stochastic.3");
  private static final int CHAINS = 4000;
  private static final int DRAWS = 20_000;
  private static final TransformModule FLOW = Flows.affineCoupling(2, 4);

  /** log p up to a constant: x₀/2 + 3 x₀² − x₀⁴/4 − x₁²/2. */
  private static final Program<Void> MODEL =
      (p, none) -> {
        NDArray x = p.sample("x", ImproperUniform.of(Constraint.REAL, new Shape(), new Shape(2)));
        NDArray a = Tensors.range(x, -1, 0, 1).squeeze(-1);
        NDArray b = Tensors.range(x, -1, 1, 2).squeeze(-1);
        NDArray square = a.square();
        p.factor(
            "wells",
            a.mul(0.5).add(square.mul(3)).sub(square.square().mul(0.25)).sub(b.square().mul(0.5)));
      };

  private static final Program<Void> WIDE =
      (p, none) -> p.sample("x", Normal.of(0, 3).expand(new Shape(2)).toEvent(1));

  /** Over x₀ between two ends. */
  private static double mass(double from, double to) {
    UnivariateFunction density = x -> Math.exp(0.5 * x + 3 * x * x - 0.25 * Math.pow(x, 4));
    return new IterativeLegendreGaussIntegrator(20, 1e-12, 1e-12)
        .integrate(1_000_000, density, from, to);
  }

  /** The likelihood of draws under the guide's own parameters. */
  private static Program<NDArray> likelihood(long count) {
    Program<NDArray> sum =
        (p, draws) -> {
          NDArray loc = p.param("auto.loc", () -> p.run().zeros(new Shape(2)));
          NDArray scale =
              p.param("auto.scale", () -> p.run().ones(new Shape(2)), Constraint.POSITIVE);
          Transform transform = p.module("auto.flow", FLOW).then(Bijections.affine(loc, scale));
          try (Plate rows = p.plate("rows", count, 256)) {
            p.observe(
                "draw",
                TransformedDistribution.of(Normal.standard(2).toEvent(1), transform),
                rows.take(draws));
          }
        };
    return sum.with(new Scale(1.0 / count));
  }

  private static double rightShare(double[] x) {
    int right = 0;
    for (int i = 0; i < x.length; i += 2) {
      right += x[i] > 0 ? 1 : 0;
    }
    return 2.0 * right / x.length;
  }

  /** What is missed of log Z by a guide's bound, and its share of the right well. */
  private record Judged(double gap, double right) {

    static Judged of(AutoFlow<Void> guide, ParamStore params, double logZ) {
      try (Svi<Void> svi =
          Svi.builder(MODEL, guide).params(params).progress(Progress.silent()).build()) {
        double bound = Stats.meanOf(svi.logWeights(null, DRAWS));
        try (Samples draws = svi.posterior(null, DRAWS)) {
          return new Judged(logZ - bound, rightShare(draws.values("x")));
        }
      }
    }
  }

  @Test
  void langevinLayersComeNearerToBothWells() {
    double right = mass(0, 6);
    double left = mass(-6, 0);
    double share = right / (left + right);
    double logZ = Math.log(left + right) + 0.5 * Math.log(2 * Math.PI);
    AutoFlow<Void> guide =
        AutoFlow.of(MODEL, dim -> FLOW)
            .initializer(Initializer.value(Map.of("x", new double[2])))
            .initialScale(1);
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager, RunConfig.defaults());
        Evidence evidence =
            Annealing.of(MODEL, WIDE).progress(Progress.silent()).evidence(null, CHAINS);
        Samples draws = evidence.samples().resample(CHAINS, 1)) {
      NDArray rows = manager.create(draws.values("x"), new Shape(CHAINS, 2));
      try (Svi<NDArray> fit =
          Svi.builder(likelihood(CHAINS), (p, x) -> {})
              .params(params)
              .optimizer(Adam.withRate(0.003))
              .stopping(StoppingRule.never())
              .progress(Progress.silent())
              .build()) {
        fit.run(rows, 2000);
      }
      Judged plain = Judged.of(guide, params, logZ);
      Judged layered = Judged.of(guide.then(Annealed.of(10).by(Mala.of(0.05))), params, logZ);

      POINT.shown("log Z", logZ);
      POINT.shown("mass of the right well", share);
      POINT.atMost("masses of the wells with ten layers, off", off(layered, share), 0.02);
      POINT.atMost("gap to log Z with ten layers", layered.gap(), 0.05);
      POINT.shown("masses of the wells without layers, off", off(plain, share));
      POINT.shown("gap to log Z without layers", plain.gap());
      POINT.shown("gap of an exact guide of the right well alone", -Math.log(share));
      POINT.atLeast("gap without layers as many times as large", plain.gap() / layered.gap(), 1.5);
    }
  }

  private static double off(Judged judged, double share) {
    return Math.abs(judged.right() - share);
  }
}
