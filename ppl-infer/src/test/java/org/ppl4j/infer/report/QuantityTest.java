package org.ppl4j.infer.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.infer.Samples;
import org.ppl4j.testing.LeakCheck;

/** Numbers of draws have the names of a summary. */
@ExtendWith(LeakCheck.class)
class QuantityTest {

  private static Samples samples() {
    NDManager manager = NDManager.newBaseManager();
    Map<String, NDArray> sites = new LinkedHashMap<>();
    sites.put("mu", manager.create(new double[] {1, 2}));
    sites.put(
        "w",
        manager.create(new double[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, new Shape(2, 3, 2)));
    return Samples.of(manager, sites);
  }

  @Test
  void namesAreThoseOfTheSummary() {
    try (Samples samples = samples()) {
      assertThat(Quantity.names(samples))
          .containsExactlyElementsOf(samples.summary().rows().keySet())
          .contains("mu", "w[3,1]");
    }
    try (Samples samples = samples().withLabels("w", 1, List.of("Bath", "Leeds"))) {
      assertThat(Quantity.of(samples, List.of("w[2,Bath]")).get(0).draws()).containsExactly(3, 9);
    }
  }

  @Test
  void aSiteMeansAllItsNumbers() {
    List<String> names = List.of("mu", "w[1]", "w[2]", "v");

    assertThat(Quantity.chosen(names, "w", "mu")).containsExactly("w[1]", "w[2]", "mu");
    assertThat(Quantity.chosen(names, "w[2]", "w")).containsExactly("w[2]", "w[1]");
    assertThat(Quantity.chosen(names)).containsExactlyElementsOf(names);
    assertThat(Quantity.chosen(List.of("mu", "w[Leeds]", "w[a,St. Ives]"), "w")).hasSize(2);
    assertThatThrownBy(() -> Quantity.chosen(names, "w[3]"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "samples have no number 'w[3]', only those of [mu, w, v]; ask for one as a summary"
                + " names it");
  }

  @Test
  void drawsAreThoseOfTheElement() {
    try (Samples samples = samples()) {
      List<Quantity> found = Quantity.of(samples, List.of("w[2,1]", "mu"));

      assertThat(found).extracting(Quantity::name).containsExactly("w[2,1]", "mu");
      assertThat(found.get(0).draws()).containsExactly(3, 9);
      assertThat(found.get(1).draws()).containsExactly(1, 2);
      assertThat(found.get(0).chains(2)).isDeepEqualTo(new double[][] {{3}, {9}});
    }
  }
}
