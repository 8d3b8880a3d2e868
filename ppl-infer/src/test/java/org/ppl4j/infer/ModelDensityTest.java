package org.ppl4j.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.diagnostics.LogLikelihoods;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.WithStore;

/** Against sums of Hipparchus's log densities. */
@ExtendWith(LeakCheck.class)
class ModelDensityTest extends WithStore {

  private static final GroupModel.Rows DATA = GroupModel.DATA;

  private <D> ModelDensity<D> density(Program<D> model) {
    return ModelDensity.of(model, params, RunConfig.defaults());
  }

  private static double normal(double x, double mean, double sd) {
    return new NormalDistribution(mean, sd).logDensity(x);
  }

  private static double likelihood(int row, double[] alpha, int draw) {
    double mean = alpha[draw * DATA.groups() + DATA.group()[row]];
    return normal(DATA.y()[row], mean, GroupModel.WITHIN);
  }

  private static double joint(double mu, double[] alpha, int draw) {
    double sum = normal(mu, 0, GroupModel.PRIOR);
    for (int g = 0; g < DATA.groups(); g++) {
      sum += normal(alpha[draw * DATA.groups() + g], mu, GroupModel.BETWEEN);
    }
    for (int i = 0; i < DATA.y().length; i++) {
      sum += likelihood(i, alpha, draw);
    }
    return sum;
  }

  @Test
  void densitiesAreSumsOfThoseOfTheSites() {
    for (boolean weighted : new boolean[] {false, true}) {
      try (Samples draws = GroupModel.posterior(manager, 50, weighted)) {
        double[] mu = draws.values("mu");
        double[] alpha = draws.values("alpha");

        LogLikelihoods each = density(GroupModel.MODEL).logLikelihoods(DATA, draws);
        double[] joints = density(GroupModel.MODEL).logJoints(DATA, draws);

        assertThat(each.draws()).isEqualTo(50);
        assertThat(each.names()).hasSize(10).startsWith("y[1]", "y[2]").endsWith("y[10]");
        for (int s = 0; s < 50; s++) {
          assertThat(joints[s]).isCloseTo(joint(mu[s], alpha, s), within(1e-11));
          for (int i = 0; i < 10; i++) {
            assertThat(each.of("y[" + (i + 1) + "]")[s])
                .isCloseTo(likelihood(i, alpha, s), within(1e-12));
          }
        }
        Map<String, NDArray> first =
            Map.of(
                "mu", manager.create(mu[0]),
                "alpha", manager.create(Arrays.copyOf(alpha, DATA.groups())));
        assertThat(density(GroupModel.MODEL).logJoint(DATA, first))
            .isCloseTo(joints[0], within(1e-11));
      }
    }
  }

  /** So many rows of so many draws are more than one run holds. */
  @Test
  void manyDrawsAreLookedAtSomeAtATime() {
    SplittableRandom random = new SplittableRandom(4);
    double[] y = random.doubles(5000).toArray();
    double[] mu = random.doubles(3000).toArray();
    AtomicInteger executions = new AtomicInteger();
    Program<double[]> model =
        (p, data) -> {
          executions.incrementAndGet();
          NDArray m = p.sample("mu", Normal.of(0, 1));
          try (Plate rows = p.plate("rows", data.length, 50)) { // all are seen
            p.observe("y", Normal.of(m, 1), rows.take(data));
          }
        };
    try (Samples draws = Samples.of(NDManager.newBaseManager(), Map.of("mu", manager.create(mu)))) {
      double[] joints = density(model).logJoints(y, draws);

      assertThat(executions).hasValueGreaterThan(2 + 1); // two look at one draw
      double mean = Arrays.stream(y).average().orElseThrow();
      double squares = Arrays.stream(y).map(v -> (v - mean) * (v - mean)).sum();
      for (int s = 0; s < mu.length; s++) {
        double expected =
            -0.5 * mu[s] * mu[s]
                - 0.5 * (squares + 5000 * (mu[s] - mean) * (mu[s] - mean))
                - 5001 * 0.5 * Math.log(2 * Math.PI);
        assertThat(joints[s]).isCloseTo(expected, within(1e-9 * Math.abs(expected)));
      }
    }
  }

  @Test
  void whatAMaskLeavesOutIsNoObservation() {
    Program<NDArray> model =
        (p, y) -> {
          NDArray mu = p.sample("mu", Normal.of(0, 1));
          p.observe("total", Normal.of(mu, 2), 1.5);
          try (Plate outer = p.plate("outer", 2);
              Plate inner = p.plate("inner", 3)) {
            p.observe("y", Normal.of(mu, 1), y, y.lt(100));
          }
        };
    NDArray y = manager.create(new double[] {1, 2, 999, 999, 5, 6}, new Shape(3, 2));
    Map<String, NDArray> sites =
        Map.of(
            "mu", manager.create(new double[] {0.5, -1}),
            "y.missing", manager.create(new double[12], new Shape(2, 3, 2)));
    try (Samples draws = Samples.ofChains(NDManager.newBaseManager(), sites, 2)) {
      LogLikelihoods all = density(model).logLikelihoods(y, draws);

      assertThat(all.names()).containsExactly("total", "y[1,1]", "y[1,2]", "y[3,1]", "y[3,2]");
      assertThat(all.of("total")[1]).isCloseTo(normal(1.5, -1, 2), within(1e-12));
      assertThat(all.of("y[3,1]")[1]).isCloseTo(normal(5, -1, 1), within(1e-12));
      assertThat(density(model).logLikelihoods(y, draws, "total").names()).containsExactly("total");
      assertThatThrownBy(() -> density(model).logLikelihoods(y, draws, "x"))
          .hasMessage("model has no observed site 'x', only [y, total]; ask for one of these");
    }
  }

  @Test
  void drawsThatDoNotFitAreRefused() {
    try (Samples draws =
            Samples.of(
                NDManager.newBaseManager(), Map.of("mu", manager.create(new double[] {1, 2})));
        Samples groups = GroupModel.posterior(manager, 5, false)) {
      assertThatThrownBy(() -> density(GroupModel.MODEL).logJoints(DATA, draws))
          .hasMessage(
              "latent site 'alpha' has no value, only [mu] have; pass one for each latent site");
      GroupModel.Rows more = new GroupModel.Rows(new double[] {1}, new int[] {0}, 5);
      assertThatThrownBy(() -> density(GroupModel.MODEL).logLikelihoods(more, groups))
          .hasMessage(
              "samples of site 'alpha' have shape (4), but with these data it has shape (5); pass"
                  + " the data that the draws were made with");
    }
    Map<String, NDArray> values = Map.of("mu", manager.create(1.0));
    assertThatThrownBy(() -> density(GroupModel.MODEL).logJoint(DATA, values))
        .hasMessage(
            "latent site 'alpha' has no value, only [mu] have; pass one for each latent site");
    assertThat(List.of(density(GroupModel.MODEL).toString()))
        .allMatch(s -> s.startsWith("density of "));
  }
}
