package org.ppl4j.flows;

import static org.ppl4j.testing.References.number;
import static org.ppl4j.testing.References.numbers;
import static org.ppl4j.testing.References.objects;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.ppl4j.nn.Activation;
import org.ppl4j.nn.Conditioner;
import org.ppl4j.nn.Mlp;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.ode.Solver;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.References;
import org.ppl4j.transforms.Transform;

/** The continuous flows of the reference, as flows. */
final class OdeReference {

  private OdeReference() {}

  /** The cases of a kind. */
  static Stream<JsonObject> cases(String kind) {
    return objects(References.read("continuous.json").get("cases")).stream()
        .filter(row -> row.get("kind").getAsString().equals(kind));
  }

  /** Rows of numbers, {@code (N, M)}. */
  static NDArray rows(Run run, JsonElement element) {
    double[] all = numbers(element);
    int count = element.getAsJsonArray().size();
    return run.create(all, new Shape(count, all.length / count));
  }

  /** The weights and biases; the reference has a row for each output. */
  static Map<String, NDArray> layers(Run run, JsonObject given) {
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    List<JsonObject> layers = objects(given.get("layers"));
    for (int i = 0; i < layers.size(); i++) {
      double[] bias = numbers(layers.get(i).get("bias"));
      tensors.put(i + ".weight", rows(run, layers.get(i).get("weight")).swapAxes(0, 1));
      tensors.put(i + ".bias", run.create(bias, new Shape(bias.length)));
    }
    return tensors;
  }

  private static Conditioner conditioner(JsonObject given) {
    List<JsonObject> layers = objects(given.get("layers"));
    int[] hidden =
        layers.stream()
            .limit(layers.size() - 1L)
            .mapToInt(layer -> numbers(layer.get("bias")).length)
            .toArray();
    String activation = given.get("activation").getAsString().toUpperCase(Locale.ROOT);
    return Mlp.of(hidden).activation(Activation.valueOf(activation));
  }

  /** The network without a context, as a field. */
  static Field field(Run run, JsonObject given) {
    int dim = given.get("dim").getAsInt();
    return new NetworkField(
        conditioner(given).network(dim + 1, dim),
        0,
        NamedTensors.of(layers(run, given)),
        null,
        FlowTensors.rng("x"),
        false);
  }

  /** The flow along a network. */
  static OdeFlow flow(JsonObject given, Solver solver) {
    return OdeFlow.of(given.get("dim").getAsInt())
        .conditioner(conditioner(given))
        .frequencies(0)
        .solver(solver);
  }

  /** The same with its weights, and its context if it has one. */
  static Transform transform(Run run, JsonObject given, Solver solver) {
    NamedTensors tensors = NamedTensors.of(layers(run, given));
    OdeFlow flow = flow(given, solver);
    if (!given.has("context")) {
      return flow.bind(tensors, FlowTensors.rng("x"), false);
    }
    NDArray context = rows(run, given.get("context"));
    int width = Math.toIntExact(context.getShape().get(1));
    return flow.conditional(width).bind(tensors, FlowTensors.rng("x"), false).given(context);
  }

  /** A x + b. */
  static Field linear(Run run, JsonObject given) {
    NDArray matrix = rows(run, given.get("A")).swapAxes(0, 1);
    double[] shift = numbers(given.get("b"));
    NDArray b = run.create(shift, new Shape(shift.length));
    return (time, x) -> Tensors.matMul(x, matrix).add(b);
  }

  /**
   * E[x₁ − x₀ | x_t = x] from N(0, I) to a mixture of round normals: with v = (1 − t)² + t² s², Σ r
   * (m + (t s² − (1 − t)) / v (x − t m)), r the shares of N(t m, v I) at x.
   */
  static Field toMixture(Run run, JsonObject given) {
    double[] weights = numbers(given.get("weights"));
    double[] sds = numbers(given.get("sds"));
    NDArray means = rows(run, given.get("means"));
    int dim = Math.toIntExact(means.getShape().get(1));
    return (time, x) -> {
      List<NDArray> logs = new ArrayList<>();
      List<NDArray> velocities = new ArrayList<>();
      for (int k = 0; k < weights.length; k++) {
        NDArray mean = Tensors.range(means, -2, k, k + 1L).squeeze(-2);
        double square = sds[k] * sds[k];
        NDArray variance = time.sub(1).square().add(time.square().mul(square));
        NDArray off = x.sub(time.mul(mean));
        NDArray distance = off.square().sum(new int[] {-1}, true).div(variance);
        logs.add(distance.mul(-0.5).sub(variance.log().mul(0.5 * dim)).add(Math.log(weights[k])));
        velocities.add(mean.add(time.mul(square).add(time).sub(1).div(variance).mul(off)));
      }
      NDArray shares = Tensors.concat(logs, -1).softmax(-1);
      NDArray sum = run.scalar(0);
      for (int k = 0; k < weights.length; k++) {
        sum = sum.add(Tensors.range(shares, -1, k, k + 1L).mul(velocities.get(k)));
      }
      return sum;
    };
  }

  /** The largest error relative to 1 and the size of what is expected. */
  static double error(NDArray actual, JsonElement expected) {
    double[] numbers = Tensors.values(actual);
    double[] wanted = numbers(expected);
    if (numbers.length != wanted.length) {
      return Double.POSITIVE_INFINITY;
    }
    double worst = 0;
    for (int i = 0; i < numbers.length; i++) {
      double error = Math.abs(numbers[i] - wanted[i]) / (1 + Math.abs(wanted[i]));
      worst = Double.isNaN(error) ? Double.POSITIVE_INFINITY : Math.max(worst, error);
    }
    return worst;
  }

  /** What the reference asks of a case at a tolerance of 1e-10. */
  static double tolerance(JsonObject row) {
    return number(row.get("tolerance"));
  }
}
