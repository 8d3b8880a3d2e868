package org.ppl4j.flows;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.provider.Arguments;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.LeakCheck;

/** The whole reference of transforms, with the largest errors of each. */
@Tag("acceptance")
@ExtendWith(LeakCheck.class)
class FlowReferenceAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("flows.2");

  @Test
  @Tag("flows.2")
  void everyTransformOfTheReferenceAgrees() {
    assertThat(FlowReferenceTest.missing()).isEmpty();
    Map<String, Map<String, Double>> worst = new TreeMap<>();
    List<Arguments> points = FlowReferenceTest.points().toList();
    for (Arguments point : points) {
      String name = (String) point.get()[0];
      Map<String, Double> errors =
          FlowReferenceTest.compare(name, (JsonObject) point.get()[1], (JsonObject) point.get()[2]);
      Map<String, Double> all = worst.computeIfAbsent(name, key -> new TreeMap<>());
      errors.forEach((field, error) -> all.merge(field, error, Math::max));
    }

    worst.forEach(
        (name, errors) ->
            errors.forEach(
                (field, error) -> {
                  double bound = FlowReferenceTest.tolerance(name);
                  POINT.atMost("largest error of %s of %s".formatted(field, name), error, bound);
                }));
    POINT.atMost("transforms that are not compared", FlowReferenceTest.missing().size(), 0);
    POINT.shown("points compared", points.size());
  }
}
