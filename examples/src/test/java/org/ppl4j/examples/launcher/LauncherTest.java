package org.ppl4j.examples.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Ascii;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ppl4j.infer.Summary;
import org.ppl4j.tensor.FloatType;

class LauncherTest {

  private static final Reference HALF =
      new Reference(ImmutableMap.of("theta[1]", new Reference.Moments(0.45, 0.2)));

  private enum Side {
    HEADS,
    TAILS;

    @Override
    public String toString() {
      return Ascii.toLowerCase(name());
    }
  }

  private static final ExampleOption<Integer> BATCH =
      ExampleOption.number("batch", "How many tosses at once.", 1);
  private static final ExampleOption<Side> SIDE =
      ExampleOption.oneOf("side", "What is counted.", ImmutableList.copyOf(Side.values()));
  private static final ExampleOption<Integer> TOSSES =
      ExampleOption.number("tosses", "How often.", 1, 9);
  private static final ExampleOption<String> COIN =
      ExampleOption.text("coin", "COIN", "What is tossed.");
  private static final ExampleOption<Path> FILE = ExampleOption.file("file", "Tosses of yours.");

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final List<ExampleOptions> seen = new ArrayList<>();
  private final Launcher launcher =
      new Launcher(
          ImmutableList.of(
              new Recording("toss", true), new Recording("long-toss", false), new Failing()),
          new PrintWriter(out, true),
          new PrintWriter(err, true));

