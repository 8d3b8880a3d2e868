package org.ppl4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.benchmarks.NewJvm;
import org.ppl4j.examples.launcher.Example;
import org.ppl4j.examples.launcher.ExampleLaws;
import org.ppl4j.examples.launcher.ExampleResult;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.testing.AcceptancePoint;

/** Of each example all that its programs read around them can be judged. */
@Tag("acceptance")
@Tag("sound.2")
class JudgedExamplesAcceptanceTest {

  private static final String TOLD = "it cannot be judged";
  private static final String DONE = "done with ";

  @TempDir private Path folder;

  /** Runs them all, with few steps, and prints what records say of themselves. */
  public static void main(String[] args) throws IOException {
    System.setProperty("org.slf4j.simpleLogger.log.org.ppl4j.tensor.RecordingChoice", "info");
    System.setProperty("org.slf4j.simpleLogger.logFile", "System.out");
    for (Example example : Examples.ALL) {
      Example part = ExamplesTest.part(example, FloatType.FLOAT64);
      ExampleResult unused =
          part.run(
              ExamplesTest.part(ExampleLaws.options(8, FloatType.FLOAT64, Path.of(args[0])), part));
      System.out.println(DONE + example.name());
    }
  }

  @Test
  void noExampleReadsWhatCannotBeJudged() throws IOException, InterruptedException {
    List<String> lines =
        Splitter.on('\n')
            .splitToList(NewJvm.output(JudgedExamplesAcceptanceTest.class, folder.toString()));
    List<String> told = lines.stream().filter(line -> line.contains(TOLD)).toList();

    assertThat(told).isEmpty();
    AcceptancePoint point = new AcceptancePoint("sound.2");
    point.atLeast("examples run", lines.stream().filter(line -> line.startsWith(DONE)).count(), 20);
    point.none("examples named as what cannot be judged");
  }
}
