package org.ppl4j.infer.approximation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.Program;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.ImproperUniform;
import org.ppl4j.ode.Ode;
import org.ppl4j.ode.Solver;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;

/** Second derivatives in closed form, of −(exp(x) + x y + z⁴) and the like. */
@ExtendWith(LeakCheck.class)
class HessianTest {

  private static final double[] AT = {0.3, -1.2, 0.7};

  private static final double[] EXPECTED = {Math.exp(0.3), 1, 0, 1, 0, 0, 0, 0, 12 * 0.7 * 0.7};

  /** With the exponential by another road. */
  private static Program<Void> program(UnaryOperator<NDArray> exp) {
    return (p, none) -> {
      NDArray x = p.sample("x", ImproperUniform.of(Constraint.REAL));
      NDArray y = p.sample("y", ImproperUniform.of(Constraint.REAL));
      NDArray z = p.sample("z", ImproperUniform.of(Constraint.REAL));
      p.factor("f", exp.apply(x).add(x.mul(y)).add(z.square().square()).neg());
    };
  }

  private static Hessian hessian(Program<Void> program) {
    try (Target<Void> target = Target.open(program, null, TargetSettings.standard(), null)) {
      return Hessian.of(target, AT);
    }
  }

  /** One number does not bend at all, and the gradient there depends on no other of its own. */
  @Test
  void isExact() {
    Hessian hessian = hessian(program(NDArray::exp));

    assertThat(hessian.note()).isEmpty();
    for (int k = 0; k < EXPECTED.length; k++) {
      assertThat(hessian.matrix()[k]).isCloseTo(EXPECTED[k], within(1e-14 * 10));
    }
  }

  /** An operation with a given derivative has no second one: differences take its place. */
  @Test
  void fallsBackToDifferencesAndSaysSo() {
    Hessian hessian =
        hessian(
            program(
                x -> {
                  NDArray value = Tensors.detached(x).exp();
                  return Tensors.withDerivative(value, x, value);
                }));

    assertThat(hessian.note())
        .startsWith(
            "second derivatives are differences of the gradient, for the program has none that are"
                + " right; rows and columns differ by ")
        .endsWith(" at most, as correlations are scaled");
    for (int k = 0; k < EXPECTED.length; k++) {
      assertThat(hessian.matrix()[k]).isCloseTo(EXPECTED[k], within(1e-6)); // (h = 0.01)⁴ times 120
    }
  }

  /**
   * A solver in Java gives the derivatives of states, and none of these. Of z' = −k z, z(0) = 1 the
   * negative second derivative of −Σ (y − e^(−k t))² / 2 is Σ (z'² − (y − z) z''), of which
   * Gauss–Newton has the first term alone.
   */
  @Test
  void ofADifferentialEquationHasTheBendOfItsStates() {
    double[] times = {0, 1, 2};
    Program<Void> program =
        (p, none) -> {
          NDArray rate = p.sample("rate", ImproperUniform.of(Constraint.REAL));
          NDArray states =
              Ode.solve(
                  Solver.dormandPrince(1e-10, 1e-10),
                  (t, z, k) -> z.mul(k).neg(),
                  p.scalar(1).expandDims(-1),
                  times,
                  rate.expandDims(-1));
          NDArray off = states.squeeze(-1).sub(p.constant(Tensors.vector(new double[] {1, 1, 1})));
          p.factor("f", off.square().sum().mul(-0.5));
        };
    double k = 0.3;
    double expected = 0;
    for (double t : times) {
      double z = Math.exp(-k * t);
      expected += t * t * z * z - (1 - z) * t * t * z;
    }
    try (Target<Void> target = Target.open(program, null, TargetSettings.standard(), null)) {
      Hessian hessian = Hessian.of(target, new double[] {k});

      assertThat(hessian.matrix()[0]).isCloseTo(expected, within(1e-6));
      assertThat(hessian.note()).startsWith("second derivatives are differences of the gradient");
    }
  }

  @Test
  void namesAreThoseOfTheSites() {
    Program<Void> program =
        (p, none) -> {
          NDArray each =
              p.sample("each", ImproperUniform.of(Constraint.POSITIVE, new Shape(), new Shape(2)));
          p.sample("x", ImproperUniform.of(Constraint.REAL));
          p.factor("f", each.square().neg().sum());
        };
    try (Target<Void> target = Target.open(program, null, TargetSettings.standard(), null)) {
      assertThat(target.name(0)).isEqualTo("each[1]");
      assertThat(target.name(1)).isEqualTo("each[2]");
      assertThat(target.name(2)).isEqualTo("x");
      assertThat(target.start(0)).isEqualTo(target.start(0));
      assertThat(target.start(1)).isNotEqualTo(target.start(0));
      assertThat(target.latents(new double[] {0, 1, 2, 3, 4, 5}).get("each"))
          .containsExactly(1, Math.E, Math.exp(3), Math.exp(4));
    }
  }
}
