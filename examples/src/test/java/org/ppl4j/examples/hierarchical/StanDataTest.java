package org.ppl4j.examples.hierarchical;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.examples.launcher.ExampleOptions;
import org.ppl4j.examples.launcher.ExampleResult;
import org.ppl4j.examples.launcher.Launcher;
import org.ppl4j.examples.launcher.Reference;
import org.ppl4j.infer.CmdStanCsv;
import org.ppl4j.infer.Summary;
import org.ppl4j.testing.LeakCheck;

/** A file of the user's, from the command line to the files that Stan's tools read. */
@ExtendWith(LeakCheck.class)
class StanDataTest {

  /** As the project judges posteriors: of a mean, in sds, beside three Monte Carlo errors. */
  private static final double OFFSET = 0.1;

  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return new Launcher(
            ImmutableList.of(new StanData()),
            new PrintWriter(out, true),
            new PrintWriter(err, true))
        .execute(arguments);
  }

  private String file(String name, String json) throws IOException {
    return Files.writeString(folder.resolve(name), json).toString();
  }

  @Test
  void drawsAreWrittenForStansTools() throws IOException {
    String file = file("data.json", "{\"J\": 3, \"y\": [1, -2, 0.5], \"sigma\": [1, 2, 0.5]}");
    Path results = folder.resolve("results");
    String arguments = "run stan-data --data " + file + " --steps 50 --quiet --out " + results;

    assertThat(run(arguments.split(" "))).isZero();

    assertThat(err.toString()).isEmpty();
    assertThat(out.toString())
        .startsWith("nuts: 4 chains of 50 draws after ")
        .contains("bulk ESS", "tau", "theta[3]")
        .doesNotContain("theta[4]", "decentred", "reference");
    assertThat(results.resolve("stan-data.png")).isNotEmptyFile();
    List<Path> files =
        IntStream.rangeClosed(1, 4)
            .mapToObj(chain -> results.resolve("stan-data_" + chain + ".csv"))
            .toList();
    try (CmdStanCsv read = CmdStanCsv.read(files)) {
      assertThat(read.samples().chains()).isEqualTo(4);
      assertThat(read.samples().draws()).isEqualTo(200);
      assertThat(read.samples().names()).contains("mu", "tau", "theta");
      assertThat(read.sampler()).containsKeys("lp__", "divergent__");
      assertThat(read.samples().shape("theta").getShape()).containsExactly(3);
    }
  }

  @Test
  void theEightSchoolsAreThoseOfTheReference() throws IOException {
    ExampleResult result = new StanData().run(ExampleOptions.defaults().withSeed(1).quietly());

    Reference reference = EightSchools.reference();
    assertThat(result.parameters().rows()).hasSize(10);
    for (String name : reference.parameters().keySet()) {
      Summary.Row row = result.parameters().get(name);
      double sd = reference.get(name).sd();
      assertThat(Math.abs(reference.offset(name, row.mean())))
          .as("offset of %s", name)
          .isLessThan(OFFSET + 3 * row.meanError() / sd);
      assertThat(row.sd() / sd).as("sd ratio of %s", name).isBetween(0.9, 1.1);
      assertThat(row.rhat()).as("R-hat of %s", name).isLessThan(1.01);
    }
  }

  @Test
  void mistakesOfTheFileAreOneLine() throws IOException {
    String none = folder.resolve("none.json").toString();
    String half = file("half.json", "{\"y\": [1, 2]}");
    String uneven = file("uneven.json", "{\"y\": [1, 2], \"sigma\": [1]}");
    String zero = file("zero.json", "{\"y\": [1, 2], \"sigma\": [1, 0]}");

    for (String file : List.of(none, half, uneven, zero)) {
      assertThat(run("run", "stan-data", "--data", file, "--quiet")).isEqualTo(2);
    }

    assertThat(out.toString()).isEmpty();
    assertThat(err.toString().lines())
        .containsExactly(
            "error: there is no file '" + none + "'",
            "error: file '"
                + half
                + "' has no field 'sigma' for record 'Studies', only [y]; add it, or name the"
                + " component after one",
            "error: file '"
                + uneven
                + "' makes no 'Studies': y has 2 numbers and sigma 1; give one of each for at"
                + " least one study",
            "error: file '"
                + zero
                + "' makes no 'Studies': sigma has a number that is not positive; give standard"
                + " errors");
  }
}
