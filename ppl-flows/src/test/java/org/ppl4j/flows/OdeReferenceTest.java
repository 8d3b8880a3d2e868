package org.ppl4j.flows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ppl4j.testing.References.number;
import static org.ppl4j.testing.References.numbers;
import static org.ppl4j.testing.References.objects;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.distributions.Normal;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.ode.Gradient;
import org.ppl4j.ode.Solver;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.transforms.ContinuousTransform.Followed;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/** The continuous flows of the reference: values, log-dets, inverses, densities and gradients. */
@ExtendWith(LeakCheck.class)
class OdeReferenceTest {

  /** The tolerance at which the reference's own are meant. */
  private static final double FINE = 1e-10;

  /** Of the results at the default tolerance of 1e-6: some hundred steps' errors. */
  private static final double COARSE = 2e-4;

  /** Of results in float32, whose rounding is 6e-8. */
  private static final double SINGLE = 1e-4;

  static Stream<JsonObject> networks() {
    return Stream.concat(
        OdeReference.cases("ode_flow"), OdeReference.cases("ode_flow_regularisers"));
  }

  static Stream<JsonObject> networksWithoutContexts() {
    return networks().filter(row -> !row.getAsJsonObject("given").has("context"));
  }

  /** The errors of all that a case expects of a flow. */
  static Map<String, Double> errors(Run run, Transform transform, JsonObject row) {
    JsonObject expected = row.getAsJsonObject("expected");
    NDArray x = OdeReference.rows(run, row.getAsJsonObject("given").get("x"));
    Map<String, NDArray> found = new TreeMap<>();
    if (expected.has("forward")) {
      Mapped forward = transform.forward(x);
      found.put("forward", forward.value());
      found.put("forward_log_abs_det", forward.logDet());
    }
    if (expected.has("inverse")) {
      Mapped inverse = transform.inverse(x);
      found.put("inverse", inverse.value());
      found.put("inverse_log_abs_det", inverse.logDet());
      NDArray logProb = Normal.standard(dim(x)).toEvent(1).on(run).logProb(inverse.value());
      found.put("log_prob_standard_normal_base", logProb.add(inverse.logDet()));
      found.put("log_prob", logProb.add(inverse.logDet()));
    }
    Map<String, Double> errors = new TreeMap<>();
    found.forEach(
        (name, value) -> {
          if (expected.has(name)) {
            errors.put(name, OdeReference.error(value, expected.get(name)));
          }
        });
    assertThat(errors).as("compared of %s", row.get("id")).hasSizeGreaterThanOrEqualTo(2);
    return errors;
  }

  private static int dim(NDArray x) {
    return Math.toIntExact(x.getShape().get(x.getShape().dimension() - 1));
  }

  private static void agrees(Run run, Transform transform, JsonObject row, double tolerance) {
    run.withoutGradients(() -> errors(run, transform, row))
        .forEach(
            (name, error) ->
                assertThat(error)
                    .as("%s of %s", name, row.get("id").getAsString())
                    .isLessThanOrEqualTo(tolerance));
  }

  @ParameterizedTest
  @MethodSource("networks")
  void networksAgree(JsonObject row) {
    JsonObject given = row.getAsJsonObject("given");
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Solver fine = Solver.dormandPrince(FINE);
      agrees(run, OdeReference.transform(run, given, fine), row, OdeReference.tolerance(row));
      Solver coarse = Solver.dormandPrince(1e-6);
      agrees(run, OdeReference.transform(run, given, coarse), row, COARSE);
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void networksAgreeInSinglePrecision(JsonObject row) {
    RunConfig single = RunConfig.defaults().withFloatType(FloatType.FLOAT32);
    try (Run run = Run.open(single, 0)) {
      Solver solver = Solver.dormandPrince(1e-6);
      agrees(run, OdeReference.transform(run, row.getAsJsonObject("given"), solver), row, SINGLE);
    }
  }

  @Test
  @Tag("acceptance")
  @Tag("ode.1")
  void aRotationAgrees() {
    JsonObject row = OdeReference.cases("ode_flow_linear").findFirst().orElseThrow();
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Field field = OdeReference.linear(run, row.getAsJsonObject("given"));
      agrees(run, own(field, FINE), row, OdeReference.tolerance(row));
    }
  }

