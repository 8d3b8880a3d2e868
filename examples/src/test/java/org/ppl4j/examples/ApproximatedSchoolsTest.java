package org.ppl4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ppl4j.examples.hierarchical.EightSchools;
import org.ppl4j.examples.launcher.ExampleOptions;
import org.ppl4j.examples.launcher.ExampleResult;
import org.ppl4j.examples.launcher.InferenceMethod;

/** The schools' posterior is far from normal, and normal approximations say so. */
class ApproximatedSchoolsTest {

  @ParameterizedTest
  @EnumSource(names = {"LAPLACE", "PATHFINDER"})
  void approximationsAreNotToBeTrusted(InferenceMethod method) {
    ExampleResult result =
        new EightSchools()
            .run(ExampleOptions.defaults().quietly().with(InferenceMethod.OPTION, method));

    assertThat(result.report())
        .startsWith(method + ": ")
        .contains("warning: k-hat of the weights is ");
    assertThat(result.parameters().rows()).containsKey("tau");
  }
}
