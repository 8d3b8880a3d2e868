package org.ppl4j.examples.density;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.examples.launcher.Launcher;
import org.ppl4j.flows.Flows;
import org.ppl4j.infer.density.ConditionalDensity;

/** A file of the user's, from the command line to the model file. */
class CsvDensityTest {

  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return new Launcher(
            ImmutableList.of(new CsvDensity()),
            new PrintWriter(out, true),
            new PrintWriter(err, true))
        .execute(arguments);
  }

  private String file(String last) throws Exception {
    Random random = new Random(1);
    StringBuilder csv = new StringBuilder("y;x;z;town;seen\n");
    for (int i = 0; i < 100; i++) {
      double x = random.nextGaussian();
      csv.append(3 * x + random.nextGaussian()).append(';').append(x).append(';');
      csv.append(i % 9 == 0 ? "" : random.nextGaussian()).append(';');
      csv.append(i % 3 == 0 ? "Bath" : i % 3 == 1 ? "Leeds" : "NA").append(";2024-01-31\n");
    }
    return Files.writeString(folder.resolve("table.csv"), csv + last).toString();
  }

  @Test
  void modelAndPictureAreWritten() throws Exception {
    Path results = folder.resolve("results");
    int status =
        run(
            "run",
            "csv",
            "--file",
            file(""),
            "--target",
            "y",
            "--steps",
            "20",
            "--quiet",
            "--out",
            results.toString());

    assertThat(err.toString()).isEmpty();
    assertThat(status).isZero();
    assertThat(out.toString())
        .contains("rows: 100")
        .contains("rows held back: 20")
        .contains("loglik.validation: ");
    assertThat(results.resolve("csv.png")).isNotEmptyFile();
    try (NDManager manager = NDManager.newBaseManager();
        ConditionalDensity density =
            ConditionalDensity.load(manager, results.resolve("csv.ppl"), Flows::conditional)) {
      assertThat(density.dim()).isEqualTo(1);
      assertThat(density.contextDim()).isEqualTo(4);
    }
  }

  @Test
  void mistakesOfTheFileAreOneLine() throws Exception {
    String file = file("1;two;3;York;2024-02-01\n");

    assertThat(run("run", "csv", "--file", file, "--target", "y", "--quiet")).isEqualTo(2);
    assertThat(run("run", "csv", "--file", file, "--target", "u", "--quiet")).isEqualTo(2);
    assertThat(run("run", "csv", "--file", file)).isEqualTo(2);
    assertThat(err.toString().lines())
        .contains(
            "error: file '"
                + file
                + "' has the text 'two' in column 'x' of row 101 (from 1); leave the row out, or"
                + " fill it in",
            "error: file '" + file + "' has no column 'u'; choose from [y, x, z, town, seen]",
            "error: options '--file' and '--target' go together; pass both or neither");
  }
}
