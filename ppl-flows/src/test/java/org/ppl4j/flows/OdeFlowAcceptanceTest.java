package org.ppl4j.flows;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.distributions.Normal;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.ode.Gradient;
import org.ppl4j.ode.Solver;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.transforms.ContinuousTransform;
import org.ppl4j.transforms.ContinuousTransform.Followed;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/** Continuous flows against the reference, with their mistakes; gradients in both ways. */
@Tag("acceptance")
@ExtendWith(LeakCheck.class)
class OdeFlowAcceptanceTest {

  private static final AcceptancePoint TRUTH = new AcceptancePoint("ode.1");
  private static final AcceptancePoint GRADIENTS = new AcceptancePoint("ode.2");
  private static final RunConfig SINGLE = RunConfig.defaults().withFloatType(FloatType.FLOAT32);

  /** What a mistake changes, at least; solved rightly all is within 1e-8. */
  private static final double SEEN = 1e-3;

  private static double largest(Map<String, Double> errors) {
    return errors.values().stream().mapToDouble(error -> error).max().orElseThrow();
  }

  private static double error(Run run, Transform transform, JsonObject row) {
    return largest(run.withoutGradients(() -> OdeReferenceTest.errors(run, transform, row)));
  }

  private static double error(RunConfig config, Solver solver, JsonObject row) {
    try (Run run = Run.open(config, 0)) {
      Transform transform = OdeReference.transform(run, row.getAsJsonObject("given"), solver);
      return error(run, transform, row);
    }
  }

  @Test
  @Tag("ode.1")
  void everyNetworkOfTheReferenceAgrees() {
    List<JsonObject> rows = OdeReferenceTest.networks().toList();
    for (JsonObject row : rows) {
      String id = row.get("id").getAsString();
      Solver coarse = Solver.dormandPrince(1e-6);
      double fine = error(RunConfig.defaults(), Solver.dormandPrince(1e-10), row);
      TRUTH.atMost("error of " + id + " at tolerance 1e-10", fine, 1e-8);
      TRUTH.atMost("at the default 1e-6", error(RunConfig.defaults(), coarse, row), 2e-4);
      TRUTH.atMost("in float32", error(SINGLE, coarse, row), 1e-4);
      for (Solver solver : List.of(Solver.dormandPrince(1e-10), coarse)) {
        try (Run run = Run.open(RunConfig.defaults(), 0)) {
          JsonObject given = row.getAsJsonObject("given");
          NDArray x = OdeReference.rows(run, given.get("x"));
          Transform transform = OdeReference.transform(run, given, solver);
          Followed way =
              run.withoutGradients(() -> ((ContinuousTransform) transform).followed(x, true));
          TRUTH.shown("evaluations by " + solver, way.evaluations());
          TRUTH.shown("steps taken back", way.rejected());
        }
      }
    }
    TRUTH.atLeast("networks compared", rows.size(), 4);
  }

