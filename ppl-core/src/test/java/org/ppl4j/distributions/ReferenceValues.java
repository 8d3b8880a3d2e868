package org.ppl4j.distributions;

import static org.ppl4j.testing.References.number;
import static org.ppl4j.testing.References.numbers;
import static org.ppl4j.testing.References.objects;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableSet;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.DistributionCases;
import org.ppl4j.testing.ReferenceParameters;
import org.ppl4j.testing.References;

/** What {@code reference/distributions.json} says of the families, beside what they say. */
final class ReferenceValues {

  /** What the reference suggests for binary64, of max(1, |value|). */
  static final double TOLERANCE = 1e-10;

  /**
   * A value of both.
   *
   * @param field the field of the reference
   * @param where the case and the point
   * @param stress whether the reference marks the point
   */
  record Compared(String field, String where, double expected, double actual, boolean stress) {

    double error() {
      return Double.compare(actual, expected) == 0
          ? 0
          : Math.abs(actual - expected) / Math.max(1, Math.abs(expected));
    }

    boolean agrees() {
      return error() <= TOLERANCE;
    }
  }

  /** Parameters, points and moments of a family. */
  record Case(
      String family, JsonObject values, Function<ReferenceParameters, Distribution> constructor) {

    @Override
    public String toString() {
      return family + values.get("params");
    }
  }

  /**
   * Families whose log-density is −∞ at the only stress points of the reference, 1e200 scales out:
   * the square of a distance overflows there, which their javadoc says.
   */
  private static final ImmutableSet<String> OVERFLOWING =
      ImmutableSet.of("Cauchy", "HalfCauchy", "StudentT");

  /** Where the reference contradicts itself: its cdf, which is right, and its sf sum to 1.0002. */
  private static final String CONTRADICTION =
      "Beta{\"concentration1\":0.01,\"concentration0\":3.0} at 1e-50";

  private ReferenceValues() {}

  /** Whether a value that does not agree is wrong there, or excused by the family's javadoc. */
  static boolean isExplained(Compared value) {
    return isContradicted(value) || isOverflow(value);
  }

  static boolean isContradicted(Compared value) {
    return value.field().equals("sf") && value.where().equals(CONTRADICTION);
  }

  private static boolean isOverflow(Compared value) {
    return value.stress()
        && value.field().equals("log_prob")
        && value.actual() == Double.NEGATIVE_INFINITY
        && OVERFLOWING.stream().anyMatch(family -> value.where().startsWith(family + "{"));
  }

  private static JsonObject all() {
    return References.read("distributions.json").getAsJsonObject("distributions");
  }

  /** The names of the families. */
  static Set<String> families() {
    return all().keySet();
  }

  /** The cases of the families that have a row. */
  static Stream<Case> cases() {
    JsonObject all = all();
    return families().stream()
        .flatMap(
            family ->
                DistributionCases.reference(family).stream()
                    .flatMap(
                        constructor ->
                            objects(all.getAsJsonObject(family).get("cases")).stream()
                                .map(values -> new Case(family, values, constructor))));
  }

  /** All values of a case. */
  static List<Compared> compare(Case reference) {
    List<Compared> compared = new ArrayList<>();
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      JsonObject parameters = reference.values().getAsJsonObject("params");
      for (JsonObject point : objects(reference.values().get("points"))) {
        Distribution distribution = at(run, reference, point);
        NDArray x = new ReferenceParameters(run, point).get("x");
        String where = reference + " at " + point.get("x");
        boolean stress = point.has("stress");
        add(compared, point, "log_prob", where, stress, () -> distribution.logProb(x));
        add(compared, point, "cdf", where, stress, () -> distribution.cdf(x));
        add(compared, point, "sf", where, stress, () -> distribution.sf(x));
      }
      if (Stream.of("mean", "variance", "entropy", "icdf").noneMatch(reference.values()::has)) {
        return compared;
      }
      Distribution distribution = in(run, reference, parameters);
      String where = reference.toString();
      add(compared, reference.values(), "mean", where, false, distribution::mean);
      add(compared, reference.values(), "variance", where, false, distribution::variance);
      add(compared, reference.values(), "entropy", where, false, distribution::entropy);
      JsonElement quantiles = reference.values().get("icdf");
      for (JsonObject point : quantiles == null ? List.<JsonObject>of() : objects(quantiles)) {
        double x = Tensors.values(distribution.icdf(run.scalar(number(point.get("p")))))[0];
        double expected = number(point.get("x"));
        compared.add(new Compared("icdf", where + " at " + point.get("p"), expected, x, false));
      }
    }
    return compared;
  }

  /** The distribution at a point, which may bring a parameter of its own. */
  static Distribution at(Run run, Case reference, JsonObject point) {
    JsonObject parameters = reference.values().getAsJsonObject("params").deepCopy();
    if (point.has("total_count")) {
      parameters.add("total_count", point.get("total_count"));
    }
    return in(run, reference, parameters);
  }

  private static Distribution in(Run run, Case reference, JsonObject parameters) {
    return reference.constructor().apply(new ReferenceParameters(run, parameters)).on(run);
  }

  private static void add(
      List<Compared> compared,
      JsonObject values,
      String field,
      String where,
      boolean stress,
      Supplier<NDArray> formula) {
    JsonElement element = values.get(field);
    if (element == null || element.isJsonNull()) {
      return;
    }
    double[] expected = numbers(element);
    double[] actual = Tensors.values(formula.get());
    if (actual.length != expected.length) {
      throw new AssertionError(field + " of " + where + " has " + actual.length + " entries");
    }
    for (int i = 0; i < expected.length; i++) {
      compared.add(new Compared(field, where, expected[i], actual[i], stress));
    }
  }
}
