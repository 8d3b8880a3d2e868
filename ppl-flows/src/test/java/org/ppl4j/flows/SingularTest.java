package org.ppl4j.flows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.ppl4j.testing.TensorAssertions.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

/** Parameters and places where a formula divides by 0, or a Jacobian has no inverse. */
@ExtendWith(LeakCheck.class)
class SingularTest {

  /** x³ of two coordinates, whose Jacobian is singular at 0. */
  private static Mapped cube(NDArray x) {
    NDArray slope = x.square().mul(3);
    return new Mapped(x.pow(3), slope.log().sum(new int[] {-1}));
  }

  @Test
  void aRowWithASingularJacobianIsNotFiniteAlone() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray x = run.create(new double[] {1, 2, 0, 1, -1, 0.5}, new Shape(3, 2));
      NDArray y = Autograd.variable(cube(x).value());
      Mapped found = new Mapped(x, cube(x).logDet().neg());
      Mapped mapped = ImplicitInverse.of(found, y, SingularTest::cube, Constraint.REAL);
      NDArray regular = Tensors.concat(List.of(rows(mapped, 0), rows(mapped, 2)), 0);
      double[] gradient = Tensors.values(Autograd.grad(regular.sum(), List.of(y)).get(0));

      assertThat(Tensors.values(mapped.value()))
          .containsExactly(1, 2, Double.NaN, Double.NaN, -1, 0.5);
      assertThat(Tensors.values(mapped.logDet())[1]).isNaN();
      for (int at : new int[] {0, 1, 4, 5}) {
        double slope = 1 / (3 * Tensors.values(x)[at] * Tensors.values(x)[at]);
        assertClose("gradient", new double[] {gradient[at]}, 1e-12, slope);
      }
    }
  }

  private static NDArray rows(Mapped mapped, int row) {
    return Tensors.range(mapped.value(), -2, row, row + 1L);
  }

  /** Of which some slopes are 0 in float64. */
  @ParameterizedTest
  @EnumSource
  void aDenseFlowOfWildParametersIsInvertedRowByRow(FloatType type) {
    TransformModule module = Autoregressive.of(3, DenseSigmoid.of(3, 2));
    int finite = 0;
    for (long seed = 1; seed <= 5; seed++) {
      try (Run run = Run.open(RunConfig.defaults().withFloatType(type), 0)) {
        NamedTensors tensors = FlowTensors.random(run, module.tensors(), 3, seed);
        Transform transform = module.bind(tensors, FlowTensors.rng("noise"), false);
        NDArray y = Autograd.variable(FlowTensors.rng("y").normal(run, new Shape(20, 3)).mul(20));
        Mapped mapped = transform.inverse(y);
        double[] values = Tensors.values(mapped.logDet());
        for (double value : values) {
          finite += Double.isFinite(value) ? 1 : 0;
        }
      }
    }
    assertThat(finite).as("finite rows").isGreaterThan(20);
  }

  private static Transform planar(Nonlinearity h, NDArray u, NDArray w, NDArray b) {
    NamedTensors tensors = NamedTensors.of(java.util.Map.of("u", u, "w", w, "b", b));
    return Planar.of(2, h).bind(tensors, FlowTensors.rng("x"), false);
  }

  /** A shift by u h(b). */
  @Test
  void planarLayersWithoutADirectionShift() {
    for (Nonlinearity h : Nonlinearity.Smooth.values()) {
      for (double size : new double[] {0, 1e-200, 1e-17}) {
        try (Run run = Run.open(RunConfig.defaults(), 0)) {
          NDArray u = Autograd.variable(run.create(new double[] {0.5, -2}, new Shape(2)));
          NDArray w = Autograd.variable(run.create(new double[] {size, 0}, new Shape(2)));
          NDArray b = Autograd.variable(run.scalar(0.3));
          NDArray x = Autograd.variable(run.create(new double[] {1, 2, -3, 0.1}, new Shape(2, 2)));
          Transform planar = planar(h, u, w, b);
          Mapped mapped = planar.forward(x);
          NDArray shift = u.mul(h.value(b));
          List<NDArray> all = List.of(u, w, b, x);

          assertClose("value", mapped.value(), x.add(shift), 1e-14);
          assertClose("log-det", mapped.logDet(), run.zeros(new Shape(2)), 1e-14);
          assertClose("inverse", planar.inverse(mapped.value()).value(), x, 1e-14);
          finite(mapped, all);
          finite(planar.inverse(x), all);
          List<NDArray> gradients = Autograd.grad(mapped.value().sum(), all);
          double slope = 2 * Tensors.values(h.value(b))[0];
          assertClose("in u", gradients.get(0), 1e-14, slope, slope);
          assertClose("in x", gradients.get(3), 1e-14, 1, 1, 1, 1);
        }
      }
    }
  }

  private static void finite(Mapped mapped, List<NDArray> all) {
    NDArray leaves = all.stream().map(x -> x.sum().mul(0)).reduce(NDArray::add).orElseThrow();
    List<NDArray> tensors = new ArrayList<>(List.of(mapped.value(), mapped.logDet()));
    tensors.addAll(Autograd.grad(mapped.value().sum().add(leaves), all));
    tensors.addAll(Autograd.grad(mapped.logDet().sum().add(leaves), all));
    for (NDArray tensor : tensors) {
      for (double value : Tensors.values(tensor)) {
        assertThat(value).isFinite();
      }
    }
  }

  /** All tensors 0: matrices without a direction, reflections that reflect nothing. */
  @Test
  void sylvesterLayersOfZerosAreTheIdentity() {
    for (Sylvester module :
        List.of(
            Sylvester.householder(2, 2, 3),
            Sylvester.orthogonal(2, 1),
            Sylvester.triangular(2, 2))) {
      try (Run run = Run.open(RunConfig.defaults(), 0)) {
        List<NDArray> all = new ArrayList<>();
        NamedTensors tensors =
            FlowTensors.random(run, module.tensors(), 0)
                .map(
                    tensor -> {
                      all.add(Autograd.variable(tensor.mul(0)));
                      return all.get(all.size() - 1);
                    });
        Transform transform = module.bind(tensors, FlowTensors.rng("x"), false);
        NDArray x = Autograd.variable(run.create(new double[] {1, 2, 0, 0}, new Shape(2, 2)));
        all.add(x);

        assertClose("value", transform.forward(x).value(), x, 0);
        finite(transform.forward(x), all);
        finite(transform.inverse(x), all);
      }
    }
  }

  /** In the center only the distance has no derivative, and the map needs none. */
  @Test
  void radialLayersMapTheirCenterToItself() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray center = Autograd.variable(run.create(new double[] {1, 2}, new Shape(2)));
      NDArray a = Autograd.variable(run.scalar(0.3));
      NDArray b = Autograd.variable(run.scalar(-1));
      NDArray x = Autograd.variable(run.create(new double[] {1, 2}, new Shape(1, 2)));
      NamedTensors tensors = NamedTensors.of(java.util.Map.of("center", center, "a", a, "b", b));
      Transform radial = Radial.of(2).bind(tensors, FlowTensors.rng("x"), false);
      Mapped mapped = radial.forward(x);
      double slope = Math.log1p(Math.exp(-1)) / Math.log1p(Math.exp(0.3));

      assertClose("value", mapped.value(), 1e-14, 1, 2);
      assertClose("log-det", mapped.logDet(), 1e-12, 2 * Math.log(slope));
      assertClose(
          "in x", Autograd.grad(mapped.value().sum(), List.of(x)).get(0), 1e-12, slope, slope);
      finite(mapped, List.of(center, a, b, x));
      finite(radial.inverse(x), List.of(center, a, b, x));
    }
  }

  @Test
  void aNonlinearityWithoutABoundIsRefused() {
    Nonlinearity cube =
        new Nonlinearity() {
          @Override
          public NDArray value(NDArray x) {
            return x.pow(3);
          }

          @Override
          public NDArray slope(NDArray x) {
            return x.square().mul(3);
          }

          @Override
          public double steepest() {
            return Double.POSITIVE_INFINITY;
          }
        };
    assertThatThrownBy(() -> Planar.of(2, cube))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "planar has a nonlinearity of slopes up to Infinity; it must be positive and finite");
  }
}
