package org.ppl4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.examples.hierarchical.EightSchools;
import org.ppl4j.examples.hierarchical.Radon;
import org.ppl4j.examples.launcher.Example;
import org.ppl4j.examples.launcher.ExampleLaws;
import org.ppl4j.examples.launcher.ExampleOptions;
import org.ppl4j.examples.launcher.ExampleResult;
import org.ppl4j.examples.launcher.InferenceMethod;
import org.ppl4j.examples.launcher.MisuseException;
import org.ppl4j.examples.regression.Counts;
import org.ppl4j.examples.regression.Regression;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.testing.LeakCheck;

/** One model by each method: the same laws, table and picture, after the words of the method. */
@ExtendWith(LeakCheck.class)
class MethodsTest {

  /** So many draws of each chain, or in all, that no quantile is another. */
  private static final int STEPS = 40;

  private static final ImmutableMap<InferenceMethod, String> FIRST_WORDS =
      ImmutableMap.of(
          InferenceMethod.SVI, "fit: made all its steps after 40 steps",
          InferenceMethod.NUTS, "nuts: 4 chains of 40 draws after ",
          InferenceMethod.LAPLACE, "laplace: mode at log density ",
          InferenceMethod.PATHFINDER, "pathfinder: bounds of ");

  @TempDir private Path folder;

  static List<Example> models() {
    return List.of(new EightSchools(), new Radon(), new Counts(), new Regression());
  }

  @ParameterizedTest
  @MethodSource("models")
  void lawsHoldByEach(Example example) throws IOException {
    for (Map.Entry<InferenceMethod, String> words : FIRST_WORDS.entrySet()) {
      InferenceMethod method = words.getKey();
      Path own = Files.createDirectory(folder.resolve(method.toString()));
      ExampleOptions options =
          ExampleLaws.options(STEPS, FloatType.FLOAT64, own).with(InferenceMethod.OPTION, method);

      ExampleResult result = ExampleLaws.check(example, options);

      assertThat(result.report()).startsWith(words.getValue());
      assertThat(result.figures()).containsKey("largest offset of a mean in reference sd");
      assertThat(own.resolve(example.name() + ".png")).isNotEmptyFile();
    }
  }

  /** It takes as many draws as it needs. */
  @Test
  void whatSuitsIsFound() throws IOException {
    ExampleOptions options =
        ExampleLaws.options(STEPS, FloatType.FLOAT64, folder)
            .with(InferenceMethod.OPTION, InferenceMethod.INFERENCE);

    ExampleResult result = new Counts().run(options);

    assertThat(result.report()).startsWith("inference: nothing speaks against these draws");
    assertThat(result.figures()).containsEntry("warnings", 0.0);
    assertThat(result.figures().get("largest offset of a mean in reference sd")).isLessThan(0.1);
    assertThat(folder.resolve("counts.png")).isNotEmptyFile();
  }

  /** The method that an example had before there was a choice. */
  @Test
  void aGuideIsFittedUnlessAnotherIsNamed() throws IOException {
    ExampleOptions options = ExampleLaws.options(STEPS, FloatType.FLOAT64, folder);
    ExampleResult named =
        new Counts().run(options.with(InferenceMethod.OPTION, InferenceMethod.SVI));

    assertThat(new Counts().run(options).parameters()).isEqualTo(named.parameters());
  }

  @Test
  void chainsSeeNoBatches() {
    ExampleOptions options =
        ExampleOptions.defaults()
            .with(Radon.BATCH, 16)
            .with(InferenceMethod.OPTION, InferenceMethod.NUTS);

    assertThatThrownBy(() -> new Radon().run(options))
        .isInstanceOf(MisuseException.class)
        .hasMessage(
            "options '--batch' and '--method nuts' do not go together, since only a guide learns"
                + " from batches; leave one out");
  }
}
