package org.ppl4j.flows;

import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.Tally;

/** {@link EdgeLaws} of every scalar family of the table. */
@ExtendWith(LeakCheck.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EdgeLawsTest {

  private final Tally tally = new Tally();

  @AfterAll
  void everyLawJudged() {
    tally.require();
  }

  static Stream<Arguments> cases() {
    return FlowCases.all().stream()
        .filter(row -> row.family() != null)
        .flatMap(
            row ->
                Stream.of(FloatType.values())
                    .map(type -> Arguments.of(Named.of(row.name(), row), type)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void check(FlowCase row, FloatType type) {
    ScalarFamily family = row.family();
    boolean isLinearFar = !isPower(family) && !(family instanceof CircularSpline);
    tally.add(
        "edges in " + type,
        EdgeLaws.check(family, largest(family, type), isSmooth(family), isLinearFar, type));
  }

  private static boolean isPower(ScalarFamily family) {
    return family instanceof SumOfSquares || family instanceof SinhArcsinh;
  }

  /** Of polynomials and powers, what their javadoc says; of others, nearly every number. */
  private static double largest(ScalarFamily family, FloatType type) {
    boolean single = type == FloatType.FLOAT32;
    if (isPower(family)) {
      return single ? 1e3 : 1e50;
    }
    return single ? 1e20 : 1e280;
  }

  /** All but those whose javadoc says where the derivative jumps. */
  private static boolean isSmooth(ScalarFamily family) {
    return !(family instanceof LinearSpline || family instanceof CubicSpline);
  }
}
