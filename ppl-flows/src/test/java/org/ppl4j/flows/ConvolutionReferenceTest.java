package org.ppl4j.flows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ppl4j.testing.References.number;
import static org.ppl4j.testing.References.numbers;
import static org.ppl4j.testing.References.objects;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.distributions.Normal;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.References;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

/** The convolutions and the two-scale flow of the reference, both ways. */
@ExtendWith(LeakCheck.class)
class ConvolutionReferenceTest {

  /** Of results in float32, whose rounding is 6e-8, against 1e-10. */
  private static final double SINGLE = 1e-4;

  static Stream<JsonObject> cases() {
    return objects(References.read("convolution.json").get("cases")).stream();
  }

  static Stream<JsonObject> convolutions() {
    return cases().filter(row -> row.get("kind").getAsString().contains("convolution"));
  }

  private static double[][][][] kernel(JsonElement element) {
    return new Gson().fromJson(element, double[][][][].class);
  }

  /** A matrix as a kernel of one place. */
  private static double[][][][] matrix(JsonElement element) {
    double[][] rows = new Gson().fromJson(element, double[][].class);
    double[][][][] kernel = new double[rows.length][rows.length][1][1];
    for (int o = 0; o < rows.length; o++) {
      for (int c = 0; c < rows.length; c++) {
        kernel[o][c][0][0] = rows[o][c];
      }
    }
    return kernel;
  }

  private static TransformModule module(JsonObject row) {
    JsonObject given = row.getAsJsonObject("given");
    int channels = given.get("channels").getAsInt();
    return switch (row.get("kind").getAsString()) {
      case "convolution_1x1" ->
          Convolution.oneByOne(channels).starting(matrix(given.get("weight")));
      case "masked_autoregressive_convolution" ->
          Convolution.masked(channels).starting(kernel(given.get("kernel")));
      case "emerging_convolution" ->
          Convolution.emerging(channels)
              .starting(
                  kernel(given.get("causal_kernel_first")),
                  kernel(given.get("anti_causal_kernel_second")));
      case "periodic_convolution" ->
          Convolution.periodic(channels).starting(kernel(given.get("kernel")));
      case "convolution_exponential" ->
          Convolution.exponential(channels).starting(kernel(given.get("kernel")));
      default -> throw new IllegalArgumentException(row.get("kind").getAsString());
    };
  }

  private static Transform bound(Run run, TransformModule module) {
    return module.bind(FlowTensors.initial(run, module.tensors()), FlowTensors.rng("x"), false);
  }

  /** Numbers in arrays of any depth, with the shape of these. */
  private static NDArray tensor(Run run, JsonElement element) {
    Shape shape = new Shape(new long[0]);
    JsonElement part = element;
    while (part.isJsonArray()) {
      JsonArray array = part.getAsJsonArray();
      shape = shape.add(array.size());
      part = array.get(0);
    }
    return run.create(numbers(element), shape);
  }

  private static void agree(
      JsonObject row, Map<String, NDArray> found, JsonObject expected, double tolerance) {
    found.forEach(
        (name, value) ->
            assertThat(OdeReference.error(value, expected.get(name)))
                .as("%s of %s", name, row.get("id").getAsString())
                .isLessThanOrEqualTo(tolerance));
  }

