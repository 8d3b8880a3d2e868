package org.ppl4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.examples.launcher.Example;
import org.ppl4j.examples.launcher.ExampleLaws;
import org.ppl4j.examples.launcher.ExampleOptions;
import org.ppl4j.examples.launcher.ExampleResult;
import org.ppl4j.infer.Summary;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Recording;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.LeakCheck;

/** Examples give the same, computed from records or by the engine, on the same draws. */
@ExtendWith(LeakCheck.class)
class RecordedExamplesTest {

  private static final int STEPS = 8;

  /** Rounding in another order, which a few steps let grow, in posterior sds. */
  private static final double ROUNDING = 1e-6;

  @TempDir private Path folder;

  private ExampleResult run(Example example, Recording recording) throws IOException {
    FloatType floatType = FloatType.FLOAT64;
    ExampleOptions options = ExampleLaws.options(STEPS, floatType, folder).withRecording(recording);
    Example part = ExamplesTest.part(example, floatType);
    return part.run(ExamplesTest.part(options, part));
  }

  /** The largest difference of a mean or sd, in posterior sds. */
  private double apart(Example example) throws IOException {
    ExampleResult recorded = run(example, Recording.WHERE_POSSIBLE);
    ExampleResult engine = run(example, Recording.OFF);
    assertThat(recorded.parameters().rows().keySet())
        .isEqualTo(engine.parameters().rows().keySet());
    double apart = 0;
    for (String name : engine.parameters().rows().keySet()) {
      Summary.Row one = recorded.parameters().rows().get(name);
      Summary.Row other = engine.parameters().rows().get(name);
      double difference =
          Math.max(Math.abs(one.mean() - other.mean()), Math.abs(one.sd() - other.sd()));
      apart = Math.max(apart, difference / other.sd());
    }
    return apart;
  }

  @ParameterizedTest
  @MethodSource("org.ppl4j.examples.ExampleStepsTest#small")
  void giveTheSame(Example example) throws IOException {
    assertThat(apart(example)).isLessThan(ROUNDING);
  }

  static List<Example> examples() {
    return Examples.ALL;
  }

  @ParameterizedTest
  @MethodSource("examples")
  @Tag("acceptance")
  @Tag("recorded.1")
  void eachGivesTheSame(Example example) throws IOException {
    new AcceptancePoint("recorded.1")
        .atMost("difference of " + example.name() + ", posterior sds", apart(example), ROUNDING);
  }
}
