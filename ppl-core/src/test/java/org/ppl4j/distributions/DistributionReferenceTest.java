package org.ppl4j.distributions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ppl4j.testing.References.number;
import static org.ppl4j.testing.References.numbers;
import static org.ppl4j.testing.References.objects;
import static org.ppl4j.testing.TensorAssertions.assertClose;

import ai.djl.ndarray.NDArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.DistributionCase;
import org.ppl4j.testing.DistributionCase.ReferenceFamily;
import org.ppl4j.testing.DistributionCases;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.ReferenceParameters;
import org.ppl4j.testing.References;

/**
 * Every family of the reference that exists here, at every point.
 *
 * <p>Its three stress points are Cauchy, half-Cauchy and t densities 1e200 scales out, where z²
 * overflows and the log-density is −∞, as the javadoc of these says.
 */
@ExtendWith(LeakCheck.class)
class DistributionReferenceTest {

  /** What the reference suggests for binary64. */
  private static final double TOLERANCE = 1e-10;

  /** A case of the reference and how to make it. */
  private record Reference(JsonObject values, Function<ReferenceParameters, Distribution> family) {}

  static Stream<Named<Reference>> cases() {
    JsonObject all = References.read("distributions.json").getAsJsonObject("distributions");
    Stream<ReferenceFamily> ofRows =
        DistributionCases.all().stream().map(DistributionCase::reference).filter(Objects::nonNull);
    ReferenceFamily delta =
        new ReferenceFamily("Delta", p -> Delta.of(p.get("v"), p.get("log_density"), 0));
    return Stream.concat(ofRows, Stream.of(delta))
        .flatMap(
            family ->
                objects(all.getAsJsonObject(family.name()).get("cases")).stream()
                    .map(
                        values ->
                            Named.of(
                                family.name() + values.get("params"),
                                new Reference(values, family.family()))));
  }

  private static List<JsonObject> points(Reference reference) {
    return objects(reference.values().get("points"));
  }

  /** The distribution at a point, which may have a total count of its own. */
  private static Distribution at(Run run, Reference reference, JsonObject point) {
    JsonObject parameters = reference.values().getAsJsonObject("params").deepCopy();
    if (point.has("total_count")) {
      parameters.add("total_count", point.get("total_count"));
    }
    return reference.family().apply(new ReferenceParameters(run, parameters)).on(run);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void logProbAgrees(Reference reference) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      for (JsonObject point : points(reference)) {
        JsonElement x = point.get("x");
        Distribution distribution = at(run, reference, point);
        NDArray logProb = distribution.logProb(ReferenceParameters.tensor(run, x));
        if (point.has("stress")) {
          assertThat(logProb.getDouble()).as("at " + x).isEqualTo(Double.NEGATIVE_INFINITY);
        } else {
          double expected = number(point.get("log_prob"));
          assertClose("log_prob at " + x, logProb, TOLERANCE, expected);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void momentsAgree(Reference reference) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Distribution distribution = at(run, reference, points(reference).get(0));
      agree(reference.values(), "mean", distribution::mean);
      agree(reference.values(), "variance", distribution::variance);
      agree(reference.values(), "entropy", distribution::entropy);
    }
  }

  private static void agree(JsonObject values, String name, Supplier<NDArray> formula) {
    if (values.has(name) && !values.get(name).isJsonNull()) {
      assertClose(name, formula.get(), TOLERANCE, numbers(values.get(name)));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void cdfAndQuantilesAgree(Reference reference) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Distribution distribution = at(run, reference, points(reference).get(0));
      if (lacksCdf(distribution)) {
        return;
      }
      for (JsonObject point : points(reference)) {
        if (point.has("cdf")) {
          double x = number(point.get("x"));
          NDArray cdf = distribution.cdf(run.scalar(x));
          assertClose("cdf at " + x, cdf, TOLERANCE, number(point.get("cdf")));
        }
      }
      JsonElement quantiles = reference.values().get("icdf");
      for (JsonObject point : quantiles == null ? List.<JsonObject>of() : objects(quantiles)) {
        NDArray x = distribution.icdf(run.scalar(number(point.get("p"))));
        assertClose("icdf at " + point, x, TOLERANCE, number(point.get("x")));
      }
    }
  }

  /** Discrete families have none; gamma, beta and t need the incomplete functions. */
  private static boolean lacksCdf(Distribution distribution) {
    return distribution.support().isDiscrete()
        || distribution instanceof Gamma
        || distribution instanceof Beta
        || distribution instanceof StudentT
        || distribution instanceof Delta;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void outsideTheSupportTheDensityIsZero(Reference reference) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      for (JsonObject point : points(reference)) {
        Constraint support = at(run, reference, point).support();
        NDArray x = ReferenceParameters.tensor(run, point.get("x"));
        if (point.has("outside_support")) {
          assertThat(support.check(x).getBoolean()).isFalse();
        }
      }
    }
  }
}