  @Test
  void listShowsNameAndDescriptionOfEach() {
    assertThat(launcher.execute("list")).isZero();

    assertThat(out.toString().lines())
        .containsExactly(
            "toss       answers with the numbers it is made of",
            "long-toss  answers with the numbers it is made of",
            "broken     throws");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void helpIsNoMistake() {
    assertThat(launcher.execute("run", "--help")).isZero();

    assertThat(out.toString())
        .contains(
            "--seed", "--steps", "--batch", "--dtype", "--json", "--out", "--report", "--quiet");
  }

  @Test
  void helpOfAnExampleHasItsOptionsOnly() {
    assertThat(launcher.execute("run", "toss", "--help")).isZero();

    assertThat(out.toString())
        .contains("toss: answers with the numbers it is made of.", "--batch", "--out", "--seed")
        .doesNotContain("--file", "--side", "--tosses");
    assertThat(seen).isEmpty();
  }

  @Test
  void helpOfAnExampleThatDoesNotExistIsAMistake() {
    assertThat(launcher.execute("run", "tos", "--help")).isEqualTo(2);

    assertThat(err.toString().strip())
        .isEqualTo("error: example 'tos' does not exist; did you mean 'toss'?");
  }

  @Nested
  class Run {

    @Test
    void optionsHaveDefaults() {
      assertThat(launcher.execute("run", "toss")).isZero();

      assertThat(seen).containsExactly(ExampleOptions.defaults());
    }

    /** One that draws none of its own. */
    @Test
    void eachExampleHasAPicture(@TempDir Path made) {
      assertThat(launcher.execute("run", "long-toss", "--out", made.toString())).isZero();

      assertThat(made.resolve("long-toss.png")).isNotEmptyFile();
      assertThat(launcher.execute("run", "toss", "--out", made.toString())).isZero();
      assertThat(made.resolve("toss.png")).doesNotExist();
    }

    @Test
    void optionsReachTheExample(@TempDir Path temporary) {
      Path made = temporary.resolve("a/b");

      int status =
          launcher.execute(
              ("run toss --seed 7 --steps 20 --batch 5 --dtype float32 --engine --quiet --out "
                      + made)
                  .split(" "));

      assertThat(status).isZero();
      assertThat(made).isDirectory();
      assertThat(seen)
          .containsExactly(
              ExampleOptions.defaults()
                  .withSeed(7)
                  .withSteps(20)
                  .with(BATCH, 5)
                  .withFloatType(FloatType.FLOAT32)
                  .withRecording(org.ppl4j.tensor.Recording.OFF)
                  .withDirectory(made)
                  .quietly());
      assertThat(seen.get(0).config().seed()).isEqualTo(7);
      assertThat(seen.get(0).config().floatType()).isEqualTo(FloatType.FLOAT32);
      assertThat(seen.get(0).config().recording()).isEqualTo(org.ppl4j.tensor.Recording.OFF);
    }

    @Test
    void optionsOfItsOwnReachTheExampleAndNotTheNextRun() {
      String arguments = "run long-toss --side tails --tosses 9 --coin penny --file a.csv";

      assertThat(launcher.execute(arguments.split(" "))).isZero();
      assertThat(launcher.execute("run", "long-toss")).isZero();

      assertThat(seen.get(0).get(SIDE)).contains(Side.TAILS);
      assertThat(seen.get(0).get(TOSSES)).contains(9);
      assertThat(seen.get(0).get(COIN)).contains("penny");
      assertThat(seen.get(0).get(FILE)).contains(Path.of("a.csv"));
      assertThat(seen.get(0).get(BATCH)).isEmpty();
      assertThat(seen.get(1)).isEqualTo(ExampleOptions.defaults());
    }

    @Test
    void aSecondRunStartsFromTheDefaults() {
      assertThat(launcher.execute("run", "toss", "--seed", "7", "--steps", "3", "--quiet"))
          .isZero();
      assertThat(launcher.execute("run", "toss")).isZero();

      assertThat(seen.get(1)).isEqualTo(ExampleOptions.defaults());
    }

    @Test
    void theResultIsPrinted() {
      assertThat(launcher.execute("run", "toss")).isZero();

      assertThat(out.toString().lines())
          .startsWith(
              "                mean          sd   reference      its sd      off by",
              "theta[1]     0.50000     0.10000     0.45000     0.20000     0.25 sd",
              "loss: 2.50000",
              "diverged: NaN",
              "seed: 0")
          .last()
          .asString()
          .startsWith("seconds: ");
      assertThat(err.toString()).isEmpty();
    }

    @Test
    void chainsAreToldOfFirstAndHaveTheirColumns() {
      Summary.Row row = new Summary.Row(0.5, 0.1, 0.25, 0.5, 0.75, 1.003, 812, 640);
      ExampleResult result =
          new ExampleResult(new Summary(ImmutableMap.of("theta[1]", row)), HALF, ImmutableMap.of())
              .withReport("nuts: well");

      assertThat(ResultTable.of(result).lines())
          .containsExactly(
              "nuts: well",
              "                mean          sd       R-hat    bulk ESS    tail ESS   reference"
                  + "      its sd      off by",
              "theta[1]     0.50000     0.10000       1.003         812         640     0.45000"
                  + "     0.20000     0.25 sd");
    }

    @Test
    void withoutAReferenceItsQuantilesArePrinted() {
      assertThat(launcher.execute("run", "long-toss", "--seed", "4")).isZero();

      assertThat(out.toString().lines())
          .startsWith(
              "               mean         sd         5%        50%        95%",
              "theta[1]      0.500      0.100      0.250      0.500      0.750",
              "loss: 2.50000",
              "diverged: NaN",
              "seed: 4");
    }

    @Test
    void jsonHoldsTheWholeResult(@TempDir Path temporary) throws IOException {
      Path file = temporary.resolve("result.json");

      assertThat(launcher.execute("run", "toss", "--seed", "3", "--json", file.toString()))
          .isZero();

      JsonObject json = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
      assertThat(json.remove("seconds").getAsDouble()).isBetween(0.0, 60.0);
      assertThat(json)
          .isEqualTo(
              JsonParser.parseString(
                  """
                  {"example": "toss", "seed": 3,
                   "parameters": {
                     "theta[1]": {"mean": 0.5, "sd": 0.1, "q05": 0.25, "q50": 0.5, "q95": 0.75}},
                   "figures": {"loss": 2.5, "diverged": null}}
                  """));
    }
  }

  @Nested
  class Mistakes {

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '`',
        value = {
          "|command is missing; use 'list' or 'run NAME'",
          "rum toss|command 'rum' does not exist; did you mean 'run'?",
          "evaluate|command 'evaluate' does not exist; choose from list, run",
          "run|missing required parameter: 'NAME'",
          "run tos|example 'tos' does not exist; did you mean 'toss'?",
          "run loong-toss|example 'loong-toss' does not exist; did you mean 'long-toss'?",
          "run xyz|example 'xyz' does not exist; choose from toss, long-toss, broken",
          "run toss toss|argument 'toss' is one too many; remove it",
          "list toss|argument 'toss' is one too many; remove it",
          "run toss --sed 3|option '--sed' does not exist; did you mean '--seed'?",
          "run toss --seed|missing required parameter for option '--seed' (N)",
          "run toss --seed x|invalid value for option '--seed': 'x' is not a long",
          "run toss --steps 1.5|invalid value for option '--steps': '1.5' is not an int",
          "run toss --steps 0|option '--steps' is 0, but must be at least 1",
          "run toss --batch 0|option '--batch' is 0, but must be at least 1",
          "run toss --batch x|option '--batch' is 'x', but must be a whole number",
          "run long-toss --batch 5|option '--batch' is not for example 'long-toss'; use 'run toss'",
          "run toss --file f --side tails|option '--side' is not for example 'toss'; use 'run"
              + " long-toss'",
          "run long-toss --report r.html|option '--report' is not for example 'long-toss', which"
              + " has none; leave it out, or use '--json'",
          "run long-toss --side tail|side 'tail' does not exist; did you mean 'tails'?",
          "run long-toss --side x|side 'x' does not exist; choose from heads, tails",
          "run long-toss --tosses 10|option '--tosses' is 10, but must be 1 to 9",
          "run long-toss --coin fake|the coin is a fake; toss another",
          "run toss --dtype half|option '--dtype' is 'half', but must be float32 or float64",
        })
    void areOneLineAndStatusTwo(String arguments, String line) {
      String[] split = arguments == null ? new String[0] : arguments.split(" ");

      assertThat(launcher.execute(split)).isEqualTo(2);

      assertThat(err.toString().lines()).containsExactly("error: " + line);
      assertThat(out.toString()).isEmpty();
      assertThat(seen).isEmpty();
    }

    @Test
    void filesAreCheckedBeforeTheExampleRuns(@TempDir Path temporary) throws IOException {
      Path file = Files.createFile(temporary.resolve("file"));
      Path orphan = temporary.resolve("missing/result.json");

      assertThat(launcher.execute("run", "toss", "--out", file.toString())).isEqualTo(2);
      assertThat(launcher.execute("run", "toss", "--json", temporary.toString())).isEqualTo(2);
      assertThat(launcher.execute("run", "toss", "--json", orphan.toString())).isEqualTo(2);
      assertThat(launcher.execute("run", "toss", "--report", temporary.toString())).isEqualTo(2);

      assertThat(err.toString().lines())
          .containsExactly(
              "error: directory '" + file + "' of '--out' cannot be made; choose another",
              "error: file '" + temporary + "' of '--json' cannot be written; choose another",
              "error: file '" + orphan + "' of '--json' cannot be written; choose another",
              "error: file '" + temporary + "' of '--report' cannot be written; choose another");
      assertThat(seen).isEmpty();
    }

    @Test
    void anExampleThatThrowsIsNoMistakeOfTheCaller() {
      assertThat(launcher.execute("run", "broken")).isEqualTo(1);

      assertThat(err.toString()).contains("IllegalStateException: on purpose");
    }
  }

