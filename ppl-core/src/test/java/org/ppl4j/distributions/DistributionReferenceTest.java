package org.ppl4j.distributions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ppl4j.testing.References.objects;

import ai.djl.ndarray.NDArray;
import com.google.gson.JsonObject;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.distributions.ReferenceValues.Case;
import org.ppl4j.distributions.ReferenceValues.Compared;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.ReferenceParameters;

/**
 * Every family of the reference, at every point.
 *
 * <p>Its three stress points are Cauchy, half-Cauchy and t densities 1e200 scales out, where z²
 * overflows and the log-density is −∞, as the javadoc of these says.
 */
@ExtendWith(LeakCheck.class)
class DistributionReferenceTest {

  static Stream<Named<Case>> cases() {
    return ReferenceValues.cases().map(one -> Named.of(one.toString(), one));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agrees(Case reference) {
    for (Compared value : ReferenceValues.compare(reference)) {
      assertThat(value.agrees() || ReferenceValues.isExplained(value)).as("%s", value).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void pointsOutsideAreOutside(Case reference) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      for (JsonObject point : objects(reference.values().get("points"))) {
        Distribution distribution = ReferenceValues.at(run, reference, point);
        NDArray x = new ReferenceParameters(run, point).get("x");
        if (point.has("outside_support")) {
          assertThat(distribution.support().check(x).getBoolean()).as("%s", point).isFalse();
        }
      }
    }
  }
}
