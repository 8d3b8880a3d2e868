package org.ppl4j.transforms;

import static java.util.Map.entry;
import static org.ppl4j.testing.References.number;
import static org.ppl4j.testing.References.numbers;
import static org.ppl4j.testing.References.objects;
import static org.ppl4j.testing.TensorAssertions.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonObject;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.References;

/** The bijections of the reference that exist here, at every point. */
@ExtendWith(LeakCheck.class)
class TransformReferenceTest {

  /** What the reference suggests for binary64. */
  private static final double TOLERANCE = 1e-10;

  private static final Map<String, Function<JsonObject, Transform>> TRANSFORMS =
      Map.ofEntries(
          entry("exp", p -> Bijections.exp().independent(1)),
          entry("sigmoid", p -> Bijections.sigmoid().independent(1)),
          entry("softplus", p -> Bijections.softplus().independent(1)),
          entry("tanh", p -> Bijections.tanh().independent(1)),
          entry("leaky_relu", p -> Bijections.leakyRelu(number(p.get("slope"))).independent(1)),
          entry(
              "interval",
              p -> Bijections.interval(number(p.get("low")), number(p.get("high"))).independent(1)),
          entry("stick_breaking_simplex", p -> Bijections.stickBreaking()),
          entry("ordered", p -> Bijections.ordered()),
          entry("positive_ordered", p -> Bijections.positiveOrdered()),
          entry("lower_cholesky", p -> Bijections.lowerCholesky()),
          entry("correlation_cholesky", p -> Bijections.corrCholesky()));

  static Stream<Arguments> points() {
    JsonObject all = References.read("transforms.json").getAsJsonObject("transforms");
    return TRANSFORMS.keySet().stream()
        .sorted()
        .flatMap(
            name ->
                objects(all.getAsJsonObject(name).get("cases")).stream()
                    .flatMap(
                        row ->
                            objects(row.get("points")).stream()
                                .map(
                                    point ->
                                        Arguments.of(name, row.getAsJsonObject("params"), point))));
  }

  @ParameterizedTest
  @MethodSource("points")
  void agrees(String name, JsonObject parameters, JsonObject point) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Transform transform = TRANSFORMS.get(name).apply(parameters);
      double[] x = numbers(point.get("x"));
      double[] y = numbers(point.get("y"));
      double logDet = number(point.get("log_abs_det"));
      NDArray input = run.create(x, new Shape(x.length));

      Mapped forward = transform.forward(input);

      assertClose("value", entries(name, forward.value()), TOLERANCE, y);
      assertClose("log-det", forward.logDet(), TOLERANCE, logDet);
    }
  }

  /** The reference lists lower triangles without their zeros. */
  private static double[] entries(String name, NDArray value) {
    double[] all = Tensors.values(value);
    return name.equals("lower_cholesky")
        ? Arrays.stream(Constraint.LOWER_CHOLESKY.coordinates(value.getShape()))
            .mapToDouble(at -> all[(int) at])
            .toArray()
        : all;
  }
}
