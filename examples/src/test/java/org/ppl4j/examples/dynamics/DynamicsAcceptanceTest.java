package org.ppl4j.examples.dynamics;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableMap;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.examples.launcher.Example;
import org.ppl4j.examples.launcher.ExampleOptions;
import org.ppl4j.examples.launcher.ExampleResult;
import org.ppl4j.examples.launcher.InferenceMethod;
import org.ppl4j.infer.Summary;
import org.ppl4j.testing.AcceptancePoint;

/** Models with a differential equation, as a user runs them. */
@Tag("acceptance")
@Tag("ode.6")
class DynamicsAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("ode.6");

  /** The means of Carpenter's case study, which has two or three digits of each. */
  private static final ImmutableMap<String, Double> PUBLISHED =
      ImmutableMap.<String, Double>builder()
          .put("theta[1]", 0.545)
          .put("theta[2]", 0.028)
          .put("theta[3]", 0.803)
          .put("theta[4]", 0.024)
          .put("z_init[1]", 33.9)
          .put("z_init[2]", 5.95)
          .put("sigma[1]", 0.25)
          .put("sigma[2]", 0.25)
          .buildOrThrow();

  /** What the concentrations were simulated from. */
  private static final ImmutableMap<String, Double> TRUTH =
      ImmutableMap.of("k_a", 0.8, "K_m", 3.0, "V_m", 4.0, "sigma", 0.1);

  @TempDir private Path folder;

  private Summary run(Example example, InferenceMethod method) throws Exception {
    ExampleResult result =
        example.run(
            ExampleOptions.defaults()
                .quietly()
                .withDirectory(folder)
                .with(InferenceMethod.OPTION, method));
    System.out.println(result.report());
    assertThat(folder.resolve(example.name() + ".png")).isNotEmptyFile();
    return result.parameters();
  }

  /** The roundings of the published means are up to 0.12 of a standard deviation. */
  @Test
  void haresAndLynxesHaveThePublishedMeans() throws Exception {
    for (InferenceMethod method :
        new InferenceMethod[] {InferenceMethod.NUTS, InferenceMethod.SVI}) {
      double furthest = 0;
      Summary summary = run(new LotkaVolterra(), method);
      for (Map.Entry<String, Double> mean : PUBLISHED.entrySet()) {
        Summary.Row row = summary.get(mean.getKey());
        furthest = Math.max(furthest, Math.abs(row.mean() - mean.getValue()) / row.sd());
      }
      POINT.atMost(
          "lotka-volterra by " + method + ", off the published means in sd", furthest, 0.2);
    }
  }

  @Test
  void theStudyIsExplainedByWhatMadeIt() throws Exception {
    Summary summary = run(new Pharmacokinetics(), InferenceMethod.NUTS);
    int outside = 0;
    for (Map.Entry<String, Double> truth : TRUTH.entrySet()) {
      Summary.Row row = summary.get(truth.getKey());
      outside += row.q05() <= truth.getValue() && truth.getValue() <= row.q95() ? 0 : 1;
    }
    POINT.atMost("numbers of pharmacokinetics outside the middle 90%", outside, 0);
  }
}
