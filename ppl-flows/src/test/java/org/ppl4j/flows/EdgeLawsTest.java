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
    tally.add("edges in " + type, EdgeLaws.check(row.family(), type));
  }
}
