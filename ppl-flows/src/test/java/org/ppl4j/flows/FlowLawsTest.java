package org.ppl4j.flows;

import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.transforms.TransformCheck;

/** Every law for every flow and size. */
@ExtendWith(LeakCheck.class)
class FlowLawsTest {

  static Stream<Arguments> cases() {
    return FlowCases.all().stream()
        .flatMap(
            row ->
                Stream.of(1, 2, 5)
                    .map(dim -> Arguments.of(Named.of(row.name() + " of " + dim, row), dim)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void transformCheckPasses(FlowCase row, int dim) {
    FlowGrid.small(dim)
        .flatMap(place -> FlowGrid.check(row, place).stream())
        .forEach(TransformCheck::orThrow);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void contexts(FlowCase row, int dim) {
    FlowLaws.contexts(row, dim);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void parametersHaveTheirGradients(FlowCase row, int dim) {
    FlowLaws.parametersHaveTheirGradients(row, dim);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void startsAsIdentity(FlowCase row, int dim) {
    FlowLaws.startsAsIdentity(row, dim);
  }
}
