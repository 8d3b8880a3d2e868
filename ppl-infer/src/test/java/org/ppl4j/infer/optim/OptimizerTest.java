package org.ppl4j.infer.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.training.tracker.Tracker;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class OptimizerTest {

  private static final int N = 5;

  /** One optimizer's formula for one number, in plain Java. */
  private interface Formula {
    double next(int step, int i, double x, double gradient);
  }

  private static void follows(Optimizer optimizer, Formula formula, double tolerance) {
    SplittableRandom random = new SplittableRandom(1);
    double[] x = random.doubles(N, -1, 1).toArray();
    double[] parameters = x.clone();
    double[][] state = new double[optimizer.stateVectors()][N];
    for (int step = 1; step <= 50; step++) {
      double[] gradient = new double[N];
      for (int i = 0; i < N; i++) {
        gradient[i] = (x[i] - i) * Math.pow(10, i - 2) + random.nextGaussian();
        x[i] = formula.next(step, i, x[i], gradient[i]);
      }
      optimizer.update(step, parameters, gradient, state, 0, N);
    }
    assertThat(parameters).containsExactly(x, within(tolerance));
  }

  private static Formula adam(double rate, double beta1, double beta2, double epsilon) {
    double[] m = new double[N];
    double[] v = new double[N];
    return (step, i, x, g) -> {
      m[i] = beta1 * m[i] + (1 - beta1) * g;
      v[i] = beta2 * v[i] + (1 - beta2) * g * g;
      double unbiasedM = m[i] / (1 - Math.pow(beta1, step));
      double unbiasedV = v[i] / (1 - Math.pow(beta2, step));
      return x - rate * unbiasedM / (Math.sqrt(unbiasedV) + epsilon);
    };
  }

  @Test
  void adamFollowsThePublishedFormula() {
    follows(Adam.withRate(0.01), adam(0.01, 0.9, 0.999, 1e-8), 1e-13);
    follows(Adam.withRate(0.1).betas(0.5, 0.9).epsilon(0.01), adam(0.1, 0.5, 0.9, 0.01), 1e-12);
  }

  @Test
  void sgdFollowsTheGradient() {
    follows(Sgd.withRate(0.003), (step, i, x, g) -> x - 0.003 * g, 1e-13);
  }

  @Test
  void ratesFollowATracker() {
    Tracker halves = Tracker.factor().setBaseValue(0.5f).setFactor(0.5f).build();

    follows(Sgd.withRate(halves), (step, i, x, g) -> x - Math.pow(0.5, step) * g, 1e-12);
  }

  @Test
  void onlyTheElementsOfARangeAreTouched() {
    for (Optimizer optimizer :
        List.of(
            Adam.withRate(0.1),
            AdamW.withRate(0.1),
            Adagrad.withRate(0.1),
            RmsProp.withRate(0.1).momentum(0.5),
            Sgd.withRate(0.1).nesterov(0.5))) {
      double[] x = {1, 2, 3, 4};
      double[][] state = new double[optimizer.stateVectors()][4];
      optimizer.update(1, x, new double[] {1, 1, 1, 1}, state, 1, 3);

      assertThat(new double[] {x[0], x[3]}).as("%s", optimizer).containsExactly(1, 4);
      assertThat(x[1]).as("%s", optimizer).isLessThan(2);
      assertThat(x[2]).as("%s", optimizer).isLessThan(3);
      for (double[] memory : state) {
        assertThat(new double[] {memory[0], memory[3]}).as("%s", optimizer).containsOnly(0);
      }
    }
  }

  @Test
  void settingsAreValues() {
    Adam adam = Adam.withRate(0.01);

    assertThat(adam.clipping(Clipping.norm(1)).clipping()).hasToString("norm 1.0");
    assertThat(adam.clipping()).hasToString("relative 10.0");
    assertThat(adam)
        .hasToString("Adam(rate 0.01, betas 0.9 0.999, epsilon 1.0E-8, clipping relative 10.0)");
    assertThat(Sgd.withRate(0.1)).hasToString("Sgd(rate 0.1, clipping relative 10.0)");
  }

  @Test
  void refusesNumbersOutOfRange() {
    assertThatThrownBy(() -> Adam.withRate(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("optimizer 'adam' has rate 0.0, but it must be positive and finite");
    assertThatThrownBy(() -> Adam.withRate(0.1).betas(1, 0.9))
        .hasMessage("optimizer 'adam' has betas 1.0 and 0.9, but they must be in [0, 1)");
    assertThatThrownBy(() -> Adam.withRate(0.1).epsilon(0))
        .hasMessage("optimizer 'adam' has epsilon 0.0, but it must be positive");
    assertThatThrownBy(() -> Sgd.withRate(Double.NaN))
        .hasMessage("optimizer 'sgd' has rate NaN, but it must be positive and finite");
  }
}
