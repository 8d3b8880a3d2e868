package org.ppl4j.flows;

import java.util.EnumSet;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.Arrival;
import org.ppl4j.testing.GradientLaw.Judged;
import org.ppl4j.testing.GradientLaw.Law;
import org.ppl4j.testing.LeakCheck;

/** {@link FlowGradients} of every row of the table. */
@ExtendWith(LeakCheck.class)
class FlowGradientsTest {

  /**
   * Each row, behind another one each; those before it in the table are behind it in turn. How
   * inputs arrive alternates from row to row, beside results of operations.
   */
  static Stream<Arguments> cases() {
    List<FlowCase> all = FlowCases.all();
    List<Arrival> arrivals = List.of(Arrival.values());
    return IntStream.range(0, all.size())
        .mapToObj(
            i ->
                Arguments.of(
                    Named.of(all.get(i).name(), all.get(i)),
                    all.get((i + 7) % all.size()),
                    arrivals.get(i % arrivals.size())));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void gradientsAreThoseOfDifferences(FlowCase row, FlowCase first, Arrival arrival) {
    Arrival[] both = EnumSet.of(Arrival.RESULT, arrival).toArray(Arrival[]::new);
    FlowGradients.check(row, 2, false, FlowGradients.in(both));
    FlowGradients.check(row, 2, true, FlowGradients.in(Arrival.RESULT, Arrival.SLICE));
    FlowGradients.conditional(row, 2, false, FlowGradients.in(Arrival.RESULT));
    FlowGradients.behind(row, first, 2, false, FlowGradients.in(Arrival.LEAF));
  }

  @Test
  @Tag("acceptance")
  @Tag("trust.1")
  void gradientsBehindEveryFlow() {
    AcceptancePoint point = new AcceptancePoint("trust.1");
    Judged judged = Judged.NONE;
    int pairs = 0;
    for (FlowCase row : FlowCases.all()) {
      for (boolean isInverse : new boolean[] {false, true}) {
        for (int dim : List.of(1, 2, 5)) {
          Law all = FlowGradients.in(Arrival.values());
          judged = judged.plus(FlowGradients.check(row, dim, isInverse, all));
          judged = judged.plus(FlowGradients.conditional(row, dim, isInverse, all));
        }
        for (FlowCase first : FlowCases.all()) {
          judged =
              judged.plus(
                  FlowGradients.behind(row, first, 2, isInverse, FlowGradients.in(Arrival.LEAF)));
          pairs++;
        }
      }
    }
    point.shown("derivatives of flows judged", judged.moving());
    point.none("wrong gradients of " + pairs + " flows behind another");
  }
}
