package org.ppl4j.infer.diagnostics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.testing.PosteriorCase;
import org.ppl4j.testing.PosteriorCases;

/** R-hat and effective sizes against those of R's package posterior, of good and bad chains. */
class ChainsTest {

  /** Both are printed with, and computed to, more digits. */
  private static final double TOLERANCE = 1e-9;

  /**
   * Without a variance between chains there is no size of an indicator; the package says so too.
   */
  private static final double NONE = Double.NaN;

  static Stream<Arguments> columns() {
    return reference().entrySet().stream()
        .flatMap(
            draws -> {
              JsonObject of = draws.getValue().getAsJsonObject();
              int count = of.get("chains").getAsInt();
              int length = of.get("iterations").getAsInt();
              return of.getAsJsonObject("parameters").entrySet().stream()
                  .map(
                      each ->
                          Arguments.of(
                              draws.getKey(),
                              each.getKey(),
                              count,
                              length,
                              each.getValue().getAsJsonObject()));
            });
  }

  private static JsonObject reference() {
    String path = "/org/ppl4j/reference/diagnostics/chains.json";
    try (Reader reader =
        new InputStreamReader(ChainsTest.class.getResourceAsStream(path), StandardCharsets.UTF_8)) {
      return JsonParser.parseReader(reader).getAsJsonObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static double[] column(String draws, String name) {
    if (draws.startsWith("synthetic")) {
      return SmoothedWeightsTest.column("synthetic_bad.csv", name);
    }
    PosteriorCase schools =
        PosteriorCases.all()
            .map(each -> each.getPayload())
            .filter(each -> each.name().equals("eight_schools_noncentered"))
            .findFirst()
            .orElseThrow();
    return schools.draws().of(name);
  }

  static Chains chains(double[] column, int count, int length) {
    int stride = column.length / count;
    return Chains.of(
        IntStream.range(0, count)
            .mapToObj(c -> Arrays.copyOfRange(column, c * stride, c * stride + length))
            .toArray(double[][]::new));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("columns")
  void figuresAreThoseOfTheReference(
      String draws, String name, int count, int length, JsonObject expected) {
    Chains chains = chains(column(draws, name), count, length);

    figures(chains)
        .forEach(
            (what, figure) -> {
              double wanted = number(expected.get(what));
              if (Double.isNaN(wanted)) {
                assertThat(figure).as(what).isNaN();
              } else {
                assertThat(figure).as(what).isCloseTo(wanted, within(TOLERANCE * Math.abs(wanted)));
              }
            });
  }

  static Map<String, Double> figures(Chains chains) {
    return Map.ofEntries(
        Map.entry("rhat", chains.rhat()),
        Map.entry("ess_bulk", chains.bulkSize()),
        Map.entry("ess_tail", chains.tailSize()),
        Map.entry("ess_mean", chains.meanSize()),
        Map.entry("ess_sd", chains.sdSize()),
        Map.entry("ess_q05", chains.quantileSize(0.05)),
        Map.entry("ess_q50", chains.quantileSize(0.5)),
        Map.entry("ess_q95", chains.quantileSize(0.95)),
        Map.entry("mcse_mean", chains.meanError()),
        Map.entry("mcse_sd", chains.sdError()),
        Map.entry("mcse_q05", chains.quantileError(0.05)),
        Map.entry("mcse_q50", chains.quantileError(0.5)),
        Map.entry("mcse_q95", chains.quantileError(0.95)));
  }

  static double number(JsonElement element) {
    return switch (element.getAsString()) {
      case "NA", "NaN" -> NONE;
      case "Inf" -> Double.POSITIVE_INFINITY;
      default -> element.getAsDouble();
    };
  }

  @Test
  void chainsThatDisagreeAreSeen() {
    for (String bad : List.of("sticky", "shifted", "wide", "trend", "frozen_chain")) {
      Chains chains = chains(column("synthetic_bad", bad), 4, 250);
      assertThat(chains.rhat()).as(bad).isGreaterThan(Chains.LARGEST_RHAT);
    }
    assertThat(chains(column("synthetic_bad", "good"), 4, 250).rhat())
        .isLessThan(Chains.LARGEST_RHAT);
  }

  @Test
  void whatSaysNothingHasNoFigure() {
    for (double[] short_ : List.of(new double[] {1}, new double[] {1, 2, 3, 4, 5})) {
      assertThat(Chains.of(short_, short_).rhat()).isNaN();
      assertThat(Chains.of(short_, short_).bulkSize()).isNaN();
      assertThat(Chains.of(short_, short_).tailSize()).isNaN();
    }
    double[] bad = {1, 2, Double.NaN, 4, 5, 6, 7, 8};
    assertThat(Chains.of(bad).rhat()).isNaN();
    assertThat(Chains.of(bad).meanSize()).isNaN();
  }

  @Test
  void chainsOfOtherLengthsAreRefused() {
    assertThatThrownBy(() -> Chains.of(new double[2], new double[3]))
        .hasMessage("chains have 2 and 3 draws; pass as many of each");
    assertThatThrownBy(Chains::of).hasMessage("chains are of no draws; pass at least one");
  }
}