  /** Of two coordinates, whose trace has another block to be mistaken for. */
  @Test
  @Tag("ode.1")
  void plantedMistakesAreSeen() {
    JsonObject row =
        OdeReferenceTest.networksWithoutContexts()
            .filter(each -> each.getAsJsonObject("given").get("dim").getAsInt() == 2)
            .findFirst()
            .orElseThrow();
    JsonObject given = row.getAsJsonObject("given");
    Solver solver = Solver.rungeKutta(200);
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NetworkField right = (NetworkField) OdeReference.field(run, given);
      TRUTH.atMost("error without a mistake", error(run, along(right, solver), row), 1e-8);
      double sign = error(run, along(OdeFaults.otherSign(right), solver), row);
      TRUTH.atLeast("planted: the sign of the trace", sign, SEEN);
      double column = error(run, along(OdeFaults.timeColumn(right), solver), row);
      TRUTH.atLeast("planted: the trace of the time column", column, SEEN);
      double end = error(run, new OdeFaults.Interpolated(2, right, solver), row);
      TRUTH.atLeast("planted: the end point interpolated", end, SEEN);
    }
  }

  private static Transform along(Field field, Solver solver) {
    return OdeFlow.of(2)
        .field(field)
        .solver(solver)
        .bind(NamedTensors.empty(), FlowTensors.rng("x"), false);
  }

  @Test
  @Tag("ode.1")
  void freshNoiseIsSeen() {
    JsonObject row = OdeReference.cases("ode_flow_regularisers").findFirst().orElseThrow();
    JsonObject given = row.getAsJsonObject("given");
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NetworkField right = (NetworkField) OdeReference.field(run, given);
      TRUTH.atMost("error with a given noise", errorWithNoise(run, right, row), 1e-8);
      double fresh = errorWithNoise(run, OdeFaults.freshNoise(right), row);
      TRUTH.atLeast("planted: fresh noise in each evaluation", fresh, SEEN);
    }
  }

  private static double errorWithNoise(Run run, Field field, JsonObject row) {
    JsonObject given = row.getAsJsonObject("given");
    NDArray noise = OdeReference.rows(run, given.get("noise")).expandDims(-2);
    OdeMap map =
        new OdeMap(
            given.get("dim").getAsInt(),
            field,
            Solver.rungeKutta(200),
            Gradient.THROUGH_STEPS,
            (ofRun, batch) -> noise);
    NDArray x = OdeReference.rows(run, given.get("x"));
    return OdeReference.error(
        run.withoutGradients(() -> map.forward(x)).logDet(),
        row.getAsJsonObject("expected").get("hutchinson_log_abs_det_with_this_noise"));
  }

  /** Of a flow with random weights, by either solver; and with noise in its trace. */
  @Test
  @Tag("ode.2")
  void gradientsAreTheSameBothWays() {
    for (int dim : new int[] {1, 2, 10}) {
      OdeFlow flow = OdeFlow.of(dim).trace(JacobianTrace.hutchinson(2));
      for (Solver solver : List.of(Solver.rungeKutta(8), Solver.dormandPrince(1e-6))) {
        for (boolean training : new boolean[] {false, true}) {
          OdeFlow with = flow.solver(solver).learning(solver);
          List<double[]> through = gradients(with.gradient(Gradient.THROUGH_STEPS), dim, training);
          List<double[]> adjoint = gradients(with.gradient(Gradient.ADJOINT), dim, training);
          GRADIENTS.atMost(
              "difference of gradients by %s, %s coordinates".formatted(solver, dim),
              difference(through, adjoint),
              1e-7);
        }
      }
    }
  }

  /** Of the mean log density at random parameters, in these and in the rows. */
  static List<double[]> gradients(OdeFlow flow, int dim, boolean training) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Map<String, NDArray> variables = new LinkedHashMap<>();
      flow.tensors()
          .forEach(
              spec ->
                  variables.put(
                      spec.name(),
                      Autograd.variable(
                          FlowTensors.rng(spec.name()).normal(run, spec.shape()).mul(0.3))));
      NDArray x = Autograd.variable(FlowTensors.rng("x").normal(run, new Shape(16, dim)));
      List<NDArray> inputs = new ArrayList<>(variables.values());
      inputs.add(x);
      NDArray mean = meanLogProb(run, flow, variables, x, training);
      return Autograd.grad(mean, inputs).stream().map(Tensors::values).toList();
    }
  }

  private static NDArray meanLogProb(
      Run run, OdeFlow flow, Map<String, NDArray> variables, NDArray x, boolean training) {
    Transform transform = flow.bind(NamedTensors.of(variables), FlowTensors.rng("noise"), training);
    Mapped inverse = transform.inverse(x);
    int dim = Math.toIntExact(x.getShape().get(1));
    NDArray noise = Normal.standard(dim).toEvent(1).on(run).logProb(inverse.value());
    return noise.add(inverse.logDet()).mean();
  }

  static double difference(List<double[]> some, List<double[]> others) {
    double most = 0;
    assertThat(some).hasSameSizeAs(others);
    for (int i = 0; i < some.size(); i++) {
      for (int k = 0; k < some.get(i).length; k++) {
        double off = Math.abs(some.get(i)[k] - others.get(i)[k]);
        most = Math.max(most, off / (1 + Math.abs(some.get(i)[k])));
      }
    }
    return most;
  }

  @Test
  @Tag("ode.2")
  void theMemoryOfTheAdjointIsThatOfAStep() {
    double few = numbers(Gradient.ADJOINT, 40);
    double many = numbers(Gradient.ADJOINT, 400);
    GRADIENTS.shown("numbers held by the adjoint with 40 steps", few);
    GRADIENTS.below("times as many with 400 steps", many / few, 1.2);
    GRADIENTS.above("times as many through 40 steps", numbers(Gradient.THROUGH_STEPS, 40) / few, 5);
  }

  private static double numbers(Gradient gradient, int steps) {
    OdeFlow flow = OdeFlow.of(2).learning(Solver.rungeKutta(steps)).gradient(gradient);
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Map<String, NDArray> variables = new LinkedHashMap<>();
      flow.tensors()
          .forEach(
              spec ->
                  variables.put(
                      spec.name(),
                      Autograd.variable(
                          FlowTensors.rng(spec.name()).normal(run, spec.shape()).mul(0.1))));
      NDArray x = FlowTensors.rng("x").normal(run, new Shape(256, 2));
      NDArray mean = meanLogProb(run, flow, variables, x, true);
      NDArray unused = Autograd.flatGrad(mean, List.copyOf(variables.values()));
      return run.numbers();
    }
  }
}
