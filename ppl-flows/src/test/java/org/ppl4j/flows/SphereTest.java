package org.ppl4j.flows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.ppl4j.testing.TensorAssertions.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.SphericalUniform;
import org.ppl4j.distributions.TransformedDistribution;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

/** Densities of directions. */
@ExtendWith(LeakCheck.class)
class SphereTest {

  private static final int DRAWS = 40_000;

  /** What this quadrature misses of a density whose derivative jumps at the knots of a spline. */
  private static final double KINKS = 1e-3;

  /** Of the reference: ω, z, then the image of z, its log-determinant, and what has image z. */
  @ParameterizedTest
  @CsvSource({
    "-0.2519, 0.1151, 0.8845721812835776, 0.46640331913400185, "
        + "0.9934657245276829, 0.11413086431235854, -0.42692037055075216, "
        + "0.5391742430059183, 0.8421942386878425",
    "0.7885, 0.2442, -0.08461526172619979, -0.9964136979603435, "
        + "-0.9093820478864156, -0.415961886453445, -1.9772523172896368, "
        + "0.9998314696104239, 0.018358441564028494",
    "-0.4485, -0.095, 0.807413608890184, -0.5899858169303132, "
        + "0.9928301523252773, -0.11953362971886419, -0.836062601506961, "
        + "0.025524242841006572, -0.9996742034419981",
    "0.3, 0.1492, -0.7433588010467245, -0.6688928859738128, "
        + "-0.8269040370852354, -0.562343056729733, -0.6831819653740462, "
        + "-0.5434350786889941, -0.8394511988497527",
    "0.4072, 0.3639, -0.958264227485151, 0.28588401550679005, "
        + "-0.919466474455723, -0.3931684147435592, -0.9804047956265322, "
        + "-0.12554876477581522, 0.992087449604755"
  })
  void moebiusOfTheCircleIsThatOfTheReference(
      double w0,
      double w1,
      double z0,
      double z1,
      double y0,
      double y1,
      double logDet,
      double x0,
      double x1) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      double root = Math.sqrt(1 - w0 * w0 - w1 * w1);
      Transform moebius = moebius(run, -w0 / root, -w1 / root);
      NDArray z = run.create(new double[] {z0, z1}, new Shape(2));

      Mapped forward = moebius.forward(z);

