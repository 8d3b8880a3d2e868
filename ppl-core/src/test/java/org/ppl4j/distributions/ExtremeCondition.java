package org.ppl4j.distributions;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableMap;
import com.google.gson.JsonElement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.ReferenceParameters;

/**
 * Σ |x ∂v/∂x| over value and parameters of a quantity v for which the reference has no derivatives,
 * by the family's own in float64. It cannot hide an error: one that is not in the derivatives adds
 * nothing, and noise of size n adds about n, of which a share of 1e-10 (1e-4 for float32) is
 * allowed.
 */
final class ExtremeCondition {

  private static final ImmutableMap<String, BiFunction<Distribution, NDArray, NDArray>> QUANTITIES =
      ImmutableMap.<String, BiFunction<Distribution, NDArray, NDArray>>builder()
          .putAll(ExtremeLaw.OF_VALUES)
          .put("mean", (distribution, x) -> distribution.mean())
          .put("variance", (distribution, x) -> distribution.variance())
          .put("log_variance", (distribution, x) -> distribution.variance().log())
          .put("entropy", (distribution, x) -> distribution.entropy())
          .buildOrThrow();

  private ExtremeCondition() {}

  /** The sum, 0 where it is not finite or has no formula. */
  static double of(Function<ReferenceParameters, Distribution> constructor, ExtremeJudged judged) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Map<String, NDArray> variables = new TreeMap<>();
      for (Map.Entry<String, JsonElement> entry : judged.row().parameters().entrySet()) {
        variables.put(
            entry.getKey(), Autograd.variable(ReferenceParameters.tensor(run, entry.getValue())));
      }
      ReferenceParameters parameters =
          new ReferenceParameters(judged.row().parameters(), variables::get);
      Distribution distribution = constructor.apply(parameters).on(run);
      NDArray x = Autograd.variable(ReferenceParameters.tensor(run, judged.row().point().get("x")));
      if (!distribution.support().isDiscrete()) {
        variables.put("x", x);
      }
      double sum = 0;
      List<NDArray> inputs = List.copyOf(variables.values());
      NDArray quantity = quantity(judged, distribution, x, variables);
      List<NDArray> slopes = Autograd.grad(quantity, inputs);
      for (int i = 0; i < inputs.size(); i++) {
        double[] values = Tensors.values(inputs.get(i));
        double[] derivatives = Tensors.values(slopes.get(i));
        for (int at = 0; at < values.length; at++) {
          double term = Math.abs(values[at] * derivatives[at]);
          sum += Double.isFinite(term) ? term : 0;
        }
      }
      return sum;
    } catch (UnsupportedOperationException e) {
      return 0;
    }
  }

  private static NDArray quantity(
      ExtremeJudged judged, Distribution distribution, NDArray x, Map<String, NDArray> variables) {
    List<NDArray> terms = new ArrayList<>();
    // Each input is on the graph, also where the quantity does not depend on it.
    variables.values().forEach(variable -> terms.add(variable.sum().mul(0)));
    NDArray depending = terms.stream().reduce(NDArray::add).orElseThrow();
    BiFunction<Distribution, NDArray, NDArray> formula = QUANTITIES.get(judged.quantity());
    if (formula != null) {
      return formula.apply(distribution, x).sum().add(depending);
    }
    NDArray logProb = distribution.logProb(x).sum().add(depending);
    NDArray variable = variables.get(judged.variable());
    NDArray slope = Autograd.grad(logProb, List.of(variable), true).get(0);
    NDArray entry = slope.reshape(-1).get(Integer.toString(judged.entry())).sum();
    return entry.add(depending);
  }
}
