package org.ppl4j.flows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ppl4j.testing.References.number;
import static org.ppl4j.testing.References.numbers;
import static org.ppl4j.testing.References.objects;

import ai.djl.ndarray.NDArray;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/** The residual flows of the reference: values, log-dets, inverses and gradients. */
@ExtendWith(LeakCheck.class)
class ResidualReferenceTest {

  /** Of results in float32, whose rounding is 6e-8 and which the inverse magnifies tenfold. */
  private static final double SINGLE = 2e-5;

  static Stream<JsonObject> cases() {
    return ResidualReference.cases("residual");
  }

  /** The largest error of each value and log-det of a case, with gradients and without. */
  static Map<String, Double> errors(JsonObject row, FloatType type) {
    JsonObject given = row.getAsJsonObject("given");
    JsonObject expected = row.getAsJsonObject("expected");
    Map<String, Double> errors = new LinkedHashMap<>();
    try (Run run = Run.open(RunConfig.defaults().withFloatType(type), 0)) {
      Transform transform = ResidualReference.transform(run, given);
      NDArray x = OdeReference.rows(run, given.get("x"));
      Mapped forward = transform.forward(x);
      List<Mapped> inverses =
          List.of(run.withoutGradients(() -> transform.inverse(x)), transform.inverse(x));

      judge(errors, "forward", forward.value(), expected);
      judge(errors, "forward_log_abs_det", forward.logDet(), expected);
      for (Mapped inverse : inverses) {
        judge(errors, "inverse_of_x", inverse.value(), expected);
        judge(errors, "inverse_log_abs_det", inverse.logDet(), expected);
      }
    }
    return errors;
  }

  private static void judge(
      Map<String, Double> errors, String name, NDArray value, JsonObject expected) {
    errors.merge(name, OdeReference.error(value, expected.get(name)), Math::max);
  }

  private static void agrees(JsonObject row, FloatType type, double tolerance) {
    Map<String, Double> errors = errors(row, type);

    assertThat(errors).hasSize(4);
    errors.forEach(
        (name, error) ->
            assertThat(error).as("%s of %s", name, row.get("id")).isLessThanOrEqualTo(tolerance));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void networksAgree(JsonObject row) {
    agrees(row, FloatType.FLOAT64, OdeReference.tolerance(row));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void networksAgreeInSinglePrecision(JsonObject row) {
    agrees(row, FloatType.FLOAT32, SINGLE);
  }

  /** Of the sum of the log-dets in every weight, which are within the bound. */
  @Test
  void gradientsAgree() {
    JsonObject row = ResidualReference.cases("residual_gradient").findFirst().orElseThrow();
    JsonObject given = row.getAsJsonObject("given");
    JsonObject expected = row.getAsJsonObject("expected");
    double tolerance = OdeReference.tolerance(row);
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Map<String, NDArray> variables = new LinkedHashMap<>();
      OdeReference.layers(run, given)
          .forEach((name, tensor) -> variables.put(name, Autograd.variable(tensor)));
      Transform transform =
          ResidualReference.transform(ResidualReference.flow(given), variables, false);
      NDArray sum = transform.forward(OdeReference.rows(run, given.get("x"))).logDet().sum();

      List<NDArray> gradients = Autograd.grad(sum, new ArrayList<>(variables.values()));

      assertThat(Tensors.values(sum)[0] - number(expected.get("sum_log_abs_det")))
          .isBetween(-tolerance, tolerance);
      List<JsonObject> layers = objects(expected.get("gradient_layers"));
      assertThat(gradients).hasSize(2 * layers.size());
      for (int i = 0; i < layers.size(); i++) {
        NDArray weight = gradients.get(2 * i).swapAxes(0, 1);
        assertThat(OdeReference.error(weight, layers.get(i).get("weight")))
            .isLessThanOrEqualTo(tolerance);
        assertThat(OdeReference.error(gradients.get(2 * i + 1), layers.get(i).get("bias")))
            .isLessThanOrEqualTo(tolerance);
      }
    }
  }

  /** The iteration is that of the reference, step by step. */
  @ParameterizedTest
  @MethodSource("cases")
  void fixedPointsTakeAsManySteps(JsonObject row) {
    JsonObject given = row.getAsJsonObject("given");
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Transform transform = ResidualReference.transform(run, given);
      NDArray y = OdeReference.rows(run, given.get("x"));
      double[] expected =
          numbers(row.getAsJsonObject("expected").get("fixed_point_steps_to_1e-13"));
      for (int i = 0; i < expected.length; i++) {
        NDArray target = Tensors.range(y, -2, i, i + 1L);
        NDArray x = target;
        double move = 1;
        int steps = 0;
        while (move >= 1e-13) {
          NDArray next = target.sub(transform.forward(x).value().sub(x));
          move = Tensors.values(next.sub(x).abs().max())[0];
          x = next;
          steps++;
        }
        assertThat(steps).as("row %s of %s", i, row.get("id")).isEqualTo((int) expected[i]);
      }
    }
  }
}
