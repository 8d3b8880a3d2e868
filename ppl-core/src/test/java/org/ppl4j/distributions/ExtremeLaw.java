package org.ppl4j.distributions;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;
import static org.ppl4j.testing.References.numbers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableMap;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.ppl4j.distributions.ExtremeJudged.Form;
import org.ppl4j.distributions.ExtremeReference.Row;
import org.ppl4j.distributions.ExtremeReference.Setting;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.ReferenceParameters;

/**
 * A family has the reference's values at extreme parameters and far out, in both float types, of
 * plain numbers and of tensors. All rows of a setting (of tensors: of a family) are one batch, so
 * that a NaN that spreads is seen at its neighbours.
 *
 * @param constructor how the reference's parameters make a distribution
 * @param tolerance what {@link ExtremeJudged} allows in float64
 */
record ExtremeLaw(Function<ReferenceParameters, Distribution> constructor, double tolerance) {

  static final ImmutableMap<String, BiFunction<Distribution, NDArray, NDArray>> OF_VALUES =
      ImmutableMap.of(
          "log_prob", Distribution::logProb,
          "cdf", Distribution::cdf,
          "sf", Distribution::sf,
          "log_cdf", Distribution::logCdf,
          "log_sf", Distribution::logSf);

  private static final ImmutableMap<String, Function<Distribution, NDArray>> MOMENTS =
      ImmutableMap.of(
          "mean", Distribution::mean,
          "variance", Distribution::variance,
          "entropy", Distribution::entropy);

  /** All values of settings of one float type. */
  List<ExtremeJudged> judge(List<Setting> settings, FloatType type) {
    List<ExtremeJudged> judged = new ArrayList<>();
    List<Row> all = settings.stream().flatMap(setting -> setting.rows().stream()).toList();
    try (Run run = Run.open(RunConfig.defaults().withFloatType(type), 0)) {
      for (List<Row> rows : grouped(all, Row::plain)) {
        JsonObject parameters = rows.get(0).parameters();
        judge(run, rows, Form.NUMBERS, ReferenceParameters.plain(parameters), Map.of(), judged);
      }
      for (List<Row> rows : grouped(all, Row::kind)) {
        Map<String, NDArray> tensors = new TreeMap<>();
        for (String name : rows.get(0).parameters().keySet()) {
          tensors.put(name, Autograd.variable(stacked(run, rows, Row::parameters, name)));
        }
        ReferenceParameters parameters =
            new ReferenceParameters(rows.get(0).parameters(), tensors::get);
        judge(run, rows, Form.TENSORS, parameters, tensors, judged);
      }
    }
    return judged;
  }

  private static Collection<List<Row>> grouped(List<Row> rows, Function<Row, String> key) {
    return rows.stream().collect(groupingBy(key, LinkedHashMap::new, toList())).values();
  }

  private static NDArray stacked(
      Run run, List<Row> rows, Function<Row, JsonObject> values, String name) {
    JsonElement first = values.apply(rows.get(0)).get(name);
    double[] all =
        rows.stream()
            .flatMapToDouble(row -> Arrays.stream(numbers(values.apply(row).get(name))))
            .toArray();
    Shape shape = new Shape(rows.size());
    return run.create(all, first.isJsonArray() ? shape.add(all.length / rows.size()) : shape);
  }

  private void judge(
      Run run,
      List<Row> rows,
      Form form,
      ReferenceParameters parameters,
      Map<String, NDArray> variables,
      List<ExtremeJudged> judged) {
    Distribution distribution = constructor.apply(parameters).on(run);
    NDArray x = Autograd.variable(stacked(run, rows, Row::point, "x"));
    OF_VALUES.forEach(
        (quantity, formula) -> {
          if (rows.stream().anyMatch(row -> row.point().has(quantity))) {
            double[] actual = values(() -> formula.apply(distribution, x), rows.size());
            for (int i = 0; i < rows.size(); i++) {
              ExtremeJudged.add(judged, this, form, rows.get(i), quantity, actual[i]);
            }
          }
        });
    derivatives(distribution, x, variables)
        .forEach(
            (name, gradient) -> {
              int width = gradient.length / rows.size();
              for (int i = 0; i < gradient.length; i++) {
                Row row = rows.get(i / width);
                ExtremeJudged.addDerivative(judged, this, form, row, name, i % width, gradient[i]);
              }
            });
    MOMENTS.forEach(
        (quantity, formula) -> {
          if (rows.stream().anyMatch(row -> row.setting().values().has(quantity))) {
            double[] actual = values(() -> formula.apply(distribution), rows.size());
            for (int i = 0; i < rows.size(); i++) {
              if (i == 0 || !rows.get(i).setting().equals(rows.get(i - 1).setting())) {
                ExtremeJudged.addMoment(judged, this, form, rows.get(i), quantity, actual[i]);
              }
            }
          }
        });
  }

  /** The derivatives of the log-density in x and in each parameter. */
  private static Map<String, double[]> derivatives(
      Distribution distribution, NDArray x, Map<String, NDArray> parameters) {
    Map<String, NDArray> variables = new TreeMap<>(parameters);
    if (!distribution.support().isDiscrete()) {
      variables.put("x", x);
    }
    Map<String, double[]> derivatives = new TreeMap<>();
    if (!variables.isEmpty()) {
      // A density that is constant depends on no value.
      NDArray sum = distribution.logProb(x).sum().add(x.sum().mul(0));
      List<NDArray> gradients = Autograd.grad(sum, List.copyOf(variables.values()));
      int at = 0;
      for (String name : variables.keySet()) {
        derivatives.put(name, Tensors.values(gradients.get(at++)));
      }
    }
    return derivatives;
  }

  /** NaN for each row if there is no formula. */
  private static double[] values(Supplier<NDArray> formula, int rows) {
    double[] values = new double[rows];
    try {
      double[] some = Tensors.values(formula.get());
      Arrays.setAll(values, i -> some[some.length == 1 ? 0 : i]);
    } catch (UnsupportedOperationException e) {
      Arrays.fill(values, Double.NaN);
    }
    return values;
  }
}
