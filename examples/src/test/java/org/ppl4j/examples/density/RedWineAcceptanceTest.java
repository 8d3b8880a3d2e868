package org.ppl4j.examples.density;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
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

  private static final AcceptancePoint FOLDS = new AcceptancePoint("tables.9");
  private static final double MOST_GAP = 0.8;
  private static final double LEAST_TEST = -9;

  /** Of three of the folds. */
  @Test
  @Tag("tables.9")
  void winesAreNotKnownByHeart() {
    ExampleResult result =
        new RedWine(List.of(0, 1, 2))
            .run(ExampleOptions.defaults().withFloatType(FloatType.FLOAT32).quietly());
    FOLDS.atMost("loglik.gap", result.figures().get("loglik.gap"), MOST_GAP);
    FOLDS.atLeast("loglik.test", result.figures().get("loglik.test"), LEAST_TEST);
  }
}
