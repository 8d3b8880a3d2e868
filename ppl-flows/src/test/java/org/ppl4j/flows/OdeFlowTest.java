package org.ppl4j.flows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.ppl4j.testing.TensorAssertions.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.stream.IntStream;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppl4j.nn.Activation;
import org.ppl4j.nn.Conditioner;
import org.ppl4j.nn.Mlp;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.Network;
import org.ppl4j.nn.Residual;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.nn.ValueAndSlopes;
import org.ppl4j.ode.Gradient;
import org.ppl4j.ode.Solver;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformCheck;

/** Continuous flows beyond the laws of all flows and the reference. */
@ExtendWith(LeakCheck.class)
class OdeFlowTest {

  private static final int ROWS = 5;

  private static NDArray inputs(Run run, int dim) {
    return FlowTensors.rng("inputs").normal(run, new Shape(ROWS, dim));
  }

  private static Transform bound(Run run, OdeFlow flow, boolean training, String noise) {
    return flow.bind(FlowTensors.random(run, flow.tensors(), 1), FlowTensors.rng(noise), training);
  }

  /** The laws of every transform, to the accuracy that the solver states. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void keepsTheLawsAtEveryTolerance(int dim) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      for (double tolerance : new double[] {1e-4, 1e-6}) {
        OdeFlow flow =
            OdeFlow.of(dim)
                .conditioner(Mlp.of(16, 16).activation(Activation.SILU))
                .solver(Solver.dormandPrince(tolerance));
        TransformCheck.check(bound(run, flow, false, "noise"), inputs(run, dim)).orThrow();
      }
    }
  }

  /** Whatever a network remembers from one evaluation to the next. */
  @ParameterizedTest
  @CsvSource({"1, false", "1, true", "2, false", "2, true"})
  void gradientsByTheAdjointAreThoseThroughTheSteps(int dim, boolean training) {
    OdeFlow flow = OdeFlow.of(dim).trace(JacobianTrace.hutchinson(2));
    for (Solver solver : List.of(Solver.rungeKutta(3), Solver.dormandPrince(1e-2))) {
      OdeFlow with = flow.solver(solver).learning(solver);
      List<double[]> through =
          OdeFlowAcceptanceTest.gradients(with.gradient(Gradient.THROUGH_STEPS), dim, training);
      List<double[]> adjoint =
          OdeFlowAcceptanceTest.gradients(with.gradient(Gradient.ADJOINT), dim, training);

      assertThat(OdeFlowAcceptanceTest.difference(through, adjoint))
          .as("%s", solver)
          .isLessThan(1e-12); // the same steps, summed in another order
    }
  }

  @Test
  void isTheSameTwice() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Transform transform = bound(run, OdeFlow.of(2), false, "noise");
      NDArray x = inputs(run, 2);
      Mapped once = transform.inverse(x);
      Mapped again = transform.inverse(x);

