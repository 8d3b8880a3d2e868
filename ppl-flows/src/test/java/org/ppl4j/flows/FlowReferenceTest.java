package org.ppl4j.flows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ppl4j.testing.References.number;
import static org.ppl4j.testing.References.numbers;
import static org.ppl4j.testing.References.objects;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Sets;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.Network;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Linalg;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.References;
import org.ppl4j.transforms.Bijections;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/** The transforms of the reference, at every point, in both directions. */
@ExtendWith(LeakCheck.class)
class FlowReferenceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("flows.2");

  /** What the reference suggests for binary64: 1e-9 for splines and Sylvester. */
  private static final double TOLERANCE = 1e-10;

  private static final double LOOSER = 1e-9;

  private static final String NETWORK_ALONE = "block_neural_autoregressive";

  private static final ImmutableMap<String, BiFunction<Run, JsonObject, Transform>> TRANSFORMS =
      ImmutableMap.<String, BiFunction<Run, JsonObject, Transform>>builder()
          .put("monotone_rational_quadratic_spline", FlowReferenceTest::rationalQuadratic)
          .put("linear_rational_spline", FlowReferenceTest::linearRational)
          .put("planar", FlowReferenceTest::planar)
          .put("radial", FlowReferenceTest::radial)
          .put("sylvester", FlowReferenceTest::sylvester)
          .put("householder", FlowReferenceTest::householder)
          .put("affine_autoregressive", FlowReferenceTest::affineAutoregressive)
          .put("affine_coupling", FlowReferenceTest::affineCoupling)
          .put("neural_autoregressive_sigmoidal", FlowReferenceTest::deepSigmoid)
          .put("sum_of_squares_polynomial", FlowReferenceTest::sumOfSquares)
          .put(NETWORK_ALONE, FlowReferenceTest::blockNeural)
          .put("exp", (run, p) -> Bijections.exp().independent(1))
          .put("sigmoid", (run, p) -> Bijections.sigmoid().independent(1))
          .put("softplus", (run, p) -> Bijections.softplus().independent(1))
          .put("tanh", (run, p) -> Bijections.tanh().independent(1))
          .put(
              "leaky_relu", (run, p) -> Bijections.leakyRelu(number(p.get("slope"))).independent(1))
          .put(
              "interval",
              (run, p) ->
                  Bijections.interval(number(p.get("low")), number(p.get("high"))).independent(1))
          .put("ordered", (run, p) -> Bijections.ordered())
          .put("positive_ordered", (run, p) -> Bijections.positiveOrdered())
          .put("stick_breaking_simplex", (run, p) -> Bijections.stickBreaking())
          .put("lower_cholesky", (run, p) -> Bijections.lowerCholesky())
          .put("correlation_cholesky", (run, p) -> Bijections.corrCholesky())
          .buildOrThrow();

  private static JsonObject reference() {
    return References.read("transforms.json").getAsJsonObject("transforms");
  }

  static Stream<Arguments> points() {
    JsonObject all = reference();
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

  /** The names of the reference that are not compared. */
  static Set<String> missing() {
    return Sets.difference(reference().keySet(), TRANSFORMS.keySet());
  }

  /** Its own tolerance of a transform. */
  static double tolerance(String name) {
    return name.endsWith("spline") || name.equals("sylvester") ? LOOSER : TOLERANCE;
  }

  @ParameterizedTest
  @MethodSource("points")
  void agrees(String name, JsonObject parameters, JsonObject point) {
    compare(name, parameters, point)
        .forEach(
            (field, error) -> assertThat(error).as(field).isLessThanOrEqualTo(tolerance(name)));
  }

  @Test
  void everyTransformOfTheReferenceIsCompared() {
    assertThat(missing()).isEmpty();
  }

  /**
   * The largest errors of value, log-det and inverse, of what is above 1 relative; of the inverse
   * relative to what a rounding of the image moves it by.
   */
  static Map<String, Double> compare(String name, JsonObject parameters, JsonObject point) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Transform transform = TRANSFORMS.get(name).apply(run, parameters);
      double[] x = numbers(point.get("x"));
      double logDet = number(point.get("log_abs_det"));

      Mapped forward = transform.forward(run.create(x, new Shape(x.length)));

      Map<String, Double> errors = new TreeMap<>();
      errors.put("value", error(entries(name, forward.value()), numbers(point.get("y"))));
      errors.put("log-det", error(Tensors.values(forward.logDet()), logDet));
      if (!name.equals(NETWORK_ALONE)) {
        double[] back = Tensors.values(transform.inverse(forward.value()).value());
        errors.put("inverse", error(back, x) / Math.exp(-Math.min(0, logDet)));
      }
      return errors;
    }
  }

  private static double error(double[] actual, double... expected) {
    assertThat(actual).hasSameSizeAs(expected);
    double worst = 0;
    for (int i = 0; i < actual.length; i++) {
      double error = Math.abs(actual[i] - expected[i]) / Math.max(1, Math.abs(expected[i]));
      worst = Double.isNaN(error) ? Double.POSITIVE_INFINITY : Math.max(worst, error);
    }
    return worst;
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

  private static NDArray tensor(Run run, JsonElement element) {
    double[] all = numbers(element);
    if (!element.isJsonArray()) {
      return run.create(all, new Shape());
    }
    int rows = element.getAsJsonArray().size();
    return element.getAsJsonArray().get(0).isJsonArray()
        ? run.create(all, new Shape(rows, all.length / rows))
        : run.create(all, new Shape(rows));
  }

  /** The raw parameters: what the library makes of them must be the constrained ones. */
  private static Transform raw(Run run, ScalarFamily family, JsonObject p, String... names) {
    JsonObject unconstrained = p.getAsJsonObject("unconstrained");
    List<NDArray> parts =
        Stream.of(names)
            .map(name -> numbers(unconstrained.get(name)))
            .filter(values -> values.length > 0)
            .map(values -> run.create(values, new Shape(values.length)))
            .toList();
    return family.map(Tensors.concat(parts, 0)).independent(1);
  }

  /** The reference adds the raw derivative alone, the library so that 0 stands for 1. */
  private static JsonObject shifted(JsonObject p) {
    JsonObject copy = p.deepCopy();
    JsonArray derivatives = new JsonArray();
    for (double value : numbers(p.getAsJsonObject("unconstrained").get("derivatives"))) {
      derivatives.add(value - Knots.UNIT);
    }
    copy.getAsJsonObject("unconstrained").add("derivatives", derivatives);
    return copy;
  }

  private static Transform rationalQuadratic(Run run, JsonObject p) {
    RationalQuadratic family =
        RationalQuadratic.of(p.get("num_bins").getAsInt(), p.get("bound").getAsDouble());
    return raw(run, family, shifted(p), "widths", "heights", "derivatives");
  }

  private static Transform linearRational(Run run, JsonObject p) {
    LinearRational family =
        LinearRational.of(p.get("num_bins").getAsInt(), p.get("bound").getAsDouble());
    return raw(run, family, shifted(p), "widths", "heights", "derivatives", "lambdas");
  }

  /** û of the library has log(e − 1) beside w·u, so that u = 0 is the identity. */
  private static Transform planar(Run run, JsonObject p) {
    NDArray w = tensor(run, p.get("w"));
    NDArray u = tensor(run, p.get("u")).sub(w.mul(Planar.UNIT).div(w.square().sum()));
    int dim = Math.toIntExact(w.size());
    return Planar.of(dim)
        .bind(
            NamedTensors.of(Map.of("u", u, "w", w, "b", tensor(run, p.get("b")))),
            FlowTensors.rng("x"),
            false);
  }

  private static Transform radial(Run run, JsonObject p) {
    JsonObject unconstrained = p.getAsJsonObject("unconstrained");
    NDArray center = tensor(run, p.get("x0"));
    return Radial.of(Math.toIntExact(center.size()))
        .bind(
            NamedTensors.of(
                Map.of(
                    "center",
                    center,
                    "a",
                    tensor(run, unconstrained.get("alpha")),
                    "b",
                    tensor(run, unconstrained.get("beta")))),
            FlowTensors.rng("x"),
            false);
  }

  private static Transform sylvester(Run run, JsonObject p) {
    NDArray r = tensor(run, p.get("R"));
    // The reference multiplies the reflections in the other order.
    NDArray whole =
        Orthogonal.reflected(tensor(run, p.get("householder_vectors"))).swapAxes(-1, -2);
    NDArray q = Tensors.range(whole, -1, 0, r.getShape().get(0));
    return new Sylvester.Map(q, r, tensor(run, p.get("S")), tensor(run, p.get("b")));
  }

  private static Transform householder(Run run, JsonObject p) {
    NDArray q = Orthogonal.reflected(tensor(run, p.get("vectors")));
    return new MatrixMap(q, q.swapAxes(-1, -2), 1, Tensors.number(0), "householder");
  }

  /** o = W2 act(W1 x + b1) + b2, whose blocks of D entries become columns. */
  private record Given(Run run, JsonObject p, int each) implements Network {

    @Override
    public List<TensorSpec> tensors() {
      return List.of();
    }

    @Override
    public NDArray apply(NamedTensors tensors, NDArray x, Rng rng, boolean training) {
      NDArray hidden = Linalg.times(tensor(run, p.get("W1")), x).add(tensor(run, p.get("b1")));
      boolean relu = p.has("activation") && p.get("activation").getAsString().equals("relu");
      NDArray active = relu ? hidden.maximum(0) : hidden.tanh();
      NDArray output = Linalg.times(tensor(run, p.get("W2")), active).add(tensor(run, p.get("b2")));
      long dim = output.size() / each;
      NDArray columns = Tensors.reshape(output, new Shape(each, dim)).swapAxes(-1, -2);
      return Tensors.reshape(columns, new Shape(dim * each));
    }
  }

  private static Transform affineAutoregressive(Run run, JsonObject p) {
    return autoregressive(run, p, AffineFamily.of());
  }

  private static Transform autoregressive(Run run, JsonObject p, ScalarFamily family) {
    int dim = numbers(p.get("b2")).length / family.parameters();
    return Autoregressive.of(dim, family)
        .conditioner((adjacency, inputs, each) -> new Given(run, p, each))
        .bind(NamedTensors.empty(), FlowTensors.rng("x"), false);
  }

  private static Transform affineCoupling(Run run, JsonObject p) {
    int split = p.get("split").getAsInt();
    int[] passing = new int[split];
    for (int i = 0; i < split; i++) {
      passing[i] = i;
    }
    int dim = split + numbers(p.get("b2")).length / 2;
    return Coupling.of(dim, AffineFamily.of())
        .partition(Partition.passing(passing))
        .conditioner((inputs, outputs) -> new Given(run, p, 2))
        .bind(NamedTensors.empty(), FlowTensors.rng("x"), false);
  }

  /** Unlike the library's family, a = softplus(raw) without a least value, b without an offset. */
  private record ReferenceSigmoid(int units) implements ScalarFamily {

    @Override
    public int parameters() {
      return 3 * units;
    }

    @Override
    public Transform map(NDArray parameters) {
      List<NDArray> parts = Tensors.split(parameters, -1, units, units, units);
      NDArray logScale = Special.softplus(parts.get(0)).log();
      return new SigmoidMixtureMap(logScale, parts.get(1), parts.get(2).logSoftmax(-1));
    }
  }

  private static Transform deepSigmoid(Run run, JsonObject p) {
    if (p.get("kind").getAsString().equals("autoregressive")) {
      return autoregressive(run, p, new ReferenceSigmoid(p.get("K").getAsInt()));
    }
    return new SigmoidMixtureMap(
            tensor(run, p.get("a")).log(), tensor(run, p.get("b")), tensor(run, p.get("w")).log())
        .independent(1);
  }

  private static Transform sumOfSquares(Run run, JsonObject p) {
    NDArray shift = tensor(run, p.get("c"));
    return SumOfSquares.map(tensor(run, p.get("a")), shift).independent(1);
  }

  /** The network alone, γ = 1, which is not onto the reals, so that it has no inverse. */
  private static Transform blockNeural(Run run, JsonObject p) {
    int dim = numbers(p.get("b2")).length;
    int units = numbers(p.get("b1")).length / dim;
    NDArray first = tensor(run, p.get("W1")).swapAxes(0, 1);
    NDArray second = tensor(run, p.get("W2")).swapAxes(0, 1);
    return new BlockNeuralMap(
        List.of(first, second),
        List.of(
            BlockNeuralMap.blocks(first.mul(diagonal(run, dim, 1, units)), dim),
            BlockNeuralMap.blocks(second.mul(diagonal(run, dim, units, 1)), dim)),
        List.of(tensor(run, p.get("b1")), tensor(run, p.get("b2"))),
        run.ones(new Shape(dim)),
        run.zeros(new Shape(dim)));
  }

  private static NDArray diagonal(Run run, int dim, int from, int to) {
    return run.create(
        BlockNeural.mask(dim, from, to, true), new Shape((long) dim * from, (long) dim * to));
  }

  /** The same with the largest errors of each. */
  @Test
  @Tag("acceptance")
  @Tag("flows.2")
  void everyTransformOfTheReferenceAgrees() {
    assertThat(missing()).isEmpty();
    Map<String, Map<String, Double>> worst = new TreeMap<>();
    List<Arguments> points = points().toList();
    for (Arguments point : points) {
      String name = (String) point.get()[0];
      Map<String, Double> errors =
          compare(name, (JsonObject) point.get()[1], (JsonObject) point.get()[2]);
      Map<String, Double> all = worst.computeIfAbsent(name, key -> new TreeMap<>());
      errors.forEach((field, error) -> all.merge(field, error, Math::max));
    }

    worst.forEach(
        (name, errors) ->
            errors.forEach(
                (field, error) -> {
                  double bound = tolerance(name);
                  POINT.atMost("largest error of %s of %s".formatted(field, name), error, bound);
                }));
    POINT.atMost("transforms that are not compared", missing().size(), 0);
    POINT.shown("points compared", points.size());
  }
}
