package org.ppl4j.flows;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
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

  /**
   * No law is broken at any place, and each is judged at some: far out, and in float32, a map may
   * be so flat that nothing can be said.
   */
  @ParameterizedTest
  @MethodSource("cases")
  void transformCheckPasses(FlowCase row, int dim) {
    Map<String, Integer> judged = new TreeMap<>();
    FlowGrid.small(dim)
        .flatMap(place -> FlowGrid.check(row, place).stream())
        .flatMap(check -> check.findings().stream())
        .forEach(
            finding -> {
              assertThat(finding.inputs() == 0 || finding.holds()).as("%s", finding).isTrue();
              judged.merge(finding.law(), finding.inputs(), Integer::sum);
              tally.add(finding.law(), finding.inputs());
            });
    assertThat(judged).isNotEmpty().allSatisfy((law, inputs) -> assertThat(inputs).isPositive());
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
