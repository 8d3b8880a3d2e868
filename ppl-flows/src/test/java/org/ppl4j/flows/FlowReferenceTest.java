package org.ppl4j.flows;

import static org.ppl4j.testing.References.number;
import static org.ppl4j.testing.References.numbers;
import static org.ppl4j.testing.References.objects;
import static org.ppl4j.testing.TensorAssertions.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.Network;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.References;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/** The flows of the reference, at every point, in both directions. */
@ExtendWith(LeakCheck.class)
class FlowReferenceTest {

  /** What the reference suggests for binary64: 1e-9 for splines and Sylvester, else 1e-10. */
  private static final double TOLERANCE = 1e-9;

  private static final Map<String, BiFunction<Run, JsonObject, Transform>> FLOWS =
      Map.of(
          "monotone_rational_quadratic_spline", FlowReferenceTest::rationalQuadratic,
          "linear_rational_spline", FlowReferenceTest::linearRational,
          "planar", FlowReferenceTest::planar,
          "radial", FlowReferenceTest::radial,
          "sylvester", FlowReferenceTest::sylvester,
          "householder", FlowReferenceTest::householder,
          "affine_autoregressive", FlowReferenceTest::affineAutoregressive,
          "affine_coupling", FlowReferenceTest::affineCoupling,
          "neural_autoregressive_sigmoidal", FlowReferenceTest::deepSigmoid,
          "sum_of_squares_polynomial", FlowReferenceTest::sumOfSquares);

  static Stream<Arguments> points() {
    JsonObject all = References.read("transforms.json").getAsJsonObject("transforms");
    return FLOWS.keySet().stream()
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
      Transform transform = FLOWS.get(name).apply(run, parameters);
      double[] x = numbers(point.get("x"));
      double[] y = numbers(point.get("y"));
      double logDet = number(point.get("log_abs_det"));

      Mapped forward = transform.forward(run.create(x, new Shape(x.length)));
      Mapped inverse = transform.inverse(run.create(y, new Shape(y.length)));

      assertClose("value", forward.value(), TOLERANCE, y);
      assertClose("log-det", forward.logDet(), TOLERANCE, logDet);
      double slope = Math.exp(-Math.min(0, logDet));
      assertClose("inverse", inverse.value(), TOLERANCE * slope, x);
    }
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
    return new MatrixMap(q, q.swapAxes(-1, -2), Tensors.number(0), "householder");
  }

  /** o = W2 act(W1 x + b1) + b2, whose blocks of D entries become columns. */
  private record Given(Run run, JsonObject p, int each) implements Network {

    @Override
    public List<TensorSpec> tensors() {
      return List.of();
    }

    @Override
    public NDArray apply(NamedTensors tensors, NDArray x, Rng rng, boolean training) {
      NDArray hidden = VectorMap.product(tensor(run, p.get("W1")), x).add(tensor(run, p.get("b1")));
      boolean relu = p.has("activation") && p.get("activation").getAsString().equals("relu");
      NDArray active = relu ? hidden.maximum(0) : hidden.tanh();
      NDArray output =
          VectorMap.product(tensor(run, p.get("W2")), active).add(tensor(run, p.get("b2")));
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
}