  private static Transform own(Field field, double tolerance) {
    return OdeFlow.of(2)
        .field(field)
        .solver(Solver.dormandPrince(tolerance))
        .bind(NamedTensors.empty(), FlowTensors.rng("x"), false);
  }

  /** The velocity that flow matching learns takes the normal exactly to the mixture. */
  @Test
  @Tag("acceptance")
  @Tag("ode.1")
  void theFieldFromNormalToMixtureAgrees() {
    JsonObject row = OdeReference.cases("flow_matching_exact_field").findFirst().orElseThrow();
    JsonObject given = row.getAsJsonObject("given");
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Field field = OdeReference.toMixture(run, given);
      NDArray x = OdeReference.rows(run, given.get("x"));
      List<NDArray> velocities = new ArrayList<>();
      for (double time : numbers(given.get("times"))) {
        velocities.add(field.velocity(run.create(new double[] {time}, new Shape(1)), x));
      }

      assertThat(
              OdeReference.error(
                  Tensors.concat(velocities, -2),
                  row.getAsJsonObject("expected").get("velocity_at_times")))
          .isLessThanOrEqualTo(1e-12);
      agrees(run, own(field, 1e-9), row, OdeReference.tolerance(row));
    }
  }

  /** What the way costs, forwards; the way back from its end costs the same. */
  @Test
  void theCostsOfTheWayAgree() {
    JsonObject row = OdeReference.cases("ode_flow_regularisers").findFirst().orElseThrow();
    JsonObject given = row.getAsJsonObject("given");
    JsonObject expected = row.getAsJsonObject("expected");
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      OdeMap map = (OdeMap) OdeReference.transform(run, given, Solver.dormandPrince(FINE));
      NDArray x = OdeReference.rows(run, given.get("x"));
      Followed there = map.followed(x, false);
      Followed back = map.followed(there.mapped().value(), true);

      double tolerance = OdeReference.tolerance(row);
      assertThat(OdeReference.error(back.mapped().value(), given.get("x"))).isLessThan(tolerance);
      Map<String, NDArray> found =
          Map.of(
              "forward", there.mapped().value(),
              "forward_log_abs_det", there.mapped().logDet(),
              "kinetic", there.kinetic(),
              "jacobian_frobenius_squared", there.jacobian());
      found.forEach(
          (name, value) ->
              assertThat(OdeReference.error(value, expected.get(name)))
                  .as(name)
                  .isLessThanOrEqualTo(tolerance));
      assertThat(OdeReference.error(back.kinetic(), expected.get("kinetic")))
          .isLessThanOrEqualTo(tolerance);
      assertThat(OdeReference.error(back.jacobian(), expected.get("jacobian_frobenius_squared")))
          .isLessThanOrEqualTo(tolerance);
    }
  }

  /** One noise all along: a fresh one in each evaluation would be off by far. */
  @Test
  void aGivenNoiseAgrees() {
    JsonObject row = OdeReference.cases("ode_flow_regularisers").findFirst().orElseThrow();
    JsonObject given = row.getAsJsonObject("given");
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray noise = OdeReference.rows(run, given.get("noise")).expandDims(-2);
      OdeMap map =
          new OdeMap(
              given.get("dim").getAsInt(),
              OdeReference.field(run, given),
              Solver.dormandPrince(FINE),
              Gradient.THROUGH_STEPS,
              (ofRun, batch) -> noise);

      Mapped mapped = map.forward(OdeReference.rows(run, given.get("x")));

      JsonObject expected = row.getAsJsonObject("expected");
      assertThat(
              OdeReference.error(
                  mapped.logDet(), expected.get("hutchinson_log_abs_det_with_this_noise")))
          .isLessThanOrEqualTo(OdeReference.tolerance(row));
    }
  }

  /** Of the mean log-density in the rows and in every weight. */
  @ParameterizedTest
  @EnumSource(Gradient.class)
  void gradientsAgree(Gradient gradient) {
    for (Solver solver : List.of(Solver.rungeKutta(200), Solver.dormandPrince(FINE))) {
      gradientsAgree(gradient, solver);
    }
  }

  private static void gradientsAgree(Gradient gradient, Solver solver) {
    JsonObject row = OdeReference.cases("ode_flow_gradient").findFirst().orElseThrow();
    JsonObject given = row.getAsJsonObject("given");
    JsonObject expected = row.getAsJsonObject("expected");
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Map<String, NDArray> variables = new LinkedHashMap<>();
      OdeReference.layers(run, given)
          .forEach((name, tensor) -> variables.put(name, Autograd.variable(tensor)));
      NDArray x = Autograd.variable(OdeReference.rows(run, given.get("x")));
      Transform transform =
          OdeReference.flow(given, solver)
              .gradient(gradient)
              .bind(NamedTensors.of(variables), FlowTensors.rng("x"), false);
      Mapped inverse = transform.inverse(x);
      NDArray logProb = Normal.standard(dim(x)).toEvent(1).on(run).logProb(inverse.value());
      NDArray mean = logProb.add(inverse.logDet()).mean();

      List<NDArray> inputs = new ArrayList<>(variables.values());
      inputs.add(x);
      List<NDArray> gradients = Autograd.grad(mean, inputs);

      double tolerance = OdeReference.tolerance(row);
      String name = "mean_log_prob_standard_normal_base";
      assertThat(Tensors.values(mean)[0] - number(expected.get(name)))
          .isBetween(-tolerance, tolerance);
      List<JsonObject> layers = objects(expected.get("gradient_layers"));
      for (int i = 0; i < layers.size(); i++) {
        NDArray weight = gradients.get(2 * i).swapAxes(0, 1);
        assertThat(OdeReference.error(weight, layers.get(i).get("weight")))
            .isLessThanOrEqualTo(tolerance);
        assertThat(OdeReference.error(gradients.get(2 * i + 1), layers.get(i).get("bias")))
            .isLessThanOrEqualTo(tolerance);
      }
      assertThat(OdeReference.error(gradients.get(inputs.size() - 1), expected.get("gradient_x")))
          .isLessThanOrEqualTo(tolerance);
    }
  }

  /** Each row has steps of its own, so that the others of its batch do not matter. */
  @ParameterizedTest
  @MethodSource("networksWithoutContexts")
  void aRowAloneIsAsInItsBatch(JsonObject row) {
    JsonObject given = row.getAsJsonObject("given");
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Transform transform = OdeReference.transform(run, given, Solver.dormandPrince(1e-6));
      NDArray x = OdeReference.rows(run, given.get("x"));
      Mapped all = transform.inverse(x);
      for (int i = 0; i < x.getShape().get(0); i++) {
        Mapped alone = transform.inverse(Tensors.range(x, -2, i, i + 1L).squeeze(-2));

        assertThat(alone.value().getShape()).isEqualTo(Shapes.takeRight(x.getShape(), 1));
        // The rounding of a product in another batch, which the way magnifies.
        assertThat(largest(Tensors.range(all.value(), -2, i, i + 1L).squeeze(-2), alone.value()))
            .isLessThanOrEqualTo(1e-11);
        assertThat(largest(Tensors.range(all.logDet(), -1, i, i + 1L).squeeze(-1), alone.logDet()))
            .isLessThanOrEqualTo(1e-11);
      }
    }
  }

  private static double largest(NDArray a, NDArray b) {
    return Tensors.values(a.sub(b).abs().max())[0];
  }
}