  /** Keeps what it is told and answers with fixed numbers. */
  private final class Recording implements Example {
    private final String name;
    private final boolean known;

    /**
     * One that has a reference, takes batches and writes files; or none of it, but more options.
     */
    Recording(String name, boolean known) {
      this.name = name;
      this.known = known;
    }

    @Override
    public ImmutableList<ExampleOption<?>> options() {
      return known ? ImmutableList.of(BATCH) : ImmutableList.of(SIDE, TOSSES, COIN, FILE);
    }

    @Override
    public boolean writesFiles() {
      return known;
    }

    @Override
    public boolean writesReport() {
      return known;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public String description() {
      return "answers with the numbers it is made of";
    }

    @Override
    public ExampleResult run(ExampleOptions options) {
      if (options.get(COIN).equals(Optional.of("fake"))) {
        throw new MisuseException("the coin is a fake; toss another");
      }
      seen.add(options);
      return new ExampleResult(
          new Summary(ImmutableMap.of("theta[1]", new Summary.Row(0.5, 0.1, 0.25, 0.5, 0.75))),
          known ? HALF : Reference.none(),
          ImmutableMap.of("loss", 2.5, "diverged", Double.NaN));
    }
  }

  /** Throws. */
  private static final class Failing implements Example {
    @Override
    public String name() {
      return "broken";
    }

    @Override
    public String description() {
      return "throws";
    }

    @Override
    public ExampleResult run(ExampleOptions options) {
      throw new IllegalStateException("on purpose");
    }
  }
}
