package org.ppl4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Stopwatch;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppl4j.examples.launcher.InferenceMethod;
import org.ppl4j.examples.launcher.Launcher;
import org.ppl4j.testing.AcceptancePoint;

/** The examples of samplers and approximations, by name, as a user runs them. */
@Tag("acceptance")
@Tag("alone")
@Tag("sampler.8")
class SamplerExamplesAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("sampler.8");

  private static final double MOST_SECONDS = 180;

  /** As posteriors are judged of which nothing is said. */
  private static final double MOST_OFFSET = 0.2;

  private static final String OFFSET = "largest offset of a mean in reference sd";

  @TempDir private Path folder;

  /** What it printed, and what it wrote as JSON. */
  private record Ran(String printed, JsonObject json) {

    double figure(String name) {
      return json.getAsJsonObject("figures").get(name).getAsDouble();
    }

    JsonObject parameter(String name) {
      return json.getAsJsonObject("parameters").getAsJsonObject(name);
    }

    double largestRhat() {
      double largest = 0;
      for (Map.Entry<String, JsonElement> row : json.getAsJsonObject("parameters").entrySet()) {
        largest = Math.max(largest, row.getValue().getAsJsonObject().get("rhat").getAsDouble());
      }
      return largest;
    }
  }

  private Ran run(String name, String... more) throws IOException {
    Path json = folder.resolve("result.json");
    List<String> words = new ArrayList<>(List.of("run", name));
    words.addAll(List.of(more));
    String command = String.join(" ", words);
    words.addAll(List.of("--quiet", "--out", folder.toString(), "--json", json.toString()));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Stopwatch watch = Stopwatch.createStarted();
    int status =
        new Launcher(Examples.ALL, new PrintWriter(out, true), new PrintWriter(err, true))
            .execute(words.toArray(String[]::new));
    double seconds = watch.elapsed().toNanos() * 1e-9;
    System.out.println(command + System.lineSeparator() + out);

    assertThat(status).as("%s%n%s", command, err).isZero();
    assertThat(folder.resolve(name + ".png")).isNotEmptyFile();
    POINT.atMost(command + ", seconds", seconds, MOST_SECONDS);
    return new Ran(
        out.toString(), JsonParser.parseString(Files.readString(json)).getAsJsonObject());
  }

  @ParameterizedTest
  @ValueSource(strings = {"eight-schools", "radon", "counts", "regression"})
  void chainsReachTheReference(String name) throws IOException {
    Ran ran = run(name, "--method", "nuts");

    POINT.below(name + " by nuts, largest R-hat", ran.largestRhat(), 1.01);
    POINT.below(name + " by nuts, " + OFFSET, ran.figure(OFFSET), 0.1);
    assertThat(ran.printed()).contains("nuts: 4 chains of 1,000 draws", "bulk ESS", "reference");
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NUTS")
  void whatIsFarFromTheReferenceSaysSo(InferenceMethod method) throws IOException {
    for (String name : List.of("eight-schools", "radon", "counts", "regression")) {
      Ran ran = run(name, "--method", method.toString());

      String what = name + " by " + method + ", ";
      boolean isWarned = ran.printed().contains("warning: ");
      POINT.shown(what + OFFSET, ran.figure(OFFSET));
      POINT.shown(what + "warned of", isWarned ? 1 : 0);
      if (!isWarned) {
        POINT.atMost(what + OFFSET + " without a warning", ran.figure(OFFSET), MOST_OFFSET);
      }
    }
  }

  @Test
  void dataOfStanGiveTheReferencePosterior() throws IOException {
    Ran ran = run("stan-data");

    POINT.below("stan-data, largest R-hat", ran.largestRhat(), 1.01);
    POINT.shown("stan-data, divergences", ran.figure("divergences"));
    assertThat(folder.resolve("stan-data_4.csv")).isNotEmptyFile();
  }

  @Test
  void theFunnelIsSeenInOtherVariables() throws IOException {
    Ran ran = run("funnel");

    for (String way : List.of("centred", "non-centred", "neutra")) {
      JsonObject v = ran.parameter(way + ".v");
      POINT.shown(way + ", divergences", ran.figure("divergences." + way));
      POINT.shown(way + ", R-hat of v", v.get("rhat").getAsDouble());
      double mean = v.get("mean").getAsDouble() / 3;
      double ratio = v.get("sd").getAsDouble() / 3;
      if (way.equals("centred")) {
        POINT.shown(way + ", mean of v in sds", mean);
        POINT.shown(way + ", sd ratio of v", ratio);
      } else {
        POINT.atMost(way + ", |mean of v| in sds", Math.abs(mean), 0.1);
        POINT.between(way + ", sd ratio of v", ratio, 0.9, 1.1);
      }
    }
    POINT.below("non-centred, R-hat of v", rhat(ran, "non-centred.v"), 1.01);
    POINT.below("neutra, R-hat of v", rhat(ran, "neutra.v"), 1.01);
    POINT.above("centred, divergences", ran.figure("divergences.centred"), 0);
    assertThat(ran.printed()).contains("trajectories diverged", "exact");
  }

  private static double rhat(Ran ran, String name) {
    return ran.parameter(name).get("rhat").getAsDouble();
  }
}