      assertThat(Tensors.values(again.value())).containsExactly(Tensors.values(once.value()));
      assertThat(Tensors.values(again.logDet())).containsExactly(Tensors.values(once.logDet()));
    }
  }

  /** What a network carries forwards is what differentiating its velocity gives. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void aFieldOfOnesOwnIsAsTheNetwork(int dim) {
    List<Conditioner> conditioners =
        List.of(Mlp.of(7, 5).activation(Activation.SOFTPLUS), Residual.of(6, 2), Mlp.of());
    for (Conditioner conditioner : conditioners) {
      try (Run run = Run.open(RunConfig.defaults(), 0)) {
        Network network = conditioner.network(dim + 1, dim);
        NamedTensors tensors = FlowTensors.random(run, network.tensors(), 1);
        Field forwards = new NetworkField(network, 0, tensors, null, FlowTensors.rng("x"), false);
        Field backwards = (at, z) -> forwards.velocity(at, z);
        NDArray time = run.create(new double[] {0.3}, new Shape(1));
        NDArray directions = FlowTensors.rng("directions").normal(run, new Shape(ROWS, 2, dim));
        NDArray x = Autograd.variable(inputs(run, dim));

        ValueAndSlopes moved = forwards.along(time, x, directions);
        ValueAndSlopes expected = backwards.along(time, x, directions);

        NDArray none = run.zeros(expected.slopes().getShape());
        assertClose("velocity", moved.value(), expected.value(), 1e-13);
        assertClose("slopes", moved.slopes().add(none), expected.slopes(), 1e-13);
        assertClose(
            "gradient of the slopes",
            gradient(moved.slopes(), x),
            gradient(expected.slopes(), x),
            1e-12);
      }
    }
  }

  @Test
  void aNetworkSeesWavesOfTheTime() {
    double t = 0.3;
    double[] seen = {1, Math.cos(Math.PI * t), Math.cos(2 * Math.PI * t), 0, 0};
    seen[3] = Math.sin(Math.PI * t);
    seen[4] = Math.sin(2 * Math.PI * t);
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray x = run.ones(new Shape(ROWS, 1));
      NDArray time = run.create(new double[] {t}, new Shape(1));
      Network network = Mlp.of(4).network(seen.length, 1);
      NamedTensors tensors = FlowTensors.random(run, network.tensors(), 1);
      NDArray input = run.create(seen, new Shape(1, seen.length)).broadcast(ROWS, seen.length);
      NDArray expected = network.apply(tensors, input, FlowTensors.rng("x"), false);

      Field field = new NetworkField(network, 2, tensors, null, FlowTensors.rng("x"), false);

      assertClose("velocity", field.velocity(time, x), expected, 1e-14);
      assertThat(OdeFlow.of(1).frequencies(2).conditioner(Mlp.of(4)).tensors().get(0).shape())
          .isEqualTo(network.tensors().get(0).shape());
    }
  }

  private static NDArray gradient(NDArray slopes, NDArray x) {
    NDArray total = slopes.square().sum().add(x.sum().mul(0));
    return Autograd.grad(total, List.of(x)).get(0);
  }

  /** dx/dt = A x cos 3t leads by exp(A sin 3 / 3), whose log-determinant is tr A sin 3 / 3. */
  @ParameterizedTest
  @EnumSource(FloatType.class)
  void aLinearFieldLeadsByItsExponential(FloatType type) {
    boolean isSingle = type == FloatType.FLOAT32;
    Solver solver = Solver.dormandPrince(isSingle ? 1e-6 : 1e-9);
    double tolerance = isSingle ? 1e-5 : solver.accuracy();
    for (int dim : new int[] {1, 3}) {
      try (Run run = Run.open(RunConfig.defaults().withFloatType(type), 0)) {
        NDArray matrix = FlowTensors.rng("matrix").normal(run, new Shape(dim, dim));
        NDArray x = inputs(run, dim);
        RealMatrix a = new Array2DRowRealMatrix(dim, dim);
        double[] entries = Tensors.values(matrix);
        for (int i = 0; i < entries.length; i++) {
          a.setEntry(i / dim, i % dim, entries[i] * Math.sin(3) / 3);
        }
        RealMatrix growth = MatrixUtils.matrixExponential(a);
        double[] expected = new double[ROWS * dim];
        double[] logDets = new double[ROWS];
        for (int row = 0; row < ROWS; row++) {
          NDArray of = Tensors.range(x, -2, row, row + 1L);
          System.arraycopy(growth.operate(Tensors.values(of)), 0, expected, row * dim, dim);
          logDets[row] = a.getTrace();
        }
        Field field = (time, z) -> Tensors.matMul(z, matrix.swapAxes(0, 1)).mul(time.mul(3).cos());
        OdeFlow flow = OdeFlow.of(dim).field(field).solver(solver);
        Mapped mapped = bound(run, flow, false, "noise").forward(x);

        assertClose("value", mapped.value(), tolerance, expected);
        assertClose("log-det", mapped.logDet(), tolerance, logDets);
      }
    }
  }

  /** Noise has the mean of the exact trace, is that of the binding, and is for learning only. */
  @Test
  void theHutchinsonTraceHasNoBias() {
    OdeFlow flow =
        OdeFlow.of(3)
            .conditioner(Mlp.of(8).activation(Activation.TANH))
            .solver(Solver.rungeKutta(8))
            .trace(JacobianTrace.hutchinson(2));
    int draws = 400;
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray x = inputs(run, 3);
      double[] exact = Tensors.values(bound(run, flow, false, "noise").forward(x).logDet());
      double[][] drawn =
          IntStream.range(0, draws)
              .mapToObj(i -> bound(run, flow, true, "noise " + i).forward(x))
              .map(mapped -> Tensors.values(mapped.logDet()))
              .toArray(double[][]::new);

      for (int row = 0; row < ROWS; row++) {
        double mean = 0;
        double square = 0;
        for (double[] each : drawn) {
          mean += each[row] / draws;
          square += each[row] * each[row] / draws;
        }
        double error = Math.sqrt((square - mean * mean) / draws);
        assertThat(error).isPositive();
        assertThat(mean).isCloseTo(exact[row], within(4 * error));
      }
      assertThat(Tensors.values(bound(run, flow, true, "noise 0").forward(x).logDet()))
          .containsExactly(drawn[0]);
    }
  }

  /** A row that holds no number gives none, and the others of its batch are as without it. */
  @Test
  void aRowWithoutNumbersGivesNone() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Transform transform = bound(run, OdeFlow.of(2), false, "noise");
      NDArray x = inputs(run, 2);
      NDArray lost = run.create(new double[] {Double.NaN, 1}, new Shape(1, 2));
      Mapped mapped = transform.inverse(Tensors.concat(List.of(lost, x), -2));
      Mapped without = transform.inverse(x);

      assertThat(Tensors.values(mapped.logDet())[0]).isNaN();
      assertClose(
          "log-dets", Tensors.range(mapped.logDet(), -1, 1, ROWS + 1L), without.logDet(), 1e-11);
    }
  }

  @Test
  void aFieldThatLeadsToInfinitySaysWhere() {
    OdeFlow flow = OdeFlow.of(1).field((time, x) -> x.square());
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Transform transform = flow.bind(NamedTensors.empty(), FlowTensors.rng("noise"), false);
      NDArray x = run.create(new double[] {2}, new Shape(1, 1));

      // 1 / (1/2 − t) is infinite at t = 1/2.
      assertThatThrownBy(() -> transform.forward(x))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("solver dormand-prince(1.0E-6) is at time 0.")
          .hasMessageContaining("attempts, and its step there is")
          .hasMessageEndingWith(
              "the differential equation is too stiff, or leads to infinity; bound its right side,"
                  + " loosen the tolerance, or take fixed steps");
    }
  }

  /** By steps that follow their error too, with and without gradients. */
  @Test
  void noRowsHaveNoImages() {
    List<Solver> solvers =
        List.of(Solver.rungeKutta(3), Solver.dormandPrince(1e-6), Solver.rosenbrock(1e-3));
    int judged = 0;
    for (Solver solver : solvers) {
      for (Gradient gradient : Gradient.values()) {
        try (Run run = Run.open(RunConfig.defaults(), 0)) {
          OdeFlow flow = OdeFlow.of(2).solver(solver).gradient(gradient);
          Transform transform = bound(run, flow, false, "noise");
          for (Shape batch : List.of(new Shape(0), new Shape(2, 0))) {
            NDArray none = run.zeros(Shapes.concat(batch, new Shape(2)));
            for (Mapped mapped :
                List.of(
                    transform.forward(none),
                    transform.inverse(none),
                    run.withoutGradients(() -> transform.inverse(none)))) {
              assertThat(mapped.value().getShape()).isEqualTo(none.getShape());
              assertThat(mapped.logDet().getShape()).isEqualTo(batch);
              judged++;
            }
          }
        }
      }
    }
    assertThat(judged).isEqualTo(36);
  }

  /** A number for all coordinates is one for each; more or fewer of them are a mistake. */
  @Test
  void velocitiesAreOfTheCoordinates() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray x = inputs(run, 2);
      for (Shape one : List.of(new Shape(), new Shape(1), new Shape(2), new Shape(ROWS, 1))) {
        OdeFlow flow = OdeFlow.of(2).field((time, z) -> Tensors.run(z).full(0.5, one));
        Mapped mapped = bound(run, flow, false, "noise").forward(x);

        assertClose("value", mapped.value(), x.add(0.5), 1e-14);
        assertClose("log-det", mapped.logDet(), 0, new double[ROWS]);
      }
      for (Shape other : List.of(new Shape(3), new Shape(ROWS, 3), new Shape(4, ROWS, 2))) {
        OdeFlow flow = OdeFlow.of(2).field((time, z) -> Tensors.run(z).full(0.5, other));
        assertThatThrownBy(() -> bound(run, flow, false, "noise").forward(x))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage(
                "field has velocities of shape %s at places of shape (5, 2); return a number for"
                        .formatted(other)
                    + " each coordinate, as (*, D), and name tensors of a batch by Field.batch()");
      }
    }
  }

  @Test
  void whatCannotBeIsRefused() {
    assertThatThrownBy(() -> OdeFlow.of(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("ode needs at least 1 coordinate, but dim is 0");
    assertThatThrownBy(() -> OdeFlow.of(2).frequencies(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("ode has -1 frequencies, but needs at least 0");
    assertThatThrownBy(() -> JacobianTrace.hutchinson(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("hutchinson trace has 0 noises, but needs at least 1");
    assertThatThrownBy(() -> OdeFlow.of(2).field((time, x) -> x).conditional(3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has no parameters that a context could move");
  }

  @Test
  void aNetworkThatCarriesNoDerivativesIsRefused() {
    Network plain =
        new Network() {
          @Override
          public List<TensorSpec> tensors() {
            return List.of();
          }

          @Override
          public NDArray apply(NamedTensors tensors, NDArray x, Rng rng, boolean training) {
            return Tensors.range(x, -1, 0, 2);
          }
        };
    OdeFlow flow = OdeFlow.of(2).conditioner((inputs, outputs) -> plain);
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Transform transform = flow.bind(NamedTensors.empty(), FlowTensors.rng("noise"), false);

      assertThatThrownBy(() -> transform.forward(inputs(run, 2)))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageEndingWith("carries no derivatives forwards; use Mlp or Residual");
    }
  }
}
