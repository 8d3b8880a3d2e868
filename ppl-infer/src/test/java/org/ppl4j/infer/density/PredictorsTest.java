package org.ppl4j.infer.density;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.inference.Predictor;
import ai.djl.metric.Metrics;
import ai.djl.translate.TranslateException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Functions behind DJL's interface. */
class PredictorsTest {

  private static Predictor<Map<String, ?>, String> areas() {
    return Predictors.of(
        "areas",
        (Map<String, ?> flat) -> {
          if (!flat.containsKey("area")) {
            throw new IllegalArgumentException("flat has no area; pass one");
          }
          return flat.get("area") + " m²";
        });
  }

  @Test
  void objectsComeAndGoAsTheyAre() throws TranslateException {
    try (Predictor<Map<String, ?>, String> predictor = areas()) {
      Metrics metrics = new Metrics();
      predictor.setMetrics(metrics);
      assertThat(predictor.predict(Map.of("area", 80.5))).isEqualTo("80.5 m²");
      assertThat(predictor.batchPredict(List.of(Map.of("area", 1), Map.of("area", "2"))))
          .containsExactly("1 m²", "2 m²");
      assertThat(metrics.getMetricNames()).contains("Inference");
    }
  }

  @Test
  void whatAFunctionThrowsIsTheCause() {
    try (Predictor<Map<String, ?>, String> predictor = areas()) {
      assertThatThrownBy(() -> predictor.predict(Map.of("rooms", 3)))
          .isInstanceOf(TranslateException.class)
          .hasRootCauseInstanceOf(IllegalArgumentException.class)
          .hasRootCauseMessage("flat has no area; pass one");
    }
  }
}
