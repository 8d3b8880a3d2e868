package org.ppl4j.examples.density;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.examples.launcher.ExampleOptions;
import org.ppl4j.examples.launcher.ExampleResult;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.testing.AcceptancePoint;

/** The flow of the red wines is as good on wines that it has not seen as published models. */
@Tag("acceptance")
class RedWineAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("density.1");
  private static final double BOUND = -9.2;
  private static final double MOST_SECONDS = 180;

  @Test
  @Tag("density.1")
  void wineThatIsNotSeenIsLikely() {
    ExampleResult result =
        new RedWine().run(ExampleOptions.defaults().withFloatType(FloatType.FLOAT32).quietly());
    System.out.println(result.table());
    double test = result.figures().get("loglik.test");
    double seconds = result.figures().get("seconds.fold");
    POINT.atLeast("loglik.test", test, BOUND);
    POINT.atMost("seconds.fold", seconds, MOST_SECONDS);
    for (String shown :
        new String[] {
          "loglik.train",
          "loglik.gap",
          "loglik.test.as-they-are",
          "loglik.test.together",
          "loglik.gap.together",
          "loglik.test.normal"
        }) {
      POINT.shown(shown, result.figures().get(shown));
    }

    // The protocol is that of the reference, since the normal distribution agrees on each fold.
    double[] floor = RedWineTable.floor("gaussian");
    for (int i = 0; i < floor.length; i++) {
      assertThat(result.reference().get("fold " + i).mean()).isCloseTo(floor[i], within(1e-6));
    }
  }
}