      assertClose("image", forward.value(), 1e-10, y0, y1);
      assertClose("log-det", forward.logDet(), 1e-10, logDet);
      assertClose("inverse", moebius.inverse(z).value(), 1e-10, x0, x1);
    }
  }

  private static Transform moebius(Run run, double... pull) {
    Moebius module = Moebius.of(pull.length);
    NDArray tensor = run.create(pull, new Shape(pull.length));
    return module.bind(NamedTensors.of(Map.of("pull", tensor)), FlowTensors.rng("noise"), false);
  }

  private static List<TransformModule> flows(int dim) {
    TransformModule map = Flows.exponentialMap(dim, 5, 2);
    return List.of(
        Flows.moebius(dim),
        Flows.zonal(dim, 4, 2),
        map,
        map.inverted(),
        map.then(Flows.moebius(dim)));
  }

  private static Distribution density(Run run, TransformModule flow, int dim) {
    Transform transform =
        flow.bind(FlowTensors.random(run, flow.tensors(), 0.5), FlowTensors.rng("noise"), false);
    return TransformedDistribution.of(SphericalUniform.of(dim), transform).on(run);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void densitiesIntegrateToOne(int dim) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      for (TransformModule flow : flows(dim)) {
        Distribution density = density(run, flow, dim);

        boolean isKinked = flow.toString().contains("zonal");
        assertThat(SphereQuadrature.whole(dim, isKinked ? 2 : 1).integral(run, density))
            .as("%s", flow)
            .isEqualTo(1, within(isKinked ? KINKS : 1e-8));
      }
    }
  }

  /** Of ten entries, where the density is a function of the height along an axis alone. */
  @Test
  void densitiesAboutAnAxisIntegrateToOne() {
    double[] axis = {0.5, -0.1, 0.3, 0.1, -0.2, 0.4, 0.1, -0.6, 0.2, 0.17320508075688773};
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      double[] pull = new double[axis.length];
      for (int i = 0; i < pull.length; i++) {
        pull[i] = 0.7 * axis[i];
      }
      Distribution density =
          TransformedDistribution.of(SphericalUniform.of(pull.length), moebius(run, pull)).on(run);

      assertThat(SphereQuadrature.around(axis).integral(run, density)).isEqualTo(1, within(1e-8));
    }
  }

  /** What moves a point off the sphere changes neither images nor log-determinants. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 10})
  void gradientsAreTangent(int dim) {
    int judged = 0;
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      for (TransformModule flow : flows(dim)) {
        Distribution density = density(run, flow, dim);
        NDArray x =
            Autograd.variable(
                SphericalUniform.of(dim)
                    .on(run)
                    .expand(new Shape(50))
                    .draw(FlowTensors.rng("directions"))
                    .value());
        NDArray gradient = Autograd.grad(density.logProb(x).sum(), List.of(x)).get(0);

        for (double along : Tensors.values(gradient.mul(x).sum(new int[] {-1}))) {
          assertThat(along).isEqualTo(0, within(1e-11));
          judged++;
        }
        assertThat(Tensors.values(gradient.abs().max())[0]).isGreaterThan(0.1);
      }
    }
    assertThat(judged).isPositive();
  }

  /**
   * Of the circle's Cauchy distribution, with Poisson's kernel for its density, the mean is the
   * point inside that it is about; within 5 standard errors.
   */
  @Test
  void theMeanOfTheCirclesCauchyDistributionIsItsPoint() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      double[] point = {0.3, -0.5};
      double root = Math.sqrt(1 - 0.09 - 0.25);
      Distribution cauchy =
          TransformedDistribution.of(
                  SphericalUniform.of(2), moebius(run, point[0] / root, point[1] / root))
              .on(run);
      NDArray draws = cauchy.expand(new Shape(DRAWS)).draw(FlowTensors.rng("draws")).value();

      assertThat(Constraint.SPHERE.check(draws).all().getBoolean()).isTrue();
      assertClose("mean", draws.mean(new int[] {0}), 5 / Math.sqrt(2.0 * DRAWS), point);
    }
  }

  /** Also of the search for an inverse, whose equations are those of all rows. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void aRowThatIsNoDirectionIsNaNBesideTheOthers(int dim) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      for (TransformModule flow : flows(dim)) {
        NDArray good =
            SphericalUniform.of(dim)
                .on(run)
                .expand(new Shape(2))
                .draw(FlowTensors.rng("directions"))
                .value();
        NDArray bad = run.full(Double.NaN, new Shape(1, dim));
        NDArray infinite = run.full(Double.POSITIVE_INFINITY, new Shape(1, dim));
        NDArray zero = run.zeros(new Shape(1, dim));
        NDArray all = Tensors.concat(List.of(bad, good, infinite, zero), 0);
        Transform transform =
            flow.bind(
                FlowTensors.random(run, flow.tensors(), 0.5), FlowTensors.rng("noise"), false);
        for (Transform map : List.of(transform, transform.inverted())) {
          NDArray logDet = map.forward(all).logDet();
          NDArray value = map.forward(all).value();

          for (int row : new int[] {0, 3, 4}) {
            assertThat(Tensors.values(Tensors.range(value, 0, row, row + 1L)))
                .as("row %s of %s", row, flow)
                .containsOnly(Double.NaN);
          }
          assertClose("value", Tensors.range(value, 0, 1, 3), map.forward(good).value(), 1e-13);
          assertClose("log-det", Tensors.range(logDet, 0, 1, 3), map.forward(good).logDet(), 1e-12);
        }
      }
    }
  }

  @Test
  void directionsHaveTwoEntriesOrMore() {
    assertThatThrownBy(() -> Moebius.of(1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("moebius needs vectors of at least 2 entries, but dim is 1");
    assertThat(Moebius.of(3)).hasToString("moebius(3)");
    assertThatThrownBy(() -> ExponentialMap.of(1, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "exponential map has 3 centers and vectors of 1 entries, but needs at least 1 and 2");
    assertThatThrownBy(() -> Zonal.of(1, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("zonal flow needs vectors of at least 2 entries, but dim is 1");
    assertThat(Zonal.of(3, 4)).hasToString("zonal(3, 4 bins)");
    assertThat(ExponentialMap.of(3, 4)).hasToString("exponential map(3, 4 centers)");
  }
}
