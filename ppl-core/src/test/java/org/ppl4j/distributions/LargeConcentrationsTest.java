package org.ppl4j.distributions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.base.Splitter;
import com.google.common.io.Resources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.VectorFunction;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.LeakCheck;

/**
 * Log densities whose gamma functions and deviances cancel, with their derivatives in the
 * logarithms of parameters from 1e-6 to 6e16, where they become those of Poisson, binomial or
 * normal distributions: by the engine and by a record what mpmath has, as far as parameters and
 * values in double precision say.
 */
@ExtendWith(LeakCheck.class)
class LargeConcentrationsTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("sound.1");

  /** Measured: 3e-8 by one of F's degrees of freedom at 6e16, 1e-9 and less by nearly all. */
  private static final double TOLERANCE = 1e-7;

  /** A parameter is the exponential of its logarithm, which is rounded and up to 40. */
  private static final double ROUNDINGS = 64 * 0x1p-53;

  private static final int EVERY = 8;

  /** One line of the table. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Row(double[] parameters, double value, double[] slopes, double[] moves) {}

  /** The rows of a family and a value x. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Group(String family, double[] x, List<Row> rows) {

    VectorFunction function(Recording recording, double[] at) {
      return new VectorFunction(
          family,
          RunConfig.defaults().withRecording(recording),
          (run, logs) -> logProb(run, logs.exp()).add(logs.sum()), // not all beside it is 0
          Arrays.stream(at).map(Math::log).toArray());
    }

    private NDArray logProb(Run run, NDArray p) {
      double last = x[x.length - 1];
      return switch (family) {
        case "BetaBinomial" -> of(BetaBinomial.of(p.get(0), p.get(1), (long) last), run, x[0]);
        case "GammaPoisson" -> of(GammaPoisson.of(p.get(0), p.get(1)), run, x);
        case "NegativeBinomial" -> of(NegativeBinomial.logits(p.get(0), p.get(1).log()), run, x);
        case "DirichletMultinomial" ->
            of(DirichletMultinomial.of(p, (long) Arrays.stream(x).sum()), run, x);
        case "StudentT" -> of(StudentT.of(p.get(0), number(0), p.get(1)), run, x);
        case "MultivariateStudentT" ->
            of(MultivariateStudentT.of(p.get(0), 0, run.eye(3).mul(p.get(1))), run, x);
        case "FisherSnedecor" -> of(FisherSnedecor.of(p.get(0), p.get(1)), run, x);
        case "Beta" -> of(Beta.of(p.get(0), p.get(1)), run, x);
        case "Gamma" -> of(Gamma.of(p.get(0), p.get(1)), run, x);
        default -> throw new IllegalArgumentException(family);
      };
    }

    private static NDArray of(Distribution distribution, Run run, double... x) {
      boolean isVector = distribution.eventShape().dimension() > 0;
      NDArray value = run.create(x, isVector ? new Shape(x.length) : new Shape());
      return distribution.on(run).logProb(value);
    }
  }

  private static List<Group> groups() {
    Map<String, Group> groups = new LinkedHashMap<>();
    try {
      for (String line :
          Resources.readLines(
              Resources.getResource(LargeConcentrationsTest.class, "large_concentrations.csv"),
              StandardCharsets.UTF_8)) {
        if (!line.startsWith("#")) {
          List<String> f = Splitter.on(',').splitToList(line);
          double[] value = numbers(f.get(3));
          groups
              .computeIfAbsent(
                  f.get(0) + f.get(2),
                  key -> new Group(f.get(0), numbers(f.get(2)), new ArrayList<>()))
              .rows()
              .add(new Row(numbers(f.get(1)), value[0], numbers(f.get(4)), numbers(f.get(5))));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return List.copyOf(groups.values());
  }

  private static double[] numbers(String text) {
    return Stream.of(text.split(" ")).mapToDouble(Double::parseDouble).toArray();
  }

  /** How many derivatives were judged. */
  private static int judge(Recording recording, int every) {
    int judged = 0;
    for (Group group : groups()) {
      double[] ones = new double[group.rows().get(0).parameters().length];
      Arrays.fill(ones, 1.5);
      VectorFunction function = group.function(recording, ones);
      for (int i = judged % every; i < group.rows().size(); i += every) {
        Row row = group.rows().get(i);
        double[] gradient = new double[ones.length];
        double[] at = Arrays.stream(row.parameters()).map(Math::log).toArray();
        double value = function.evaluate(at, gradient) - Arrays.stream(at).sum();
        String what =
            "%s %s at %s".formatted(recording, group.family(), Arrays.toString(row.parameters()))
                + Arrays.toString(group.x());
        double moves = Arrays.stream(row.slopes()).map(Math::abs).sum();
        check("log density of " + what, value, row.value(), moves);
        for (int k = 0; k < gradient.length; k++) {
          check("slope " + k + " of " + what, gradient[k] - 1, row.slopes()[k], row.moves()[k]);
          judged++;
        }
      }
    }
    return judged;
  }

  private static void check(String what, double value, double wanted, double moves) {
    double bound = TOLERANCE * Math.max(1, Math.abs(wanted)) + ROUNDINGS * moves;
    assertThat(Math.abs(value - wanted))
        .as("%s is %s, not %s", what, value, wanted)
        .isLessThanOrEqualTo(bound);
  }

  @ParameterizedTest
  @EnumSource(names = {"OFF", "REQUIRED"})
  void derivativesAreThoseOfTheLimit(Recording recording) {
    assertThat(judge(recording, EVERY)).isGreaterThan(200);
  }

  @Test
  @Tag("acceptance")
  @Tag("sound.1")
  void gradientsAtLargeConcentrations() {
    for (Recording recording : List.of(Recording.OFF, Recording.REQUIRED)) {
      POINT.atLeast(
          "derivatives at large concentrations, recording " + recording, judge(recording, 1), 2000);
    }
  }
}