  @ParameterizedTest
  @MethodSource("convolutions")
  void convolutionsAgree(JsonObject row) {
    JsonObject expected = row.getAsJsonObject("expected");
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Transform transform = bound(run, module(row));
      NDArray x = tensor(run, row.getAsJsonObject("given").get("x"));
      Mapped forward = transform.forward(x);
      Mapped inverse = transform.inverse(x);

      Map<String, NDArray> found = new TreeMap<>();
      found.put("forward", forward.value());
      found.put("inverse_of_x", inverse.value());
      double tolerance = number(row.get("tolerance"));
      agree(row, found, expected, tolerance);
      double logDet = number(expected.get("log_abs_det"));
      assertThat(forward.logDet().size()).isEqualTo(x.getShape().get(0));
      for (double each : Tensors.values(forward.logDet())) {
        assertThat(Math.abs(each - logDet)).isLessThanOrEqualTo(tolerance * (1 + Math.abs(logDet)));
      }
      for (double each : Tensors.values(inverse.logDet())) {
        assertThat(Math.abs(each + logDet)).isLessThanOrEqualTo(tolerance * (1 + Math.abs(logDet)));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("convolutions")
  void convolutionsAgreeInSinglePrecision(JsonObject row) {
    try (Run run = Run.open(RunConfig.defaults().withFloatType(FloatType.FLOAT32), 0)) {
      Transform transform = bound(run, module(row));
      JsonElement x = row.getAsJsonObject("given").get("x");
      NDArray image = transform.forward(tensor(run, x)).value();

      assertThat(OdeReference.error(transform.inverse(image).value(), x)).isLessThan(SINGLE);
      agree(row, Map.of("forward", image), row.getAsJsonObject("expected"), SINGLE);
    }
  }

  @ParameterizedTest
  @EnumSource(FloatType.class)
  void squeezeAgrees(FloatType type) {
    JsonObject row =
        cases()
            .filter(each -> each.get("kind").getAsString().equals("squeeze"))
            .findFirst()
            .orElseThrow();
    try (Run run = Run.open(RunConfig.defaults().withFloatType(type), 0)) {
      NDArray x = tensor(run, row.getAsJsonObject("given").get("x"));
      Mapped mapped = Squeeze.of(2).forward(x);

      agree(row, Map.of("forward", mapped.value()), row.getAsJsonObject("expected"), 0);
      assertThat(Tensors.values(Squeeze.of(2).inverse(mapped.value()).value()))
          .containsExactly(Tensors.values(x));
      assertThat(Tensors.values(mapped.logDet())).containsExactly(0);
    }
  }

  /** The inverse of a flow at two scales takes data to noise. */
  @Test
  void theFlowAtTwoScalesAgrees() {
    JsonObject row =
        cases()
            .filter(each -> each.get("kind").getAsString().equals("multiscale"))
            .findFirst()
            .orElseThrow();
    JsonObject given = row.getAsJsonObject("given");
    JsonObject expected = row.getAsJsonObject("expected");
    TransformModule fine =
        Convolution.oneByOne(4)
            .starting(matrix(given.get("weight_first")))
            .then(Convolution.masked(4).starting(kernel(given.get("causal_kernel_first"))));
    TransformModule coarse = Convolution.oneByOne(8).starting(matrix(given.get("weight_second")));
    MultiScale flow =
        MultiScale.of(
            new Shape(1, 4, 4), 2, shape -> (shape.get(0) == 4 ? fine : coarse).inverted());
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Transform transform = bound(run, flow);
      NDArray x = tensor(run, given.get("x"));

      Mapped noise = transform.inverse(x);

      List<NDArray> scales = Tensors.split(noise.value(), -1, 8, 8);
      NDArray base = Normal.standard(16).toEvent(1).on(run).logProb(noise.value());
      Map<String, NDArray> found =
          Map.of(
              "left_at_first_scale", scales.get(0),
              "last_scale", scales.get(1),
              "log_prob_standard_normal_base", base.add(noise.logDet()));
      double tolerance = number(row.get("tolerance"));
      agree(row, found, expected, tolerance);
      double logDet = number(expected.get("log_abs_det_data_to_noise"));
      for (double each : Tensors.values(noise.logDet())) {
        assertThat(Math.abs(each - logDet)).isLessThanOrEqualTo(tolerance * (1 + Math.abs(logDet)));
      }
      Mapped image = transform.forward(noise.value());
      assertThat(OdeReference.error(image.value(), given.get("x"))).isLessThan(tolerance);
    }
  }

  @Test
  void everyCaseIsJudged() {
    assertThat(cases().map(row -> row.get("id").getAsString()))
        .hasSize(7)
        .contains("squeeze-2", "multiscale-dev");
    assertThat(convolutions()).hasSize(5);
  }
}
