package org.ppl4j.tensor.internal.graph;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.ppl4j.tensor.internal.table.Op;

/** Functions of numbers against thirty digits that mpmath has made. */
class FunctionsTest {

  /** How many units in the last place a value may be off, as by the engine. */
  private static final double UNITS = 128;

  /** A function of exp(-x²) cannot be better than its argument: x² units, at most these. */
  private static final double MOST_UNITS = 2_000;

  private static final int JUDGED = 248;

  private record Function(Op op, int order) {}

  /** The other rows of the file are made of these, by scripts. */
  private static final Map<String, Function> FUNCTIONS =
      Map.ofEntries(
          Map.entry("log1p", new Function(Op.LOG1P, 0)),
          Map.entry("erf", new Function(Op.ERF, 0)),
          Map.entry("erfc", new Function(Op.ERFC, 0)),
          Map.entry("erfinv", new Function(Op.ERFINV, 0)),
          Map.entry("ndtri", new Function(Op.NDTRI, 0)),
          Map.entry("lgamma", new Function(Op.LGAMMA, 0)),
          Map.entry("digamma", new Function(Op.DIGAMMA, 0)),
          Map.entry("trigamma", new Function(Op.POLYGAMMA, 1)),
          Map.entry("polygamma2", new Function(Op.POLYGAMMA, 2)),
          Map.entry("polygamma3", new Function(Op.POLYGAMMA, 3)),
          Map.entry("i0e", new Function(Op.I0E, 0)),
          Map.entry("i1e", new Function(Op.I1E, 0)));

  private static List<String[]> references() throws IOException {
    try (InputStream in =
        FunctionsTest.class.getResourceAsStream("/org/ppl4j/tensor/special.csv")) {
      String text = new String(Objects.requireNonNull(in).readAllBytes(), UTF_8);
      return text.lines().map(line -> line.split(",")).toList();
    }
  }

  @Test
  void valuesAgreeWithThirtyDigits() throws IOException {
    int judged = 0;
    for (String[] reference : references()) {
      Function function = FUNCTIONS.get(reference[0]);
      if (function != null) {
        double x = Double.parseDouble(reference[1]);
        double value = Double.parseDouble(reference[3]);
        double units = UNITS + Math.min(x * x, MOST_UNITS);
        double terms = nearRoot(reference[0]);
        assertThat(Functions.of(function.op(), function.order(), x))
            .as("%s(%s)", reference[0], x)
            .isCloseTo(value, within(0x1p-52 * (units * Math.abs(value) + terms)));
        judged++;
      }
    }
    assertThat(judged).isEqualTo(JUDGED);
  }

  /** What terms of a size of 1 that cancel near a root leave. */
  private static double nearRoot(String name) {
    return switch (name) {
      case "lgamma" -> 16;
      case "digamma" -> 8;
      default -> 0;
    };
  }
}
