package org.ppl4j.examples.guides;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.examples.launcher.ExampleOptions;
import org.ppl4j.examples.launcher.ExampleResult;
import org.ppl4j.infer.Summary;
import org.ppl4j.testing.LeakCheck;

/** The first number of the funnel is N(0, 3), for nothing is observed. */
@ExtendWith(LeakCheck.class)
class FunnelTest {

  private static final int STEPS = 500;

  @Test
  void chainsFindItInOtherVariablesAndSayWhereTheyDoNot() {
    ExampleResult result =
        new Funnel().run(ExampleOptions.defaults().withSeed(1).withSteps(STEPS).quietly());

    Summary.Row apart = result.parameters().get("non-centred.v");
    assertThat(Math.abs(apart.mean())).isLessThan(4 * apart.meanError());
    assertThat(apart.sd() / 3).isBetween(0.9, 1.1);
    assertThat(apart.rhat()).isLessThan(1.01);
    Summary.Row straight = result.parameters().get("neutra.v");
    assertThat(Math.abs(straight.mean())).isLessThan(4 * straight.meanError());
    assertThat(straight.sd() / 3).isBetween(0.85, 1.15); // after a short fit of the flow
    assertThat(result.figures().get("divergences.centred")).isPositive();
    assertThat(result.report().lines())
        .anySatisfy(line -> assertThat(line).startsWith("centred: 4 chains of 1,000 draws, "))
        .anySatisfy(line -> assertThat(line).contains("warning: ").contains("diverged"))
        .anySatisfy(line -> assertThat(line).startsWith("the flow of neutra: fit: "));
    assertThat(result.table().lines())
        .hasSize(5)
        .last()
        .asString()
        .startsWith("exact ")
        .endsWith("      0.000    3.000");
  }
}
