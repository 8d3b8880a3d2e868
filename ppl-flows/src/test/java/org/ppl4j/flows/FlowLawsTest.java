package org.ppl4j.flows;

import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.Tally;
import org.ppl4j.transforms.TransformCheck;

/** Every law for every flow and size. */
@ExtendWith(LeakCheck.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FlowLawsTest {

  private final Tally tally = new Tally();

  @AfterAll
  void everyLawJudged() {
    tally.require();
  }

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
        .map(TransformCheck::orThrow)
        .flatMap(check -> check.findings().stream())
        .forEach(finding -> tally.add(finding.law(), finding.inputs()));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void contexts(FlowCase row, int dim) {
    tally.add("contexts", FlowLaws.contexts(row, dim));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void parametersHaveTheirGradients(FlowCase row, int dim) {
    tally.add("parametersHaveTheirGradients", FlowLaws.parametersHaveTheirGradients(row, dim));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void startsAsIdentity(FlowCase row, int dim) {
    tally.add("startsAsIdentity", FlowLaws.startsAsIdentity(row, dim));
  }
}
