package org.ppl4j.flows;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.Tally;
import org.ppl4j.transforms.TransformCheck;

/**
 * Every law for every flow: in every build of one number of coordinates or at four places of the
 * grid, for acceptance of all numbers of coordinates and at more places.
 */
@ExtendWith(LeakCheck.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FlowLawsTest {

  private static final List<Shape> CONTEXTS = List.of(new Shape(3), new Shape(4, 3));

  private final Tally tally = new Tally();

  @AfterAll
  void everyLawJudged() {
    tally.require();
  }

  /** Each row and its place in the table, by which numbers of coordinates and shapes alternate. */
  static Stream<Arguments> cases() {
    List<FlowCase> all = FlowCases.all();
    return IntStream.range(0, all.size())
        .mapToObj(i -> Arguments.of(Named.of(all.get(i).name(), all.get(i)), i));
  }

  static Stream<Named<FlowCase>> rows() {
    return FlowCases.all().stream().map(row -> Named.of(row.name(), row));
  }

  private static int dim(int place) {
    return FlowGrid.DIMS.get(place % FlowGrid.DIMS.size());
  }

  /**
   * No law is broken at any place, and each is judged at some: far out, and in float32, a map may
   * be so flat that nothing can be said.
   */
  private void transformCheckPasses(FlowCase row, Stream<TransformCheck> checks) {
    Map<String, Integer> judged = new TreeMap<>();
    checks
        .flatMap(check -> check.findings().stream())
        .forEach(
            finding -> {
              assertThat(finding.inputs() == 0 || finding.holds())
                  .as("%s of %s", finding, row)
                  .isTrue();
              judged.merge(finding.law(), finding.inputs(), Integer::sum);
              tally.add(finding.law(), finding.inputs());
            });
    assertThat(judged).isNotEmpty().allSatisfy((law, inputs) -> assertThat(inputs).isPositive());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void transformCheckPasses(FlowCase row, int place) {
    transformCheckPasses(row, FlowGrid.few(row, place).stream());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void contexts(FlowCase row, int place) {
    Shape batch = CONTEXTS.get(place % CONTEXTS.size());
    tally.add("contexts", FlowLaws.contexts(row, dim(place), batch));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void parametersHaveTheirGradients(FlowCase row, int place) {
    tally.add(
        "parametersHaveTheirGradients", FlowLaws.parametersHaveTheirGradients(row, dim(place)));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void startsAsIdentity(FlowCase row) {
    for (int dim : FlowGrid.DIMS) {
      tally.add("startsAsIdentity", FlowLaws.startsAsIdentity(row, dim));
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void tensorsAreReplaced(FlowCase row) {
    tally.add("tensorsAreReplaced", FlowLaws.tensorsAreReplaced(row, 2));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void drawsAreMappedAsTheyAre(FlowCase row, int place) {
    tally.add("drawsAreMappedAsTheyAre", FlowLaws.drawsAreMappedAsTheyAre(row, dim(place)));
  }

  @Test
  @Tag("acceptance")
  @Tag("trust.1")
  void everyLawOfEverySize() {
    AcceptancePoint point = new AcceptancePoint("trust.1");
    for (FlowCase row : FlowCases.all()) {
      for (int dim : FlowGrid.DIMS) {
        transformCheckPasses(
            row, FlowGrid.small(dim).flatMap(place -> FlowGrid.check(row, place).stream()));
        for (Shape batch : CONTEXTS) {
          tally.add("contexts", FlowLaws.contexts(row, dim, batch));
        }
        tally.add("parametersHaveTheirGradients", FlowLaws.parametersHaveTheirGradients(row, dim));
        tally.add("startsAsIdentity", FlowLaws.startsAsIdentity(row, dim));
      }
    }
    point.shown("inputs at which a law of flows was judged", tally.judged());
    point.none("laws broken of " + FlowCases.all().size() + " flows of each size");
  }
}
