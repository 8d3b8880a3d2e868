package org.ppl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.distributions.Bernoulli;
import org.ppl4j.distributions.Beta;
import org.ppl4j.handlers.Condition;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.Sandbox;

/** The code of the package's tutorial, compiled and run, and compared with the javadoc. */
@ExtendWith(LeakCheck.class)
final class TutorialTest {

  private static final Path MAIN = Path.of("src/main/java/org/ppl4j");
  private static final Path TEST = Path.of("src/test/java/org/ppl4j");

  static final Program<NDArray> COIN =
      (p, flips) -> {
        NDArray fairness = p.sample("fairness", Beta.of(10, 10));
        try (Plate plate = p.plate("flips", flips.size(0))) {
          p.observe("obs", Bernoulli.probs(fairness), plate.take(flips));
        }
      };

  record Tempered(double power) implements Handler {
    @Override
    public Frame begin(Ppl p) {
      return new Frame() {
        @Override
        protected void enter(SampleSite site) {
          if (site.isObserved()) {
            site.scaleBy(power);
          }
        }
      };
    }
  }

  private static double execute(
      RunConfig config, long step, ParamStore params, BoundData<NDArray> bound) {
    try (Run run = Run.open(config, step)) {
      Trace trace = Execution.record(run, params, Rng.Purpose.MODEL, COIN, bound.in(run));
      return Tensors.values(trace.logJoint())[0];
    }
  }

  @Test
  void coinRuns() {
    RunConfig config = RunConfig.defaults();
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager);
        BoundData<NDArray> bound = BoundData.of(manager.create(new float[] {1, 1, 0}), config)) {
      assertThat(execute(config, 0, params, bound)).isNegative();

      try (Run run = Run.open(config, 0)) {
        Program<NDArray> fair = COIN.with(new Condition("fairness", 0.5));
        Trace trace = Execution.record(run, params, Rng.Purpose.MODEL, fair, bound.in(run));

        assertThat(Tensors.values(trace.site("obs").scaledLogProb())[0])
            .isCloseTo(3 * Math.log(0.5), within(1e-14));
      }
    }
  }

  @Test
  void temperedLikelihoodCountsInPart() {
    try (Sandbox sandbox = Sandbox.open()) {
      Program<Void> program = (p, data) -> p.observe("y", Bernoulli.probs(0.5), 1);

      Trace trace = sandbox.record(program.with(new Tempered(0.25)));

      assertThat(Tensors.values(trace.logJoint())[0])
          .isCloseTo(0.25 * Math.log(0.5), within(1e-14));
    }
  }

  @Test
  void javadocShowsThisCode() throws IOException {
    String code =
        normal(Files.readString(TEST.resolve("TutorialTest.java")))
            + normal(Files.readString(TEST.resolve("DescribeTest.java")));

    List<String> blocks = blocks(Files.readString(MAIN.resolve("package-info.java")));
    assertThat(blocks).hasSizeGreaterThanOrEqualTo(3);
    assertThat(blocks).allSatisfy(block -> assertThat(code).contains(normal(block)));
  }

  private static List<String> blocks(String javadoc) {
    Matcher matcher =
        Pattern.compile("<pre>\\{@code\\n(.*?)\\n \\* }</pre>", Pattern.DOTALL).matcher(javadoc);
    List<String> blocks = new ArrayList<>();
    while (matcher.find()) {
      blocks.add(matcher.group(1).replaceAll("(?m)^ \\* ?", ""));
    }
    return blocks;
  }

  private static String normal(String text) {
    return text.replaceAll("\\s+", " ").trim();
  }
}
